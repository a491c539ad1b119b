/** The recipe for cookie sessions in a real browser: sign-in at managed login, a write, a refresh, sign-out at both ends. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import t from 'tap'
import { buildBff } from '../../example/recipes/bff.js'
import { startDevUserPool } from '../../src/dev/index.js'

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
if (executablePath === undefined) throw new Error('no browser: apt-get install chromium')

const probe = createServer()
await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
const { port } = probe.address() as AddressInfo
await new Promise((resolve) => probe.close(resolve))

// A name, since a browser takes Secure cookies over http from localhost alone.
const origin = `http://localhost:${port}`
const pool = await startDevUserPool({ port: 0, clients: [{ clientId: 'bff', secret: 'a-secret-of-the-back-end' }], lifetimes: { access: 300 } })
const app = await buildBff({ auth: { ...pool.options, tokenUse: 'access', keys: { timeout: 30_000 } }, domain: pool.origin, clientId: 'bff', clientSecret: 'a-secret-of-the-back-end', origin, key: randomBytes(32) })
app.get('/', async (_request, reply) => reply.type('text/html').send('<!doctype html><title>A page</title><p>A page'))
await app.listen({ host: 'localhost', port })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
t.teardown(async () => {
  await browser.close()
  await app.close()
  await pool.close()
})

t.test('a page signs in, writes, outlives its token and signs out, and never sees a token', async (t) => {
  const context = await browser.newContext()
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const call = async (path: string, init: { method?: string, headers?: Record<string, string> } = {}): Promise<{ status: number, body: Record<string, unknown> }> =>
    page.evaluate(async ([path, init]) => {
      const answer = await fetch(path, init)
      return { status: answer.status, body: await answer.json() as Record<string, unknown> }
    }, [path, init] as const)

  await page.goto(origin)
  t.equal((await call('/api/me')).status, 401)
  await page.goto(`${origin}/login`)
  t.equal(new URL(page.url()).origin, pool.origin)
  await page.getByRole('button', { name: /alice/ }).click()
  await page.waitForURL(`${origin}/`)
  t.match(await call('/api/me'), { status: 200, body: { username: 'alice', groups: ['Admins'] } })
  t.equal(await page.evaluate('document.cookie'), '', 'no script can read them')
  const cookies = await context.cookies(origin)
  t.strictSame(cookies.map(({ name }) => name).sort(), ['__Host-access', '__Host-refresh', '__Host-session'])
  t.ok(cookies.every(({ httpOnly, secure, sameSite }) => httpOnly && secure && sameSite === 'Lax'))

  t.equal((await call('/api/orders', { method: 'POST' })).status, 403)
  const { body: { token } } = await call('/csrf')
  const csrf = { method: 'POST', headers: { 'csrf-token': String(token) } }
  t.match(await call('/api/orders', csrf), { status: 200, body: { ordered: true } })

  const { now } = Date
  Date.now = () => now() + 290_000
  t.teardown(() => { Date.now = now })
  const statuses = await page.evaluate('Promise.all(Array.from({ length: 8 }, () => fetch("/api/me").then(({ status }) => status)))')
  t.strictSame(statuses, new Array(8).fill(200))
  const after = await context.cookies(origin)
  t.not(after.find(({ name }) => name === '__Host-access')?.value, cookies.find(({ name }) => name === '__Host-access')?.value, 'the browser has the new token')

  const { body: { isRevoked, location } } = await call('/logout', csrf)
  t.equal(isRevoked, true)
  await page.goto(String(location))
  await page.waitForURL(`${origin}/`)
  t.equal((await call('/api/me')).status, 401)
  t.strictSame((await context.cookies(origin)).filter(({ name }) => name.startsWith('__Host-')), [])
})

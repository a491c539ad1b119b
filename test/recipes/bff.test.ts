/** The recipe for cookies: sign-in by code and PKCE at the local pool, one refresh for many requests, writes with a CSRF token, sign-out at both ends. */
import { randomBytes } from 'node:crypto'
import { install } from '@sinonjs/fake-timers'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { buildBff } from '../../example/recipes/bff.js'
import type { BffOptions } from '../../example/recipes/bff.js'
import { startDevUserPool } from '../../src/dev/index.js'
import type { DevUserOptions, DevUserPool } from '../../src/dev/index.js'
import { createBrowser } from '../dev/support/browser.js'
import { freePort } from '../support/free-port.js'
import { createLatch } from '../support/latch.js'
import { captureLog } from '../support/log-capture.js'

/** A browser with one address: it keeps cookies, and sends them with what it is asked to send. */
function createClient (origin: string): { readonly cookies: Map<string, string>, readonly send: (path: string, init?: RequestInit) => Promise<Response> } {
  const cookies = new Map<string, string>()
  return {
    cookies,
    send: async (path, init = {}) => {
      const headers = new Headers(init.headers)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
      const response = await fetch(new URL(path, origin), { redirect: 'manual', ...init, headers })
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      return response
    }
  }
}

interface SceneOptions {
  /** Seconds that access tokens last. */
  readonly access?: number
  readonly logger?: BffOptions['logger']
  readonly users?: readonly DevUserOptions[]
  /** Adds routes. */
  readonly prepare?: (app: FastifyInstance) => void
}

async function build (t: Test, { access = 3_600, logger = false, users, prepare = () => {} }: SceneOptions = {}): Promise<{ readonly pool: DevUserPool, readonly origin: string, readonly client: ReturnType<typeof createClient> }> {
  const pool = await startDevUserPool({
    port: 0,
    clients: [{ clientId: 'bff', secret: 'a-secret-of-the-back-end' }],
    lifetimes: { access },
    ...(users === undefined ? {} : { users })
  })
  t.teardown(() => pool.close())
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const app = await buildBff({ auth: { ...pool.options, tokenUse: 'access', keys: { timeout: 30_000 } }, domain: pool.origin, clientId: 'bff', clientSecret: 'a-secret-of-the-back-end', origin, key: randomBytes(32), logger })
  t.teardown(() => app.close())
  prepare(app)
  await app.listen({ host: '127.0.0.1', port })
  return { pool, origin, client: createClient(origin) }
}

const isOfSignIn = (name: string): boolean => /^__Host-(?:access|refresh|session)$/.test(name)

async function signIn ({ pool, client }: Awaited<ReturnType<typeof build>>, username: string): Promise<Response> {
  const start = (await client.send('/login')).headers.get('location') ?? ''
  const browser = createBrowser(pool.origin)
  const page = await browser.open(start)
  const landed = page.url.origin === pool.origin ? await browser.open(page.url, { username }) : page
  return client.send(`${landed.url.pathname}${landed.url.search}`)
}

t.test('a sign-in ends in cookies that no script can read, and no token leaves the back end', async (t) => {
  const scene = await build(t)
  const { client } = scene
  t.equal((await client.send('/api/me')).status, 401)
  const start = new URL((await client.send('/login')).headers.get('location') ?? '')
  t.equal(start.searchParams.get('code_challenge_method'), 'S256')
  const landed = await signIn(scene, 'alice')
  t.strictSame([landed.status, landed.headers.get('location')], [302, '/'])
  const written = landed.headers.getSetCookie().filter((cookie) => /^__Host-(?:access|refresh|session)=/.test(cookie))
  t.strictSame(written.map((cookie) => cookie.split('=')[0]).sort(), ['__Host-access', '__Host-refresh', '__Host-session'])
  const toCome = (await client.send('/login')).headers.getSetCookie()
  t.ok(toCome.length === 2 && toCome.every((cookie) => /^__Host-oauth2-.*Path=\/;.*HttpOnly; Secure; SameSite=Lax$/.test(cookie)), 'no neighbour can plant the state of its own sign-in')
  for (const cookie of written) {
    t.match(cookie, /HttpOnly/)
    t.match(cookie, /Secure/)
    t.match(cookie, /SameSite=Lax/)
    t.ok(cookie.length < 4_096, `${cookie.length} bytes`)
    t.notMatch(cookie, 'eyJ', 'encrypted')
  }
  t.match(await (await client.send('/api/me')).json(), { username: 'alice', groups: ['Admins'] })
})

t.test('a code that was not asked for from here is refused', async (t) => {
  const scene = await build(t)
  const other = createClient(scene.origin)
  const start = (await other.send('/login')).headers.get('location') ?? ''
  const browser = createBrowser(scene.pool.origin)
  const landed = await browser.open((await browser.open(start)).url, { username: 'bob' })
  const answer = await scene.client.send(`${landed.url.pathname}${landed.url.search}`)
  t.equal(answer.status, 400)
  t.equal((await scene.client.send('/api/me')).status, 401)
})

t.test('a write needs the token that only the page can read', async (t) => {
  const scene = await build(t)
  const { client } = scene
  await signIn(scene, 'carol')
  const order = async (headers: Record<string, string> = {}): Promise<number> => (await client.send('/api/orders', { method: 'POST', headers })).status
  t.equal(await order(), 403)
  t.equal(await order({ 'csrf-token': 'made-up' }), 403)
  const { token } = await (await client.send('/csrf')).json() as { token: string }
  t.equal(await order({ 'csrf-token': token }), 200)
})

t.test('many requests with an old token are one refresh, those that come a moment later too', async (t) => {
  const scene = await build(t, { access: 300 })
  const { client, pool } = scene
  await signIn(scene, 'carol')
  const { now } = Date
  t.teardown(() => { Date.now = now })
  Date.now = () => now() + 280_000
  const old = new Map(client.cookies)
  const refreshes = await countTokenRequests(pool, async () => {
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await client.send('/api/me')).status))
    t.strictSame(new Set(statuses), new Set([200]))
    client.cookies.clear()
    for (const [name, value] of old) client.cookies.set(name, value)
    t.equal((await client.send('/api/me')).status, 200, 'sent with the cookies of before')
  })
  t.equal(refreshes, 1)
  t.not(client.cookies.get('__Host-refresh'), old.get('__Host-refresh'), 'and the browser has new ones')
})

t.test('signing out revokes the refresh token, takes the cookies and leads to Cognito\'s own sign-out', async (t) => {
  const scene = await build(t)
  const { client, pool, origin } = scene
  await signIn(scene, 'carol')
  const { token } = await (await client.send('/csrf')).json() as { token: string }
  t.equal((await client.send('/logout', { method: 'POST' })).status, 403)
  const before = new Map(client.cookies)
  const answer = await (await client.send('/logout', { method: 'POST', headers: { 'csrf-token': token } })).json() as { isRevoked: boolean, location: string }
  t.equal(answer.isRevoked, true)
  t.equal(answer.location, `${pool.origin}/logout?client_id=bff&logout_uri=${encodeURIComponent(`${origin}/`)}`)
  t.strictSame([...client.cookies.keys()].filter((name) => isOfSignIn(name)), [])
  t.equal((await client.send('/api/me')).status, 401)
  // Somebody has kept the cookies: the access token counts until its end, and there is no other after it.
  for (const [name, value] of before) client.cookies.set(name, value)
  const { now } = Date
  t.teardown(() => { Date.now = now })
  Date.now = () => now() + 7_200_000
  t.equal((await client.send('/api/me')).status, 401)
})

/** How often the pool's token endpoint is asked meanwhile, by whatever client of this process. */
async function countTokenRequests (pool: DevUserPool, act: () => Promise<void>): Promise<number> {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel')
  let count = 0
  const seen = (message: unknown): void => {
    const { request } = message as { request: { url?: string, headers: { host?: string } } }
    if (request.url === '/oauth2/token' && `http://${request.headers.host}` === pool.origin) count++
  }
  subscribe('http.server.request.start', seen)
  await act()
  unsubscribe('http.server.request.start', seen)
  return count
}

t.test('who has a token that is refused can still sign out', async (t) => {
  const scene = await build(t)
  const { client, pool } = scene
  await signIn(scene, 'alice')
  const { token } = await (await client.send('/csrf')).json() as { token: string }
  const clock = install({ now: Date.now(), toFake: ['Date'] })
  t.teardown(() => clock.uninstall())
  clock.setSystemTime(Date.now() + 2 * 3_600_000)
  await pool.close()
  t.equal((await client.send('/api/me')).status, 401, 'expired, and nobody is there to refresh it')
  const answer = await client.send('/logout', { method: 'POST', headers: { 'csrf-token': token } })
  t.equal(answer.status, 200)
  t.match(await answer.json(), { isRevoked: false })
  t.strictSame([...client.cookies.keys()].filter((name) => isOfSignIn(name)), [])
})

t.test('a page that was loaded with a token that is refused can sign out too', async (t) => {
  const scene = await build(t)
  const { client } = scene
  await signIn(scene, 'alice')
  const clock = install({ now: Date.now(), toFake: ['Date'] })
  t.teardown(() => clock.uninstall())
  clock.setSystemTime(Date.now() + 2 * 3_600_000)
  await scene.pool.close()
  const { token } = await (await client.send('/csrf')).json() as { token: string }
  t.equal((await client.send('/logout', { method: 'POST', headers: { 'csrf-token': token } })).status, 200)
})

t.test('an answer that was under way at a sign-out or another sign-in brings nobody back', async (t) => {
  for (const next of ['nobody', 'bob']) {
    const gate = createLatch()
    const reached = createLatch()
    const scene = await build(t, {
      access: 300,
      prepare: (app) => {
        app.get('/slow', async () => {
          reached.open()
          await gate.opened
          return 'done'
        })
      }
    })
    const { client } = scene
    await signIn(scene, 'alice')
    const { token } = await (await client.send('/csrf')).json() as { token: string }
    const clock = install({ now: Date.now(), toFake: ['Date'] })
    clock.setSystemTime(Date.now() + 280_000)
    const slow = client.send('/slow')
    await reached.opened
    t.equal((await client.send('/logout', { method: 'POST', headers: { 'csrf-token': token } })).status, 200)
    if (next !== 'nobody') await signIn(scene, next)
    gate.open()
    t.ok((await slow).headers.getSetCookie().length > 0, 'it has cookies with the new tokens')
    t.equal((await client.send('/api/me')).status, 401)
    clock.uninstall()
  }
})

t.test('no cache keeps an answer, whoever it is for', async (t) => {
  const scene = await build(t)
  await signIn(scene, 'alice')
  for (const path of ['/api/me', '/csrf', '/login', '/nowhere']) t.equal((await scene.client.send(path)).headers.get('cache-control'), 'no-store', path)
})

t.test('a sign-in or a refresh that the user pool refuses is no error of the server, and leaves no secret in the log', async (t) => {
  const log = captureLog()
  const scene = await build(t, { access: 300, logger: log.logger })
  const { client } = scene
  const state = new URL((await client.send('/login')).headers.get('location') ?? '').searchParams.get('state') ?? ''
  t.equal((await client.send(`/login/callback?${new URLSearchParams({ state, code: 'made-up' })}`)).status, 400)
  await client.send('/login')
  t.equal((await client.send(`/login/callback?${new URLSearchParams({ state, error: 'access_denied' })}`)).status, 400, 'a state of before')
  await signIn(scene, 'alice')
  const { token } = await (await client.send('/csrf')).json() as { token: string }
  const old = new Map(client.cookies)
  await client.send('/logout', { method: 'POST', headers: { 'csrf-token': token } })
  for (const [name, value] of old) client.cookies.set(name, value)
  const { now } = Date
  t.teardown(() => { Date.now = now })
  Date.now = () => now() + 280_000
  t.equal((await client.send('/api/me')).status, 200, 'the old token has not ended yet')
  t.match(log.where('msg', 'a sign-in did not succeed'), [{ level: 30, reason: 'Response Error: 400 Bad Request' }, { level: 30, reason: 'Invalid state' }])
  t.match(log.where('msg', 'the tokens could not be refreshed'), [{ level: 30, reason: 'Response Error: 400 Bad Request' }])
  t.strictSame(log.lines().filter(({ level }) => Number(level) >= 50), [])
  t.notMatch(log.text(), Buffer.from('bff:a-secret-of-the-back-end').toString('base64'))
  t.notMatch(log.text(), /authorization:/i)
})

t.test('a token that is too long for a cookie is said, where a browser would drop it without a word', async (t) => {
  const pages = async (groups: number) => {
    const log = captureLog()
    const scene = await build(t, { logger: log.logger, users: [{ username: 'alice', groups: Array.from({ length: groups }, (_, at) => `group ${at} of a name`) }] })
    return { landed: await signIn(scene, 'alice'), log }
  }
  const { landed } = await pages(58)
  t.equal(landed.status, 302)
  const [longest = 0] = landed.headers.getSetCookie().map((cookie) => cookie.split(';')[0]?.length ?? 0).sort((one, other) => other - one)
  t.ok(longest > 3_600 && longest <= 4_096, `${longest} bytes, the most that a browser keeps`)
  const { landed: refused, log } = await pages(100)
  t.equal(refused.status, 500)
  t.match(log.text(), /a token of \d+ characters does not fit into a cookie/)
})

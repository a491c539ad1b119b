/** The recipe for cookies: sign-in by code and PKCE at the local pool, one refresh for many requests, writes with a CSRF token, sign-out at both ends. */
import { randomBytes } from 'node:crypto'
import { install } from '@sinonjs/fake-timers'
import t from 'tap'
import type { Test } from 'tap'
import { buildBff } from '../../example/recipes/bff.js'
import { startDevUserPool } from '../../src/dev/index.js'
import type { DevUserPool } from '../../src/dev/index.js'
import { createBrowser } from '../dev/support/browser.js'
import { freePort } from '../support/free-port.js'

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

async function build (t: Test, access = 3_600): Promise<{ readonly pool: DevUserPool, readonly origin: string, readonly client: ReturnType<typeof createClient> }> {
  const pool = await startDevUserPool({
    port: 0,
    clients: [{ clientId: 'bff', secret: 'a-secret-of-the-back-end' }],
    lifetimes: { access }
  })
  t.teardown(() => pool.close())
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const app = await buildBff({ auth: { ...pool.options, tokenUse: 'access', keys: { timeout: 30_000 } }, domain: pool.origin, clientId: 'bff', clientSecret: 'a-secret-of-the-back-end', origin, key: randomBytes(32) })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port })
  return { pool, origin, client: createClient(origin) }
}

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
  const written = landed.headers.getSetCookie().filter((cookie) => /^(?:access|refresh|session)=/.test(cookie))
  t.strictSame(written.map((cookie) => cookie.split('=')[0]).sort(), ['access', 'refresh', 'session'])
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
  t.ok(answer.status >= 400, String(answer.status))
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
  const scene = await build(t, 300)
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
  t.not(client.cookies.get('refresh'), old.get('refresh'), 'and the browser has new ones')
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
  t.strictSame([...client.cookies.keys()].filter((name) => ['access', 'refresh'].includes(name)), [])
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
  t.strictSame([...client.cookies.keys()].filter((name) => ['access', 'refresh'].includes(name)), [])
})

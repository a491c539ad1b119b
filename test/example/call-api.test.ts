import t from 'tap'
import type { Test } from 'tap'
import { createApi } from '../../example/page/call-api.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { buildExample } from './support/app.js'

interface Remedies {
  /** The token after a refresh; none where the refresh token is worth nothing. */
  readonly fresh?: string
  /** The token after another sign-in; none where that leaves the page. */
  readonly again?: string
}

interface Scene {
  readonly pool: TestUserPool
  readonly callApi: ReturnType<typeof createApi>
  /** The answers and the remedies, in order. */
  readonly events: Array<string | number>
}

type Tokens = (pool: TestUserPool) => Promise<Remedies & { readonly token?: string }>

/** The module of the page, with the example itself behind it. */
async function build (t: Test, tokens: Tokens, pool: TestUserPool = createTestUserPool()): Promise<Scene> {
  const { app } = buildExample(t, { pool })
  const { token: first = null, fresh, again } = await tokens(pool)
  const events: Scene['events'] = []
  let token: string | null = first
  const take = (name: string, next: string | undefined): boolean => {
    events.push(name)
    token = next ?? token
    return next !== undefined
  }
  const session = { token: () => token, refresh: async () => take('refresh', fresh), signInAgain: async () => take('sign in', again) }
  const send = async (url: string, { method = 'GET', headers }: RequestInit): Promise<Response> => {
    const { statusCode, headers: answered, rawPayload } = await app.inject({ method: method as 'GET', url, headers: Object.fromEntries(new Headers(headers)) })
    events.push(statusCode)
    return new Response(method === 'HEAD' ? null : rawPayload, { status: statusCode, headers: answered as Record<string, string> })
  }
  const wait = async (seconds: number): Promise<void> => {
    events.push(`wait ${seconds}`)
    pool.recover()
  }
  return { pool, callApi: createApi(session, send, wait), events }
}

const now = Math.floor(Date.now() / 1000)
const past = { iat: now - 7_200, exp: now - 3_600 }
const admin = { groups: ['Admins'] }

t.test('sends the token, or none, and gives every other answer back as it came', async (t) => {
  const user = await build(t, async (pool) => ({ token: await pool.accessToken() }))
  t.equal((await user.callApi('/api/me')).status, 200)
  t.equal((await user.callApi('/api/admin')).status, 403)
  t.strictSame(user.events, [200, 403])
  const guest = await build(t, async () => ({ fresh: 'a.b.c', again: 'a.b.c' }))
  t.equal((await guest.callApi('/api/feed')).status, 200)
  t.equal((await guest.callApi('/api/me')).status, 401)
  const altered = await build(t, async (pool) => ({ token: `${await pool.accessToken()}x`, fresh: await pool.accessToken() }))
  t.equal((await altered.callApi('/api/me')).status, 401)
  t.strictSame([...guest.events, ...altered.events], [200, 401, 401], 'no token and a bad token are nothing that a refresh mends')
})

t.test('an expired token is refreshed once, however many requests find it so at once, HEAD too', async (t) => {
  const { callApi, events } = await build(t, async (pool) => ({ token: await pool.accessToken(past), fresh: await pool.accessToken() }))
  const responses = await Promise.all(['GET', 'HEAD', 'GET', 'GET'].map((method) => callApi('/api/me', { method })))
  t.strictSame(responses.map(({ status }) => status), [200, 200, 200, 200])
  t.strictSame(events.filter((event) => event === 'refresh'), ['refresh'])
  t.equal((await callApi('/api/me')).status, 200)
  t.equal(events.filter((event) => event === 'refresh').length, 1, 'and not for the next one')
})

t.test('where the refresh helps nothing, the refusal is the answer', async (t) => {
  const without = await build(t, async (pool) => ({ token: await pool.accessToken(past) }))
  t.equal((await without.callApi('/api/me')).status, 401)
  t.strictSame(without.events, [401, 'refresh'])
  const still = await build(t, async (pool) => ({ token: await pool.accessToken(past), fresh: await pool.accessToken({ ...past, sub: 'other' }) }))
  t.equal((await still.callApi('/api/me')).status, 401)
  t.strictSame(still.events, [401, 'refresh', 401], 'once')
})

t.test('a sign-in that is too old is done again, once; where that leaves the page, the refusal is the answer', async (t) => {
  const old = { ...admin, auth_time: now - 400 }
  const popup = await build(t, async (pool) => ({ token: await pool.accessToken(old), again: await pool.accessToken({ ...admin, auth_time: now }) }))
  t.equal((await popup.callApi('/api/keys', { method: 'POST' })).status, 201)
  t.strictSame(popup.events, [401, 'sign in', 201])
  const redirect = await build(t, async (pool) => ({ token: await pool.accessToken(old) }))
  t.equal((await redirect.callApi('/api/keys', { method: 'POST' })).status, 401)
  t.strictSame(redirect.events, [401, 'sign in'])
  const still = await build(t, async (pool) => ({ token: await pool.accessToken(old), again: await pool.accessToken({ ...old, sub: 'other' }) }))
  t.equal((await still.callApi('/api/keys', { method: 'POST' })).status, 401)
  t.strictSame(still.events, [401, 'sign in', 401])
})

t.test('an outage is waited for as long as it says, once', async (t) => {
  const pool = createTestUserPool()
  pool.goDown()
  const { callApi, events } = await build(t, async () => ({ token: await pool.accessToken() }), pool)
  await callApi('/api/me')
  t.match(events, [503, /^wait [1-9]\d*$/, Number])
  t.equal(events.length, 3)
})

t.test('an outage that lasts longer than anybody waits, or that says nothing, is the answer', async (t) => {
  for (const headers of [{}, { 'retry-after': '31' }, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }]) {
    let sent = 0
    const session = { token: () => null, refresh: async () => true, signInAgain: async () => true }
    const send = async (): Promise<Response> => new Response(null, { status: 503, headers: (sent++, headers) })
    const callApi = createApi(session, send, async () => { t.fail('waited') })
    t.equal((await callApi('/')).status, 503)
    t.equal(sent, 1, JSON.stringify(headers))
  }
})

t.test('an expired token may meet an outage too: each has its remedy', async (t) => {
  const expired = { 'www-authenticate': 'Bearer realm="api", error="invalid_token", error_description="Token has expired"' }
  const answers = [new Response(null, { status: 401, headers: expired }), new Response(null, { status: 503, headers: { 'retry-after': '1' } }), new Response(null, { status: 200 })]
  const session = { token: () => 'a.b.c', refresh: async () => true, signInAgain: async () => false }
  const callApi = createApi(session, async () => answers.shift() ?? Response.error(), async () => {})
  t.equal((await callApi('/')).status, 200)
})

t.test('by itself it asks with fetch and waits with a timer', async (t) => {
  const session = { token: () => 'a.b.c', refresh: async () => true, signInAgain: async () => true }
  const sent: unknown[] = []
  t.intercept(globalThis, 'fetch', {
    value: async (url: string, { headers }: RequestInit) => {
      sent.push([url, new Headers(headers).get('authorization')])
      return new Response(null, { status: sent.length === 1 ? 503 : 200, headers: { 'retry-after': '0' } })
    }
  })
  t.equal((await createApi(session)('/api/me')).status, 200)
  t.strictSame(sent, [['/api/me', 'Bearer a.b.c'], ['/api/me', 'Bearer a.b.c']])
})

import t from 'tap'
import type { CognitoAuthErrorCode } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { buildExample, callers, headersOf } from './support/app.js'
import { multipart } from './support/multipart.js'

type Verdict = number | CognitoAuthErrorCode

const missing = 'FST_COGNITO_TOKEN_MISSING'
const expired = 'FST_COGNITO_TOKEN_EXPIRED'
const invalid = 'FST_COGNITO_TOKEN_INVALID'
const forbidden = 'FST_COGNITO_FORBIDDEN'

interface Row {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly url: string
  /** In the order of `callers`. */
  readonly verdicts: readonly [noToken: Verdict, operator: Verdict, auditor: Verdict, admin: Verdict, expired: Verdict, otherClient: Verdict]
}

const anyUser = [missing, 200, 200, 200, expired, invalid] as const

const table: readonly Row[] = [
  { method: 'GET', url: '/health', verdicts: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', url: '/ready', verdicts: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', url: '/api/agents/status', verdicts: anyUser },
  { method: 'GET', url: '/api/me', verdicts: anyUser },
  { method: 'GET', url: '/api/feed', verdicts: [200, 200, 200, 200, expired, invalid] },
  { method: 'POST', url: '/api/files', verdicts: [missing, 201, 201, 201, expired, invalid] },
  { method: 'GET', url: '/api/audit', verdicts: [missing, forbidden, 200, 200, expired, invalid] },
  { method: 'GET', url: '/api/admin', verdicts: [missing, forbidden, forbidden, 200, expired, invalid] },
  { method: 'GET', url: '/api/admin?role=Admin', verdicts: [missing, forbidden, forbidden, 200, expired, invalid] },
  { method: 'GET', url: '/api/shifts', verdicts: [missing, forbidden, 200, 200, expired, invalid] },
  { method: 'GET', url: '/api/tenants/acme/invoices', verdicts: [missing, forbidden, forbidden, forbidden, expired, invalid] },
  { method: 'GET', url: '/api/drafts/draft-1', verdicts: [missing, 404, 404, 200, expired, invalid] },
  { method: 'GET', url: '/nowhere', verdicts: [404, 404, 404, 404, 404, 404] },
  { method: 'GET', url: '/api', verdicts: [404, 404, 404, 404, 404, 404] },
  { method: 'GET', url: '/api/ADMIN', verdicts: [404, 404, 404, 404, 404, 404] },
  { method: 'DELETE', url: '/api/admin', verdicts: [404, 404, 404, 404, 404, 404] }
]

t.test('every route answers every caller as it is declared', async (t) => {
  const { app, pool } = buildExample(t)
  const headers = await headersOf(pool)
  // The first request with a token waits for the signing keys, so that /ready has them.
  await app.inject({ url: '/api/me', headers: headers.operator })
  const upload = multipart([{ filename: 'note.txt', content: 'hello' }])

  for (const { method, url, verdicts } of table) {
    await t.test(`${method} ${url}`, async (t) => {
      for (const [index, caller] of callers.entries()) {
        const request = method === 'POST'
          ? { method, url, payload: upload.payload, headers: { ...upload.headers, ...headers[caller] } }
          : { method, url, headers: headers[caller] }
        const response = await app.inject(request)
        const verdict = verdicts[index]
        if (typeof verdict === 'string') assertRefused(t, response, verdict)
        else t.equal(response.statusCode, verdict, caller)
      }
    })
  }
})

t.test('HEAD is decided like GET', async (t) => {
  const { app, pool } = buildExample(t)
  const headers = await headersOf(pool)
  for (const { url, verdicts } of table.filter(({ method }) => method === 'GET')) {
    if (url === '/ready') continue
    for (const [index, caller] of callers.entries()) {
      const verdict = verdicts[index]
      const get = await app.inject({ method: 'GET', url, headers: headers[caller] })
      const head = await app.inject({ method: 'HEAD', url, headers: headers[caller] })
      t.equal(head.statusCode, get.statusCode, `${url}, ${caller}: ${verdict}`)
      t.equal(head.headers['www-authenticate'], get.headers['www-authenticate'])
      t.equal(head.body, '')
    }
  }
})

t.test('no route under /api is public, and outside of it only the probes and the answer to preflights are', async (t) => {
  const { app } = buildExample(t)
  await app.ready()
  const open = app.cognitoAuth.routes().filter(({ auth }) => auth !== 'required').map(({ url, auth }) => `${auth} ${url}`)
  t.strictSame([...new Set(open)].sort(), ['optional /api/feed', 'public *', 'public /*', 'public /health', 'public /ready'])
  const silent = app.cognitoAuth.routes().filter(({ source }) => source === 'default').map(({ method, url }) => `${method} ${url}`)
  t.strictSame(silent, ['OPTIONS *', '* /*'], 'every route of the example says what it needs; these are of @fastify/cors and the answer where there is no route')
})

t.test('/api/me shows the user whom the token names, with the role of the group', async (t) => {
  const { app, pool } = buildExample(t)
  const show = async (token: string): Promise<unknown> => (await app.inject({ url: '/api/me', headers: pool.authorization(token) })).json()
  t.match(await show(await pool.accessToken({ sub: 's-1', username: 'alice', groups: ['Admins'] })), {
    sub: 's-1', username: 'alice', groups: ['Admins'], role: 'Admin', tokenUse: 'access', clientId: pool.clientId, userPoolId: pool.userPoolId
  })
  t.match(await show(await pool.idToken({ username: 'bob', groups: ['Auditors'], email: 'bob@example.com' })), {
    username: 'bob', email: 'bob@example.com', role: 'Auditor', tokenUse: 'id', scopes: []
  })
  t.match(await show(await pool.accessToken({ groups: ['Auditors', 'Admins'] })), { role: 'Admin' }, 'the first entry of the roles wins')
  t.match(await show(await pool.machineToken()), { username: null, groups: [], role: 'Operator' })
})

t.test('groups that only look like Admins give no more than the default role', async (t) => {
  const { app, pool } = buildExample(t)
  for (const groups of [['admins'], ['Admins '], ['Admin'], ['Admins,Auditors'], ['__proto__'], ['toString'], []]) {
    const headers = pool.authorization(await pool.accessToken({ groups }))
    t.match((await app.inject({ url: '/api/me', headers })).json(), { role: 'Operator' }, groups.join())
    assertRefused(t, await app.inject({ url: '/api/admin', headers }), forbidden)
  }
})

t.test('/api/feed knows a guest from a user', async (t) => {
  const { app, pool } = buildExample(t)
  t.strictSame((await app.inject('/api/feed')).json(), { reader: 'guest', items: ['Welcome'] })
  const user = pool.authorization(await pool.accessToken({ username: 'bob', groups: ['Auditors'] }))
  t.strictSame((await app.inject({ url: '/api/feed', headers: user })).json(), { reader: 'bob', items: ['Welcome', 'Your role is Auditor'] })
  const machine = pool.authorization(await pool.machineToken())
  t.equal((await app.inject({ url: '/api/feed', headers: machine })).json().reader, pool.clientId)
})

t.test('/api/admin shows the administrator how every route is protected', async (t) => {
  const { app, pool } = buildExample(t)
  const { admin } = await headersOf(pool)
  const { administrator, routes } = (await app.inject({ url: '/api/admin', headers: admin })).json()
  t.equal(administrator, 'alice')
  t.match(routes.find(({ url, method }: { url: string, method: string }) => url === '/api/audit' && method === 'GET'), {
    auth: 'required', requirements: [{ roles: ['Auditor', 'Admin'] }]
  })
})

t.test('a suspended auditor has no shifts, and a machine with the scope has exports', async (t) => {
  const { app, pool } = buildExample(t)
  const get = async (url: string, token: string) => app.inject({ url, headers: pool.authorization(token) })
  assertRefused(t, await get('/api/shifts', await pool.accessToken({ groups: ['Auditors', 'Suspended'] })), forbidden)
  const scope = ', scope="exports-api/read"'
  t.equal((await get('/api/exports', await pool.accessToken({ groups: ['Admins'] }))).statusCode, 200)
  assertRefused(t, await get('/api/exports', await pool.accessToken({ groups: ['Auditors'] })), forbidden, scope)
  t.equal((await get('/api/exports', await pool.machineToken({ scopes: ['exports-api/read'] }))).statusCode, 200)
  assertRefused(t, await get('/api/exports', await pool.machineToken({ scopes: ['exports-api/write'] })), forbidden, scope)
})

t.test('invoices are for the tenant in the address, on a plan that has them', async (t) => {
  const { app, pool } = buildExample(t)
  const get = async (tenant: string, claims: TestClaims) => app.inject({ url: `/api/tenants/${tenant}/invoices`, headers: pool.authorization(await pool.idToken(claims)) })
  t.equal((await get('acme', { 'custom:tenant': 'acme', 'custom:plan': 'team' })).statusCode, 200)
  assertRefused(t, await get('other', { 'custom:tenant': 'acme', 'custom:plan': 'team' }), forbidden)
  assertRefused(t, await get('acme', { 'custom:tenant': 'acme', 'custom:plan': 'free' }), forbidden)
})

t.test('a key is made only by an administrator who has just signed in', async (t) => {
  const { app, pool } = buildExample(t)
  const now = Math.floor(Date.now() / 1000)
  const post = async (claims: TestClaims) => app.inject({ method: 'POST', url: '/api/keys', headers: pool.authorization(await pool.accessToken(claims)) })
  t.equal((await post({ groups: ['Admins'], auth_time: now })).statusCode, 201)
  assertRefused(t, await post({ groups: ['Admins'], auth_time: now - 400 }), 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="300"')
  assertRefused(t, await post({ groups: ['Auditors'], auth_time: now }), forbidden)
})

t.test('an unknown route is named without its query, which may hold a secret', async (t) => {
  const { app } = buildExample(t)
  const response = await app.inject('/nowhere?token=secret')
  t.equal(response.statusCode, 404)
  t.strictSame(response.json(), { statusCode: 404, error: 'Not Found', message: 'There is no GET /nowhere' })
})

t.test('an outage of the key endpoint is a 503 for tokens, and nothing to public routes', async (t) => {
  const pool = createTestUserPool()
  pool.goDown()
  const { app } = buildExample(t, { pool })
  const headers = pool.authorization(await pool.accessToken())
  assertRefused(t, await app.inject({ url: '/api/me', headers }), 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await app.inject('/api/me'), missing)
  t.equal((await app.inject('/health')).statusCode, 200)
  t.equal((await app.inject('/api/feed')).statusCode, 200)

  const ready = await app.inject('/ready')
  t.equal(ready.statusCode, 503)
  t.match(ready.json(), { status: 'waiting for signing keys', keys: [{ state: 'empty', age: null }, { state: 'empty', age: null }] })
  t.notMatch(ready.body, 'is down', 'why is for the log')
})

t.test('/ready is content with one of the two issuers, since a user pool has only one', async (t) => {
  const { app, pool } = buildExample(t)
  await app.ready()
  await app.cognitoAuth.verify(await pool.accessToken())
  const ready = await app.inject('/ready')
  t.equal(ready.statusCode, 200)
  const keys: ReadonlyArray<{ issuer: string, state: string }> = ready.json().keys
  t.strictSame(keys.map(({ issuer, state }) => [issuer === pool.issuer, state]), [[true, 'fresh'], [false, 'empty']])
})

t.test('a bad option stops the start', async (t) => {
  const { app } = buildExample(t, { auth: { userPoolId: 'nowhere', clientId: '1example23456789' } })
  await t.rejects(async () => { await app.ready() }, { code: 'FST_COGNITO_OPTIONS_INVALID', message: /"userPoolId"/ })
})

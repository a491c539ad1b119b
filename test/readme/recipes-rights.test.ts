import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { assertRefused } from '../support/refusals.js'
import { createReadmePool, runBlock } from '../support/readme-module.js'

async function get (app: FastifyInstance, url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers })
}

t.test('optional authentication: guests and users pass, bad tokens do not', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Optional authentication')
  t.equal((await get(app, '/news')).body, 'for everyone')
  t.equal((await get(app, '/news', pool.authorization(await pool.accessToken()))).body, 'for test-user')
  const past = Math.floor(Date.now() / 1000) - 60
  assertRefused(t, await get(app, '/news', pool.authorization(await pool.accessToken({ iat: past - 60, exp: past }))), 'FST_COGNITO_TOKEN_EXPIRED')
})

t.test('roles and groups: any of each, and the kind of token', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Roles and groups')
  const auditor = pool.authorization(await pool.accessToken({ groups: ['Auditors'] }))
  const tester = pool.authorization(await pool.accessToken({ groups: ['BetaTesters'] }))
  t.equal((await get(app, '/reports', auditor)).statusCode, 200)
  assertRefused(t, await get(app, '/reports', tester), 'FST_COGNITO_FORBIDDEN')
  t.equal((await get(app, '/beta', tester)).statusCode, 200)
  assertRefused(t, await get(app, '/beta', auditor), 'FST_COGNITO_FORBIDDEN')
  const remove = async (token: string) => app.inject({ method: 'DELETE', url: '/reports/1', headers: pool.authorization(token) })
  t.equal((await remove(await pool.accessToken({ groups: ['Admins'] }))).statusCode, 204)
  assertRefused(t, await remove(await pool.idToken({ groups: ['Admins'] })), 'FST_COGNITO_FORBIDDEN')
})

t.test('typed roles are the same roles', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Roles and groups', { at: 1 })
  t.equal((await get(app, '/typed', pool.authorization(await pool.accessToken({ groups: ['Admins'] })))).json(), true)
  assertRefused(t, await get(app, '/typed', pool.authorization(await pool.accessToken())), 'FST_COGNITO_FORBIDDEN')
})

t.test('a user of your own is what handlers get', async (t) => {
  const pool = createReadmePool(t)
  const { app, plans } = await runBlock(t, 'Your own user object', { edit: (code) => `${code}\nexport { plans }` }) as Awaited<ReturnType<typeof runBlock>> & { plans: Map<string, string> }
  plans.set('payer', 'paid')
  t.equal((await get(app, '/plan', pool.authorization(await pool.accessToken({ sub: 'payer' })))).body, 'paid')
  t.equal((await get(app, '/plan', pool.authorization(await pool.accessToken({ sub: 'other' })))).body, 'free')
  assertRefused(t, await get(app, '/plan'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('scopes: machines and users with the scope pass, and are told apart', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Scopes and machine clients')
  const scopes = ['orders-api/read']
  t.equal((await get(app, '/orders', pool.authorization(await pool.machineToken({ scopes, client_id: '4machine98765432' })))).body, 'machine 4machine98765432')
  t.equal((await get(app, '/orders', pool.authorization(await pool.accessToken({ scopes })))).body, 'user test-user')
  assertRefused(t, await get(app, '/orders', pool.authorization(await pool.machineToken({ scopes: ['orders-api/read2'] }))), 'FST_COGNITO_FORBIDDEN', ', scope="orders-api/read"')
})

t.test('default-deny: what does not say public is closed, unknown addresses too', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Deny by default')
  t.equal((await get(app, '/health')).statusCode, 200)
  t.equal((await get(app, '/private', pool.authorization(await pool.accessToken()))).body, 'signed in')
  assertRefused(t, await get(app, '/private'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await get(app, '/unknown'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('revocation: the session is closed at once, another stays open', async (t) => {
  const pool = createReadmePool(t)
  const { app, signedOut } = await runBlock(t, 'Revocation', { routes: "app.get('/', { config: { auth: 'required' } }, async () => 'ok')", edit: (code) => `${code}\nexport { signedOut }` }) as Awaited<ReturnType<typeof runBlock>> & { signedOut: Set<string> }
  const ended = pool.authorization(await pool.accessToken({ origin_jti: 'ended' }))
  t.equal((await get(app, '/', ended)).body, 'ok')
  signedOut.add('ended')
  assertRefused(t, await get(app, '/', ended), 'FST_COGNITO_TOKEN_REVOKED')
  t.equal((await get(app, '/', pool.authorization(await pool.accessToken()))).body, 'ok')
})

t.test('a prefix of its own: what is in it is protected, and nothing else', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Protect a prefix')
  t.equal((await get(app, '/health')).statusCode, 200)
  assertRefused(t, await get(app, '/api/orders'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await get(app, '/api/orders', pool.authorization(await pool.accessToken()))).body, 'orders of test-user')
})

t.test('a rule for a prefix: who has the group gets in', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Protect a prefix', { at: 1 })
  assertRefused(t, await get(app, '/admin/users'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await get(app, '/admin/users', pool.authorization(await pool.accessToken())), 'FST_COGNITO_FORBIDDEN')
  t.equal((await get(app, '/admin/users', pool.authorization(await pool.accessToken({ groups: ['Admins'] })))).statusCode, 200)
})

t.test('Swagger UI is public, what it describes is not', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Swagger UI under deny by default')
  for (const url of ['/docs', '/docs/', '/docs/json', '/docs/static/swagger-ui.css']) t.equal((await get(app, url)).statusCode, 200, url)
  for (const url of ['/private', '/docsy', '/docs/unknown', '/unknown']) assertRefused(t, await get(app, url), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await get(app, '/private', pool.authorization(await pool.accessToken()))).body, 'signed in')
})

for (const heading of ['OpenAPI', 'Sign in from the page']) {
  t.test(`the document says who may call what: ${heading}`, async (t) => {
    const pool = createReadmePool(t)
    const { app } = await runBlock(t, heading)
    const { paths } = (await get(app, '/docs/json')).json<{ paths: Record<string, { get: { security: object[], responses: object } }> }>()
    t.strictSame(paths['/orders']?.get.security, [{ cognito: heading === 'OpenAPI' ? [] : ['orders-api/read'] }])
    t.strictSame(Object.keys(paths['/orders']?.get.responses ?? {}), ['200', '401', '403', '503'])
    assertRefused(t, await get(app, '/orders'), 'FST_COGNITO_TOKEN_MISSING')
    t.equal((await get(app, '/orders', pool.authorization(await pool.accessToken({ scope: 'orders-api/read' })))).statusCode, 200)
  })
}

t.test('custom claims: of an ID token and of an access token', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Custom claims')
  t.equal((await get(app, '/tenant', pool.authorization(await pool.idToken({ 'custom:tenant': 'one' })))).body, 'one')
  t.equal((await get(app, '/tenant', pool.authorization(await pool.accessToken({ tenant: 'two' })))).body, 'two')
  assertRefused(t, await get(app, '/tenant'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('an error handler of the application keeps status, code and challenge', async (t) => {
  createReadmePool(t)
  const { app } = await runBlock(t, 'In your own error handler', { routes: "app.get('/broken', async () => { throw new Error('broken') })" })
  const refused = await get(app, '/me')
  t.match(refused.json(), { problem: 'FST_COGNITO_TOKEN_MISSING', requestId: String })
  t.match(refused, { statusCode: 401, headers: { 'www-authenticate': 'Bearer realm="api"' } })
  t.match((await get(app, '/broken')).json(), { statusCode: 500, message: 'broken' })
})

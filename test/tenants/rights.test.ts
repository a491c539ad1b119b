/** What routes ask of tenants: which pools, and that the tenant is the one of the path or the host. */
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { assertRefused } from '../support/refusals.js'
import { rejectionOf } from '../support/rejection.js'
import { buildTenants } from '../support/tenants.js'

t.test('a token of one tenant is refused where a header or the host names another', async (t) => {
  const byHeader = await buildTenants(t, { auth: { match: { 'user.tenant': 'headers.x-tenant' } } })
  const pool = byHeader.add('Acme')
  t.equal((await byHeader.ask(pool, { headers: { 'x-tenant': 'Acme' } })).statusCode, 200)
  assertRefused(t, await byHeader.ask(pool, { headers: { 'x-tenant': 'acme' } }), 'FST_COGNITO_FORBIDDEN')
  assertRefused(t, await byHeader.ask(pool), 'FST_COGNITO_FORBIDDEN')
  t.equal(byHeader.reason(), 'required_match')

  const byHost = await buildTenants(t, { auth: { match: { 'user.tenant': 'host' } }, resolve: (known) => (question) => ({ ...known(question) as object, tenant: `${question.userPoolId.slice(10).toLowerCase()}.example.com` }) as never })
  const [acme, other] = [byHost.add('Acme'), byHost.add('Other')]
  t.equal((await byHost.ask(acme, { headers: { host: 'acme.example.com' } })).statusCode, 200)
  t.equal((await byHost.ask(acme, { headers: { host: 'ACME.example.com:8443' } })).statusCode, 200)
  assertRefused(t, await byHost.ask(other, { headers: { host: 'acme.example.com' } }), 'FST_COGNITO_FORBIDDEN')
  assertRefused(t, await byHost.ask(acme, { headers: { host: 'acme.example.com.evil.example' } }), 'FST_COGNITO_FORBIDDEN')
})

t.test('a tenant that is no string, number or boolean is equal to nothing, and neither is none', async (t) => {
  for (const tenant of [undefined, null, { id: 'Acme' }, ['Acme'], '']) {
    const { add, ask } = await buildTenants(t, { auth: { match: { 'user.tenant': 'headers.x-tenant' } }, resolve: (known) => (question) => ({ ...known(question) as object, ...(tenant === undefined ? {} : { tenant }) }) as never })
    const sent = tenant === undefined ? 'undefined' : String(tenant)
    if (tenant !== undefined) assertRefused(t, await ask(add('Acme'), { headers: { 'x-tenant': sent } }), 'FST_COGNITO_FORBIDDEN')
  }
  const numbered = await buildTenants(t, { auth: { match: { 'user.tenant': 'headers.x-tenant' } }, resolve: (known) => (question) => ({ ...known(question) as object, tenant: 7 }) as never })
  t.equal((await numbered.ask(numbered.add('Acme'), { headers: { 'x-tenant': '7' } })).statusCode, 200)
})

t.test('a route may be for the users of some pools', async (t) => {
  const { add, ask, reason, app } = await buildTenants(t, { auth: { userPools: ['us-east-1_Acme', 'us-east-1_Third'] } })
  t.equal((await ask(add('Acme'))).statusCode, 200)
  assertRefused(t, await ask(add('Other')), 'FST_COGNITO_FORBIDDEN')
  t.equal(reason(), 'required_user_pool')
  t.strictSame(app.cognitoAuth.routes().find(({ url }) => url === '/')?.requirements, [{ userPools: ['us-east-1_Acme', 'us-east-1_Third'] }])
})

t.test('a pool that the options do not have is found at the start, unless pools are known only at run time', async (t) => {
  const pool = createTestUserPool()
  const routes = (id: unknown) => buildApp(t, { options: pool.options, routes: (app) => app.get('/', { config: { auth: { userPools: [id as string] } } }, async () => 'in') })
  t.match(await rejectionOf(routes('us-east-1_Other')), { code: 'FST_COGNITO_ROUTE_INVALID', message: /user pools of the options; "us-east-1_Other" is none of them/ })
  t.match(await rejectionOf(routes('no id')), { code: 'FST_COGNITO_ROUTE_INVALID', message: /userPools.*ids of user pools/ })
  await routes(pool.userPoolId)
  await buildTenants(t, { auth: { userPools: ['us-east-1_Other'], clientId: 'anyone', tokenUse: 'id' } })
})

t.test('audience: resource takes its names from the metadata, for pools of run time too', async (t) => {
  const resource = 'https://api.example.com'
  const { add, ask, token } = await buildTenants(t, {
    options: { resourceMetadata: { resource, authorizationServers: ['https://login.example.com'] } },
    resolve: (known) => (question) => ({ ...known(question) as object, audience: 'resource' }) as never
  })
  const pool = add('Acme')
  t.equal((await ask(await token(pool, { aud: resource }))).statusCode, 200)
  t.equal((await ask(await token(pool, { aud: 'https://other.example.com' }))).statusCode, 401)
})

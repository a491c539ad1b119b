import t from 'tap'
import Fastify from 'fastify'
import type { AuthInfo as AuthInfo2 } from '@modelcontextprotocol/server'
import type { AuthInfo as AuthInfo1 } from '@modelcontextprotocol/sdk/server/auth/types.js'
import { mcpAuth, toAuthInfo } from '../../src/mcp/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { buildResourceApp, documentUrl, resource } from '../metadata/support.js'

const pool = createTestUserPool()

t.test('the hook says who calls, in the form of both lines, and lets nobody else pass', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    options: { roles: { Admins: 'Admin' } },
    routes: (app) => {
      for (const url of ['/mcp', '/other']) app.get(url, { onRequest: mcpAuth }, async (request) => (request.raw as { auth?: unknown }).auth)
      app.get('/open', async (request) => {
        const info: AuthInfo1 & AuthInfo2 = toAuthInfo(request)
        return info
      })
    }
  })
  const exp = Math.floor(Date.now() / 1000) + 600
  const token = await pool.accessToken({ aud: resource, exp, groups: ['Admins'], scopes: ['a', 'b'], sub: 's' })
  const info = { token, clientId: pool.clientId, scopes: ['a', 'b'], expiresAt: exp, resourceMetadataUrl: documentUrl, resource, extra: { sub: 's', username: 'test-user', groups: ['Admins'], role: 'Admin' } }
  t.same((await app.inject({ url: '/mcp', headers: pool.authorization(token) })).json(), info)
  const elsewhere = (await app.inject({ url: '/other', headers: pool.authorization(token) })).json<object>()
  t.notOk('resource' in elsewhere || 'resourceMetadataUrl' in elsewhere)
  for (const other of [await pool.machineToken(), await pool.accessToken({ aud: 'https://elsewhere.example.com' })]) {
    t.notOk('resource' in (await app.inject({ url: '/mcp', headers: pool.authorization(other) })).json<object>(), 'bound to nothing, or to another')
  }
  const withIdToken = { headers: pool.authorization(await pool.idToken()) }
  assertRefused(t, await app.inject({ url: '/other', ...withIdToken }), 'FST_COGNITO_FORBIDDEN')
  t.notOk('resource' in (await app.inject({ url: '/open', ...withIdToken })).json<object>(), 'an ID token is for no resource')
  for (const url of ['/mcp', '/open']) t.equal((await app.inject(url)).statusCode, 401)
  t.equal((await app.inject({ url: '/mcp', headers: { authorization: 'Bearer a.b.c' } })).statusCode, 401)
  t.match(app.cognitoAuth.routes().filter(({ url }) => url === '/mcp'), [{ auth: 'required', requirements: [{ tokenUse: ['access'] }], source: 'hook' }, {}])
})

t.test('nobody is named on a request that is refused, however late', async (t) => {
  const named: boolean[] = []
  const app = await buildResourceApp(t, {
    pool,
    routes: (app) => {
      app.addHook('onResponse', async (request) => { named.push('auth' in request.raw) })
      app.get('/mcp', { onRequest: mcpAuth }, async () => 'in')
    }
  })
  const [header, payload] = (await pool.accessToken()).split('.')
  const tokens = ['a.b.c', `${header}.${payload}.${Buffer.alloc(256).toString('base64url')}`, await pool.expiredToken(), await pool.idToken()]
  for (const token of tokens) t.not((await app.inject({ url: '/mcp', headers: pool.authorization(token) })).statusCode, 200)
  t.equal((await app.inject({ url: '/mcp', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  t.strictSame(named, [false, false, false, false, true])
})

t.test('without resources there is none to name; without the plugin, that is said', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/', async (request) => toAuthInfo(request))
  t.match((await app.inject('/')).json(), { code: 'FST_COGNITO_REGISTRATION_INVALID' })
})

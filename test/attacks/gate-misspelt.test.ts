import t from 'tap'
import Fastify from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

async function start (t: Test, config: object, isEarly: boolean): Promise<void> {
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  if (isEarly) app.get('/x', { config }, async () => 'in')
  await app.register(cognitoAuth, pool.options)
  if (!isEarly) app.get('/x', { config }, async () => 'in')
  await app.ready()
}

const meant: readonly object[] = [
  { Auth: 'required' }, { AUTH: { groups: ['a'] } }, { aUTH: 'Required' }, { _auth: 'required' }, { auth_: true },
  { authorization: 'required' }, { Authorization: { roles: ['a'] } }, { authenticate: 'optional' }, { authenticated: 'required' },
  { authRequired: 'required' }, { requireAuth: { scopes: ['a/b'] } }, { require_auth: 'required' }, { requiresAuth: 'required' },
  { authn: 'required' }, { authz: { groups: ['a'] } }, { auht: 'required' }, { cognitoAuth: 'required' }, { defaultAuth: 'required' },
  { auth: 'public', Auth: 'required' }, { requireAuth: true }, { require_auth: true }, { requiresAuth: true }, { authRequired: true },
  { needsAuth: true }, { authenticate: true }, { isAuthenticated: true }, { requireAuthentication: true }
]

t.test('a key that was meant as "auth" stops the start and is named, declared before or after the plugin', async (t) => {
  for (const config of meant) {
    for (const isEarly of [false, true]) {
      await t.rejects(start(t, config, isEarly), { code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/x: config\.auth .*it stands in config\["/ }, JSON.stringify(config))
    }
  }
})

t.test('the keys of other plugins do not: another word, or a value that reads as no rule', async (t) => {
  const theirs: readonly object[] = [
    { rateLimit: { max: 10, timeWindow: 1000 } }, { cors: { origin: false } }, { rawBody: true }, { compress: false }, { helmet: false },
    { cache: { ttl: 60 } }, { access: 'required' }, { csrf: 'required' }, { login: 'optional' }, { authorization: 'Bearer' },
    { authorization: { scheme: 'basic' } }, { authenticate: false }, { requireAuth: false }, { requireAuth: 'session' }, { guard: true }, { authz: { policy: 'x' } }, { guard: () => true }, { cognito: { pool: 'x' } },
    { protected: true }, { authorize: ['session'] }, { oauth: { provider: 'x' } }, { author: 'required' }, { authority: { groups: ['a'] } }
  ]
  for (const config of theirs) await t.resolves(start(t, config, false), JSON.stringify(config))
})

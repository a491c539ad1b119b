import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { getUser } from '../src/index.js'
import { createPlugin } from '../src/plugin.js'
import { createTestUserPool } from '../src/testing/index.js'
import { buildApp } from './support/app.js'
import { captureLog } from './support/log-capture.js'
import { assertRefused } from './support/refusals.js'
import { createTestClock } from './support/test-clock.js'

const pool = createTestUserPool()
const other = createTestUserPool({ userPoolId: 'eu-west-1_OtherPool', clientId: '2otherclient3456789' })

async function whoAmI (app: FastifyInstance): Promise<void> {
  app.get('/me', { config: { auth: 'required' } }, async (request) => getUser(request).userPoolId)
}

t.test('decorates instance and request, under the names of the documentation', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => { app.get('/', async (request) => ({ user: request.user })) }
  })
  for (const name of ['authenticate', 'optionalAuth', 'authorize', 'defaultAuth', 'cognitoAuth']) t.ok(app.hasDecorator(name), name)
  t.strictSame(Object.keys(app.cognitoAuth).sort(), ['forget', 'ready', 'routes', 'status', 'verify'])
  t.ok(Object.isFrozen(app.cognitoAuth))
  t.strictSame((await app.inject('/')).json(), { user: null })
})

t.test('is registered in the context it is given and everything below it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  await app.register(async (child) => { await child.register(whoAmI) }, { prefix: '/deep' })
  assertRefused(t, await app.inject('/deep/me'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await app.inject({ url: '/deep/me', headers: pool.authorization(await pool.accessToken()) })).body, pool.userPoolId)
})

t.test('names itself to other plugins, which may depend on it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  t.ok(app.hasPlugin('fastify-cognito-auth'))
})

t.test('a second registration in one context stops the start', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  await app.register(cognitoAuth, pool.options)
  await t.rejects(async () => { await app.register(cognitoAuth, other.options) }, {
    code: 'FST_COGNITO_REGISTRATION_INVALID', message: /registered already in this context or a parent/
  })
})

t.test('a registration below another stops the start', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  await app.register(cognitoAuth, pool.options)
  await t.rejects(async () => { await app.register(async (child) => { await child.register(cognitoAuth, other.options) }) }, {
    code: 'FST_COGNITO_REGISTRATION_INVALID', message: /registered already in this context or a parent/
  })
})

t.test('siblings have pools of their own: a token of the one is none of the other', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  for (const [prefix, { options }] of [['/a', pool], ['/b', other]] as const) {
    await app.register(async (child) => {
      await child.register(cognitoAuth, { ...options, realm: prefix.slice(1) })
      await child.register(whoAmI)
    }, { prefix })
  }
  const [mine, theirs] = [pool.authorization(await pool.accessToken()), other.authorization(await other.accessToken())]
  t.equal((await app.inject({ url: '/a/me', headers: mine })).body, pool.userPoolId)
  t.equal((await app.inject({ url: '/b/me', headers: theirs })).body, other.userPoolId)
  for (const [url, headers] of [['/a/me', theirs], ['/b/me', mine]] as const) {
    const answer = await app.inject({ url, headers })
    t.equal(answer.statusCode, 401, url)
    t.equal(answer.headers['www-authenticate'], `Bearer realm="${url.charAt(1)}", error="invalid_token"`)
  }
})

t.test('a registration above another stops the start', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  await app.register(async (child) => { await child.register(cognitoAuth, other.options) })
  await t.rejects(async () => { await app.register(cognitoAuth, pool.options) }, {
    code: 'FST_COGNITO_REGISTRATION_INVALID', message: /registered already in a child of this context/
  })
})

t.test('a decorator of another plugin under one of its names stops the start and is named', async (t) => {
  const clashes: ReadonlyArray<readonly [name: string, decorate: (app: FastifyInstance) => void]> = [
    ['request.user', (app) => app.decorateRequest('user', null)],
    ...['authenticate', 'optionalAuth', 'authorize', 'cognitoAuth'].map((name) =>
      [name, (app: FastifyInstance) => { app.decorate(name as 'authenticate', () => {}) }] as const)
  ]
  for (const [name, decorate] of clashes) {
    const app = Fastify()
    t.teardown(() => app.close().catch(() => {}))
    decorate(app)
    await t.rejects(async () => { await app.register(cognitoAuth, pool.options) }, {
      code: 'FST_COGNITO_REGISTRATION_INVALID', message: new RegExp(`another plugin has decorated "${name}"`)
    }, name)
  }
})

t.test('a decorator "user" of the instance is no clash', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.decorate('user', 'service account')
  await app.register(cognitoAuth, pool.options)
  t.ok(app.cognitoAuth)
})

t.test('config.auth is enforced before the body is read', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      const schema = { body: { type: 'object', required: ['name'] } }
      app.post('/', { config: { auth: 'required' }, schema }, async () => 'in')
    }
  })
  const broken = { url: '/', method: 'POST', payload: '{"name":', headers: { 'content-type': 'application/json' } } as const
  assertRefused(t, await app.inject(broken), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await app.inject({ ...broken, headers: { ...broken.headers, ...pool.authorization(await pool.accessToken()) } })).statusCode, 400)
})

t.test('getToken finds the token elsewhere; the header counts no longer', async (t) => {
  const app = await buildApp(t, {
    options: { ...pool.options, getToken: (request) => (request.query as { token?: string }).token },
    routes: (app) => { void app.register(whoAmI) }
  })
  const token = await pool.accessToken()
  t.equal((await app.inject(`/me?token=${token}`)).body, pool.userPoolId)
  assertRefused(t, await app.inject({ url: '/me', headers: pool.authorization(token) }), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject('/me?token='), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await app.inject('/me?token=a%20b'), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('mapUser makes the user of requests and of verify, frozen, once for each token', async (t) => {
  let calls = 0
  const app = await buildApp(t, {
    options: {
      ...pool.options,
      mapUser: async (user, claims) => {
        calls++
        return Object.assign({}, user, { name: `${user.username} of ${claims.iss}`, tags: ['a'] })
      }
    },
    routes: (app) => { app.get('/', { config: { auth: { tokenUse: 'access' } } }, async (request) => ({ ...getUser(request), frozen: Object.isFrozen(request.user) })) }
  })
  const token = await pool.accessToken()
  t.match(await app.cognitoAuth.verify(token), { name: `test-user of ${pool.issuer}`, tags: ['a'] })
  t.match((await app.inject({ url: '/', headers: pool.authorization(token) })).json(), { name: `test-user of ${pool.issuer}`, frozen: true })
  t.equal(calls, 1)
})

t.test('what mapUser says of groups and roles gives no right: the token counts', async (t) => {
  const app = await buildApp(t, {
    options: { ...pool.options, roles: { Admins: 'Admin' }, mapUser: (user) => ({ ...user, groups: ['Admins'], role: 'Admin' }) },
    routes: (app) => { app.get('/', { config: { auth: { roles: ['Admin'] } } }, async () => 'in') }
  })
  assertRefused(t, await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_FORBIDDEN')
  t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken({ groups: ['Admins'] })) })).statusCode, 200)
})

t.test('closing the application closes its key source: nothing is fetched any more', async (t) => {
  const closing = createTestUserPool({ userPoolId: 'us-east-1_Closing' })
  const clock = createTestClock()
  const app = Fastify()
  await app.register(createPlugin(clock), closing.options)
  const { verify } = app.cognitoAuth
  await verify(await closing.accessToken())
  t.equal(closing.fetchCount, 1)
  await app.close()
  clock.pass(3_600_000)
  const now = Math.floor(clock.now() / 1000)
  await t.rejects(verify(await closing.accessToken({ iat: now, exp: now + 60 })), { code: 'FST_COGNITO_UNAVAILABLE' })
  t.equal(closing.fetchCount, 1)
})

t.test('starts while the key endpoint is down, says so in the log, and recovers by itself', async (t) => {
  const late = createTestUserPool({ userPoolId: 'us-east-1_DownAtStart' })
  late.goDown()
  const clock = createTestClock()
  const log = captureLog()
  const app = await buildApp(t, {
    options: late.options,
    clock,
    server: { logger: log.logger },
    routes: (app) => {
      app.get('/health', async () => 'ok')
      void app.register(whoAmI)
    }
  })
  const headers = late.authorization(await late.accessToken())
  t.equal((await app.inject('/health')).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/me', headers }), 'FST_COGNITO_UNAVAILABLE')
  t.match(app.cognitoAuth.status(), [{ issuer: late.issuer, state: 'empty', age: null, lastError: { fault: 'network' } }, { state: 'empty' }])
  t.equal(log.where('msg', 'signing keys could not be fetched').length, 1)
  late.recover()
  clock.pass(30_000)
  t.equal((await app.inject({ url: '/me', headers })).statusCode, 200)
  t.match(app.cognitoAuth.status()[0], { state: 'fresh', age: 0, lastError: null })
  t.match(log.where('msg', 'signing keys fetched'), [{ level: 30, issuer: late.issuer }])
})

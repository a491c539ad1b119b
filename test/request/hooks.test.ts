import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { authenticate, authorize, getUser, isCognitoAuthError, optionalAuth } from '../../src/index.js'
import type { AuthRequirement } from '../../src/index.js'
import { ruleOfHook } from '../../src/routes/hook-rules.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const positions = ['onRequest', 'preValidation', 'preHandler'] as const

t.test('the hooks refuse in every position, and let a good token in', async (t) => {
  const headers = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      for (const position of positions) {
        app.get(`/authenticate/${position}`, { [position]: authenticate }, async (request) => request.user)
        app.get(`/optional/${position}`, { [position]: optionalAuth }, async (request) => request.user ?? 'guest')
        app.get(`/authorize/${position}`, { [position]: [authorize({ groups: ['Admins'] })] }, async (request) => request.user)
      }
    }
  })
  for (const position of positions) {
    for (const kind of ['authenticate', 'optional', 'authorize']) {
      const url = `/${kind}/${position}`
      t.match((await app.inject({ url, headers })).json(), { username: 'test-user' }, url)
      assertRefused(t, await app.inject({ url, headers: pool.authorization('a.b.c') }), 'FST_COGNITO_TOKEN_INVALID')
      const anonymous = await app.inject(url)
      if (kind === 'optional') t.equal(anonymous.body, 'guest')
      else assertRefused(t, anonymous, 'FST_COGNITO_TOKEN_MISSING')
    }
  }
})

t.test('optional means: no credentials pass, bad ones do not', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => { app.get('/', { preHandler: optionalAuth }, async (request) => ({ user: request.user })) }
  })
  for (const headers of [{}, { authorization: 'Basic dXNlcjpwYXNz' }, { authorization: '' }]) {
    t.strictSame((await app.inject({ url: '/', headers })).json(), { user: null })
  }
  const stale = await pool.accessToken({ iat: 1_000, exp: 2_000 })
  assertRefused(t, await app.inject({ url: '/', headers: pool.authorization(stale) }), 'FST_COGNITO_TOKEN_EXPIRED')
  assertRefused(t, await app.inject({ url: '/', headers: { authorization: 'Bearer' } }), 'FST_COGNITO_REQUEST_INVALID')
  assertRefused(t, await app.inject({ url: '/', headers: { authorization: 'Bearer a' } }), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('optional is no way around an outage', async (t) => {
  const other = createTestUserPool({ userPoolId: 'us-east-1_OptionalDown' })
  other.goDown()
  const app = await buildApp(t, {
    options: other.options,
    routes: (app) => { app.get('/', { preHandler: optionalAuth }, async () => 'in') }
  })
  assertRefused(t, await app.inject({ url: '/', headers: other.authorization(await other.accessToken()) }), 'FST_COGNITO_UNAVAILABLE')
  t.equal((await app.inject('/')).statusCode, 200)
})

t.test('authorize refuses a user without the right with a 403 that names the required scopes', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      app.get('/group', { preHandler: app.authorize({ groups: ['Admins'] }) }, async () => 'in')
      app.get('/scopes', { preHandler: app.authorize({ scopes: ['files/read', 'files/write'] }) }, async () => 'in')
    }
  })
  const headers = pool.authorization(await pool.accessToken({ scopes: ['files/read'] }))
  assertRefused(t, await app.inject({ url: '/group', headers }), 'FST_COGNITO_FORBIDDEN')
  assertRefused(t, await app.inject({ url: '/scopes', headers }), 'FST_COGNITO_FORBIDDEN', ', scope="files/read files/write"')
})

t.test('authorize refuses a bad requirement at once, not at the first request', async (t) => {
  for (const requirement of [undefined, null, 'required', {}, { groups: [] }, { group: ['a'] }]) {
    t.throws(() => authorize(requirement as unknown as AuthRequirement), { code: 'FST_COGNITO_ROUTE_INVALID', message: /authorize\(\)/ }, JSON.stringify(requirement))
  }
})

t.test('getUser gives the user, and throws the 401 of a missing token where there is none', async (t) => {
  const log = captureLog()
  const app = await buildApp(t, {
    options: pool.options,
    server: { logger: log.logger },
    routes: (app) => {
      app.get('/public', async (request) => getUser(request))
      app.get('/optional', { preHandler: optionalAuth }, async (request) => getUser(request))
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  t.match((await app.inject({ url: '/optional', headers })).json(), { username: 'test-user' })
  for (const request of [{ url: '/public' }, { url: '/public', headers }, { url: '/optional' }]) {
    assertRefused(t, await app.inject(request), 'FST_COGNITO_TOKEN_MISSING')
  }
  t.equal(log.where('reason', 'missing').length, 3)
})

t.test('where the plugin is not registered nobody gets in and the mistake is named', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/hook', { preHandler: authenticate }, async () => 'in')
  app.get('/optional', { preHandler: optionalAuth }, async () => 'in')
  app.get('/authorize', { preHandler: authorize({ groups: ['a'] }) }, async () => 'in')
  app.get('/user', async (request) => ({ user: getUser(request) }))
  await app.register(async (child) => {
    // What another plugin takes for a user is no user of this one.
    child.decorateRequest('user', null)
    child.addHook('onRequest', async (request) => { Object.assign(request, { user: { sub: 'somebody' } }) })
    child.get('/other-user', async (request) => ({ user: getUser(request) }))
  })
  for (const url of ['/hook', '/optional', '/authorize', '/user', '/other-user']) {
    const answer = await app.inject({ url, headers: pool.authorization(await pool.accessToken()) })
    t.equal(answer.statusCode, 500, url)
    t.match(answer.json(), { code: 'FST_COGNITO_REGISTRATION_INVALID', message: /not registered in the context of this route/ }, url)
  }
})

t.test('an imported hook works on routes that are declared before the plugin', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/', { preHandler: authenticate }, async () => 'in')
  await app.register((await import('../../src/index.js')).default, pool.options)
  assertRefused(t, await app.inject('/'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('the hooks of the instance are the exported ones', async (t) => {
  const app: FastifyInstance = await buildApp(t, { options: pool.options, routes: () => {} })
  t.equal(app.authenticate, authenticate)
  t.equal(app.optionalAuth, optionalAuth)
  t.equal(app.authorize, authorize)
})

t.test('a hook of this package is known by its rule, another function is not', async (t) => {
  t.match(ruleOfHook(authenticate), { mode: 'required', requirement: null })
  t.match(ruleOfHook(optionalAuth), { mode: 'optional', requirement: null })
  t.match(ruleOfHook(authorize({ groups: ['a'] })), { mode: 'required', requirement: { shown: { groups: ['a'] } } })
  t.equal(ruleOfHook(() => {}), undefined)
})

t.test('the error of a hook is one of this package', async (t) => {
  let seen: unknown = null
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      app.setErrorHandler(async (error, _request, reply) => {
        seen = error
        return reply.code(418).send()
      })
      app.get('/', { preHandler: authenticate }, async () => 'in')
    }
  })
  await app.inject('/')
  t.ok(isCognitoAuthError(seen))
})

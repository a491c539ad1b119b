import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize, getUser, optionalAuth } from '../src/index.js'
import { createTestUserPool } from '../src/testing/index.js'
import { captureLog } from './support/log-capture.js'
import { assertRefused } from './support/refusals.js'

const pool = createTestUserPool()
const forged = { authorization: 'Bearer a.b.c' }

function open (t: Test, logger: object | false = false): FastifyInstance {
  const app = Fastify({ logger })
  t.teardown(() => app.close())
  return app
}

t.test('the trap: a hook read before the plugin has loaded is undefined, and Fastify serves the route to everyone', async (t) => {
  const log = captureLog()
  const app = open(t, log.logger)
  void app.register(cognitoAuth, pool.options)
  // Not awaited, so nothing has been decorated yet.
  app.get('/salaries', { preHandler: app.authenticate }, async () => 'everyone reads this')
  await app.ready()

  const answer = await app.inject({ url: '/salaries', headers: forged })
  t.equal(answer.statusCode, 200)
  t.equal(answer.body, 'everyone reads this')

  t.match(app.cognitoAuth.routes().find(({ url, method }) => url === '/salaries' && method === 'GET'), {
    auth: 'public', source: 'default', undefinedHooks: ['preHandler']
  }, 'the list of routes says so')
  t.match(log.where('level', 40), [{
    msg: /app\.authenticate is undefined until the plugin has loaded/,
    routes: [{ method: 'GET', url: '/salaries', undefinedHooks: ['preHandler'] }]
  }], 'a warning at the start says so')
})

t.test('authorize read too early cannot even be called, so that mistake stops the start', async (t) => {
  const app = open(t)
  void app.register(cognitoAuth, pool.options)
  t.throws(() => app.get('/salaries', { preHandler: app.authorize({ groups: ['Admins'] }) }, async () => 'in'), TypeError)
  await app.ready()
})

const waysOut: Record<string, (app: FastifyInstance) => Promise<void>> = {
  'register is awaited': async (app) => {
    await app.register(cognitoAuth, pool.options)
    app.get('/salaries', { preHandler: app.authenticate }, async () => 'in')
  },
  'the routes are registered as a plugin after it': async (app) => {
    void app.register(cognitoAuth, pool.options)
    void app.register(async (child) => {
      child.get('/salaries', { preHandler: child.authenticate }, async () => 'in')
    })
  },
  'the hook is imported': async (app) => {
    void app.register(cognitoAuth, pool.options)
    app.get('/salaries', { preHandler: authenticate }, async () => 'in')
  },
  'the rule is in config': async (app) => {
    void app.register(cognitoAuth, pool.options)
    app.get('/salaries', { config: { auth: 'required' } }, async () => 'in')
  },
  'the default is "required"': async (app) => {
    void app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
    app.get('/salaries', { preHandler: app.authenticate }, async () => 'in')
  }
}

for (const [says, declare] of Object.entries(waysOut)) {
  t.test(`the way out of the trap: ${says}`, async (t) => {
    const log = captureLog()
    const app = open(t, log.logger)
    await declare(app)
    await app.ready()
    assertRefused(t, await app.inject('/salaries'), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject({ url: '/salaries', headers: forged }), 'FST_COGNITO_TOKEN_INVALID')
    t.equal((await app.inject({ url: '/salaries', headers: pool.authorization(await pool.accessToken()) })).body, 'in')
    t.same(log.where('level', 40), [], 'nothing to warn of')
  })
}

// The requests of such contexts were shaped before the plugin could declare its slots on them.
t.test('in a context made before the plugin the imported hooks guard like anywhere, in every position', async (t) => {
  const app = open(t)
  const hooks = { authenticate, optional: optionalAuth, authorize: authorize({ groups: ['Admins'] }) }
  const positions = ['onRequest', 'preValidation', 'preHandler'] as const
  const twice: string[] = []
  for (const [name, hook] of Object.entries(hooks)) {
    for (const position of positions) {
      await app.register(async (child) => {
        child.addHook(position, hook)
        child.get(`/${name}/${position}`, async (request) => ({ user: request.user }))
        // Asked by the context's hook and by the route's config, one after the other.
        child.get(`/${name}/${position}/twice`, { config: { auth: 'required' }, preHandler: hook }, async (request) => ({ sub: getUser(request).sub }))
        twice.push(`/${name}/${position}/twice`)
      })
    }
  }
  await app.register(cognitoAuth, pool.options)
  const admin = pool.authorization(await pool.accessToken({ sub: 'admin', groups: ['Admins'] }))
  const user = pool.authorization(await pool.accessToken())
  for (const position of positions) {
    assertRefused(t, await app.inject(`/authenticate/${position}`), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject(`/authorize/${position}`), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject({ url: `/authorize/${position}`, headers: user }), 'FST_COGNITO_FORBIDDEN')
    t.same((await app.inject(`/optional/${position}`)).json(), { user: null }, 'nobody is null, as everywhere')
    for (const name of Object.keys(hooks)) {
      const url = `/${name}/${position}`
      assertRefused(t, await app.inject({ url, headers: forged }), 'FST_COGNITO_TOKEN_INVALID')
      t.match((await app.inject({ url, headers: admin })).json(), { user: { sub: 'admin' } }, url)
    }
  }
  for (const url of twice) {
    assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
    t.same((await app.inject({ url, headers: admin })).json(), { sub: 'admin' }, url)
  }
})

t.test('in a context made before the plugin nobody is null too, and getUser refuses before and after the plugin\'s own hook', async (t) => {
  const app = open(t)
  await app.register(async (child) => {
    child.get('/public', async (request) => ({ user: request.user }))
    child.get('/get-user', async (request) => getUser(request))
  })
  await app.register(async (child) => {
    child.addHook('onRequest', async (request) => { getUser(request) })
    child.get('/too-early', async () => 'in')
  })
  await app.register(cognitoAuth, pool.options)
  t.same((await app.inject('/public')).json(), { user: null })
  assertRefused(t, await app.inject('/get-user'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject('/too-early'), 'FST_COGNITO_TOKEN_MISSING')
})

import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { authenticate } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'in'

t.test('a child context that makes all its routes required by its own onRoute hook is obeyed', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      void app.register(async (child) => {
        child.addHook('onRoute', (route) => { route.config = { ...route.config, auth: 'required' } })
        child.get('/guarded', handler)
      })
      void app.register(async (child) => {
        child.addHook('onRoute', (route) => { route.preHandler = authenticate })
        child.get('/hooked', handler)
      })
    }
  })
  for (const url of ['/guarded', '/hooked']) {
    assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
    t.equal((await app.inject({ url, headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
    t.match(app.cognitoAuth.routes().filter((route) => route.url === url), [{ auth: 'required' }, { auth: 'required' }])
  }
})

t.test('a child context that writes a bad config.auth by its own onRoute hook has its routes denied', async (t) => {
  const log = captureLog()
  const app = await buildApp(t, {
    options: pool.options,
    server: { logger: log.logger },
    routes: (app) => {
      void app.register(async (child) => {
        child.addHook('onRoute', (route) => { Object.assign(route.config ?? {}, { auth: 'Required' }) })
        child.get('/guarded', handler)
      })
    }
  })
  for (const headers of [{}, pool.authorization(await pool.accessToken())]) {
    assertRefused(t, await app.inject({ url: '/guarded', headers }), 'FST_COGNITO_FORBIDDEN')
  }
  t.match(log.where('level', 50), [{ routes: [{ method: 'GET', url: '/guarded' }, { method: 'HEAD', url: '/guarded' }] }])
})

/** Routes of the root and of two children, declared before the plugin is registered. */
async function declareEarly (app: FastifyInstance): Promise<void> {
  app.get('/early', { config: { auth: 'required' } }, handler)
  app.get('/early-open', handler)
  app.get('/early-denied', { config: Object.assign({}, { auth: 'Required' }) as object }, handler)
  await app.register(async (child) => { child.get('/early', { config: { auth: 'required' } }, handler) }, { prefix: '/child' })
  await app.register(async (child) => { child.get('/early-open', handler) }, { prefix: '/child' })
}

t.test('routes declared before the plugin, in children too, are enforced', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await declareEarly(app)
  await app.register(cognitoAuth, pool.options)
  const headers = pool.authorization(await pool.accessToken())
  for (const url of ['/early', '/child/early']) {
    assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
    t.equal((await app.inject({ url, headers })).statusCode, 200)
  }
  for (const url of ['/early-open', '/child/early-open']) t.equal((await app.inject(url)).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/early-denied', headers }), 'FST_COGNITO_FORBIDDEN')
  t.match(Object.fromEntries(app.cognitoAuth.routes().filter(({ method }) => method === 'GET').map(({ url, auth }) => [url, auth])), {
    '/early': 'required', '/early-open': 'public', '/early-denied': 'denied', '/child/early': 'required', '/child/early-open': 'public'
  })
})

t.test('routes declared before the plugin get its default', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await declareEarly(app)
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  for (const url of ['/early-open', '/child/early-open', '/early', '/child/early']) assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('a bad config.auth stops the start with an error that names the route', async (t) => {
  for (const auth of ['Required', undefined, {}, { groups: [] }, { role: ['a'] }, { roles: ['Nobody'] }]) {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(cognitoAuth, pool.options)
    const config = Object.assign({}, { auth }) as object
    t.throws(() => app.put('/files/:id', { config }, handler), { code: 'FST_COGNITO_ROUTE_INVALID', message: /route PUT \/files\/:id: config\.auth/ }, JSON.stringify(auth))
  }
})

t.test('what matches no route gets the default: open, or a 401 before the 404', async (t) => {
  const headers = pool.authorization(await pool.accessToken())
  const routes = (app: FastifyInstance): void => { app.get('/known', handler) }
  const open = await buildApp(t, { options: pool.options, routes })
  t.equal((await open.inject('/unknown')).statusCode, 404)
  const closed = await buildApp(t, { options: { ...pool.options, defaultAuth: 'required' }, routes })
  assertRefused(t, await closed.inject('/unknown'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await closed.inject({ url: '/known', method: 'DELETE' }), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await closed.inject({ url: '/unknown', headers })).statusCode, 404)
  t.equal((await closed.inject({ url: '/known', headers })).statusCode, 200)
})

t.test('with an optional default a bad token is refused even where there is no route', async (t) => {
  const app = await buildApp(t, { options: { ...pool.options, defaultAuth: 'optional' }, routes: () => {} })
  t.equal((await app.inject('/unknown')).statusCode, 404)
  assertRefused(t, await app.inject({ url: '/unknown', headers: pool.authorization('a.b.c') }), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('every spelling of a route that a prefix makes is guarded, HEAD too', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => { void app.register(async (child) => { child.get('/', { config: { auth: 'required' } }, handler) }, { prefix: '/admin' }) }
  })
  for (const url of ['/admin', '/admin/']) {
    for (const method of ['GET', 'HEAD'] as const) {
      t.equal((await app.inject({ url, method })).statusCode, 401, `${method} ${url}`)
      t.equal((await app.inject({ url, method, headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
    }
  }
})

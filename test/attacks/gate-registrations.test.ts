import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Test } from 'tap'
import cognitoAuth, { authenticate } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'in'

function open (t: Test, options: object = {}): FastifyInstance {
  const app = Fastify(options)
  t.teardown(() => app.close())
  return app
}

async function statusesOf (app: FastifyInstance, url: string): Promise<number[]> {
  const token = pool.authorization(await pool.accessToken())
  const answers = [await app.inject(url), await app.inject({ url, headers: token })]
  return answers.map(({ statusCode }) => statusCode)
}

t.test('routes seen by one application and declared again in another have the rule of the other', async (t) => {
  for (const [first, second, expected] of [['public', 'required', [401, 200]], ['required', 'public', [200, 200]]] as const) {
    const [one, other] = [open(t), open(t)]
    const seen: RouteOptions[] = []
    one.addHook('onRoute', (route) => { if (route.method !== 'HEAD') seen.push(route) })
    await one.register(cognitoAuth, { ...pool.options, defaultAuth: first })
    await other.register(cognitoAuth, { ...pool.options, defaultAuth: second })
    one.get('/x', handler)
    one.get('/ruled', { config: { auth: 'required' } }, handler)
    for (const route of seen) other.route(route)
    await one.ready()
    t.same(await statusesOf(other, '/x'), expected)
    t.same(await statusesOf(other, '/ruled'), [401, 200])
    t.match(other.cognitoAuth.routes().filter(({ url }) => url === '/x'), [{ auth: second }, { auth: second }])
    t.same(await statusesOf(one, '/ruled'), [401, 200])
  }
})

t.test('routes declared again in a sibling context have the rule of the sibling', async (t) => {
  const app = open(t)
  const seen: RouteOptions[] = []
  await app.register(async (child) => {
    await child.register(cognitoAuth, pool.options)
    child.addHook('onRoute', (route) => { if (route.method !== 'HEAD') seen.push({ ...route, url: '/x' }) })
    child.get('/x', handler)
  }, { prefix: '/a' })
  await app.register(async (child) => {
    await child.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
    for (const route of seen) child.route(route)
  }, { prefix: '/b' })
  t.same(await statusesOf(app, '/a/x'), [200, 200])
  t.same(await statusesOf(app, '/b/x'), [401, 200])
})

t.test('a config object shared by routes and applications keeps each application\'s own rules', async (t) => {
  const config = { other: 1 }
  const [one, other] = [open(t), open(t)]
  await one.register(cognitoAuth, pool.options)
  await other.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  for (const app of [one, other]) for (const url of ['/x', '/y']) app.get(url, { config }, handler)
  for (const url of ['/x', '/y']) {
    t.same(await statusesOf(one, url), [200, 200])
    t.same(await statusesOf(other, url), [401, 200])
  }
  t.strictSame(config, { other: 1 })
})

t.test('a rule on a route that no registration covers stops the start and names fp; the request is refused as well', async (t) => {
  const wrong = { code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/guarded: config\.auth .*fp \(fastify-plugin\)/ }
  for (const auth of ['required', 'optional', { groups: ['Admins'] }] as const) {
    for (const plugin of [async (child: FastifyInstance) => { await child.register(cognitoAuth, pool.options) }, null]) {
      const app = Fastify()
      if (plugin !== null) void app.register(plugin)
      app.get('/guarded', { config: { auth } }, handler)
      await t.rejects(async () => { await app.ready() }, wrong)
      t.notMatch(await app.inject('/guarded').then(({ body }) => body, () => ''), /in/)
    }
  }
})

t.test('a bad rule on a route beside the registration stops the start too', async (t) => {
  for (const options of [{ config: { auth: 'Required' } }, { config: { Auth: 'required' } }, { auth: 'required' }]) {
    const app = Fastify()
    void app.register(async (child) => { await child.register(cognitoAuth, pool.options) })
    app.get('/guarded', options as object, handler)
    await t.rejects(async () => { await app.ready() }, { code: 'FST_COGNITO_ROUTE_INVALID' }, JSON.stringify(options))
  }
})

t.test('a plugin file without fp, which covers nothing, stops the start: default-deny must not be lost in silence', async (t) => {
  const app = Fastify()
  void app.register(async (child) => { await child.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' }) })
  app.delete('/items/:id', async (_request, reply) => reply.code(204).send())
  await t.rejects(async () => { await app.ready() }, { code: 'FST_COGNITO_REGISTRATION_INVALID', message: /without routes.*fp \(fastify-plugin\)/ })
  t.equal((await app.inject({ url: '/items/1', method: 'DELETE' }).catch(() => ({ statusCode: 500 }))).statusCode, 503)
})

t.test('routes added later to a child made earlier are judged, listed, and refused where their rule is wrong', async (t) => {
  const app = open(t)
  const children: FastifyInstance[] = []
  await app.register(async (child) => { children.push(child) }, { prefix: '/child' })
  await app.register(cognitoAuth, pool.options)
  const [child = app] = children
  child.get('/config', { config: { auth: 'required' } }, handler)
  child.get('/hook', { preHandler: authenticate }, handler)
  t.throws(() => child.get('/wrong', { config: Object.assign({}, { auth: 'Required' }) as object }, handler), { code: 'FST_COGNITO_ROUTE_INVALID' })
  for (const url of ['/child/config', '/child/hook']) {
    t.same(await statusesOf(app, url), [401, 200])
    t.match(app.cognitoAuth.routes().filter((route) => route.url === url), [{ auth: 'required' }, { auth: 'required' }])
  }
  const late = Fastify()
  await late.register(async (child) => { children.push(child) })
  await late.register(cognitoAuth, pool.options)
  children.at(-1)?.get('/beside', Object.assign({}, { auth: 'required' }) as object, handler)
  await t.rejects(async () => { await late.ready() }, { code: 'FST_COGNITO_ROUTE_INVALID' })
})

t.test('of two instances on one server each keeps and lists its own routes', async (t) => {
  const server: Server = createServer()
  const [one, two] = [open(t, { serverFactory: () => server }), open(t, { serverFactory: () => server })]
  for (const app of [one, two]) app.get('/early', { config: { auth: 'required' } }, handler)
  await one.register(cognitoAuth, pool.options)
  await two.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  one.get('/x', handler)
  two.get('/x', handler)
  t.same(await statusesOf(one, '/x'), [200, 200])
  t.same(await statusesOf(two, '/x'), [401, 200])
  for (const [app, auth] of [[one, 'public'], [two, 'required']] as const) {
    t.same(await statusesOf(app, '/early'), [401, 200])
    t.match(app.cognitoAuth.routes().filter(({ method }) => method === 'GET'), [{ url: '/early', auth: 'required' }, { url: '/x', auth }])
  }
})

t.test('an undefined hook on a route beside the registration is warned of', async (t) => {
  const log = captureLog()
  const app = open(t, { logger: log.logger })
  await app.register(async (child) => {
    await child.register(cognitoAuth, pool.options)
    child.get('/own', handler)
  })
  app.get('/trap', { preHandler: app.authenticate }, handler)
  await app.ready()
  t.match(log.where('level', 40), [{ routes: [{ method: 'GET', url: '/trap' }, { method: 'HEAD', url: '/trap' }] }])
})

t.test('routes beside a registration without fp are warned of, unless they say that they are public', async (t) => {
  const log = captureLog()
  const app = open(t, { logger: log.logger })
  await app.register(async (file) => {
    await file.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
    file.get('/own', handler)
  })
  app.delete('/items/:id', handler)
  app.get('/hooked', { preHandler: authenticate }, handler)
  app.get('/health', { config: { auth: 'public' } }, handler)
  await app.ready()
  const warnings = log.where('level', 40)
  t.equal(warnings.length, 1)
  t.strictSame(warnings.map(({ routes }) => routes), [[{ method: 'DELETE', url: '/items/:id', undefinedHooks: [] }]])
  t.match(warnings[0], { msg: /wrap .* in fp/ })
})

t.test('a registration below a prefix is no mistake, and nothing is warned of', async (t) => {
  const log = captureLog()
  const app = open(t, { logger: log.logger })
  await app.register(async (api) => {
    await api.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
    api.get('/own', handler)
  }, { prefix: '/api' })
  app.get('/open', handler)
  await app.ready()
  t.strictSame(log.where('level', 40), [])
})

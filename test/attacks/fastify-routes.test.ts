import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize, optionalAuth } from '../../src/index.js'
import type { AuthMode, RouteAuth } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'in'

/** Routes of every kind, each once before and once after the plugin. */
async function declareRoutes (app: FastifyInstance, when: string): Promise<void> {
  app.get(`/${when}/default`, handler)
  app.get(`/${when}/public`, { config: { auth: 'public' } }, handler)
  app.get(`/${when}/optional`, { config: { auth: 'optional' } }, handler)
  app.get(`/${when}/required`, { config: { auth: 'required' } }, handler)
  app.get(`/${when}/groups`, { config: { auth: { groups: ['Admins'] } } }, handler)
  app.get(`/${when}/hook`, { preHandler: authenticate }, handler)
  app.get(`/${when}/optional-hook`, { onRequest: [optionalAuth] }, handler)
  app.get(`/${when}/optional-config-required-hook`, { config: { auth: 'optional' }, preValidation: authenticate }, handler)
  app.get(`/${when}/required-config-group-hook`, { config: { auth: 'required' }, preHandler: [authorize({ groups: ['Admins'] })] }, handler)
  app.get(`/${when}/no-head`, { config: { auth: 'required' }, exposeHeadRoute: false }, handler)
  app.get(`/${when}/items/:id`, { config: { auth: 'required' } }, handler)
  app.get(`/${when}/files/*`, { config: { auth: { groups: ['Admins'] } } }, handler)
  app.get(`/${when}/number/:id(^\\d+)`, { config: { auth: 'required' } }, handler)
  app.route({ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url: `/${when}/write`, config: { auth: 'required' }, handler })
  app.options(`/${when}/required`, handler)
  app.head(`/${when}/own-head`, { config: { auth: 'required' } }, async () => '')
  app.all(`/${when}/all`, { config: { auth: { groups: ['Admins'] } } }, handler)
  app.get(`/${when}/twins`, { constraints: { version: '1.0.0' }, config: { auth: 'required' } }, handler)
  await app.register(async (child) => {
    child.get('/', { config: { auth: 'required' } }, handler)
    child.get('/open', handler)
    await child.register(async (grandchild) => { grandchild.get('/deep', { preHandler: authenticate }, handler) }, { prefix: '/:tenant' })
  }, { prefix: `/${when}/prefix` })
}

async function build (t: Test, defaultAuth: AuthMode): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await declareRoutes(app, 'before')
  await app.register(cognitoAuth, { ...pool.options, defaultAuth })
  await declareRoutes(app, 'after')
  await app.ready()
  return app
}

/** An address that matches the pattern of a route. */
function addressOf (pattern: string): string {
  return pattern.replace(':id(^\\d+)', '7').replace(':id', '7').replace(':tenant', 'one').replace('*', 'a/b')
}

function methodsOf ({ method }: RouteAuth): readonly HTTPMethods[] {
  return typeof method === 'string' ? [method] : method
}

interface Callers {
  readonly user: Record<string, string>
  readonly admin: Record<string, string>
}

/** What each protection lets in: nobody signed in, a bad token, a user, an administrator. */
function expectedOf ({ auth, requirements }: RouteAuth): readonly number[] {
  const user = requirements.length === 0 ? 200 : 403
  switch (auth) {
    case 'public': return [200, 200, 200, 200]
    case 'optional': return [200, 401, 200, 200]
    case 'required': return [401, 401, user, 200]
    case 'denied': return [403, 403, 403, 403]
    case 'unknown': return []
  }
}

async function statusesOf (app: FastifyInstance, method: HTTPMethods, url: string, { user, admin }: Callers): Promise<number[]> {
  const statuses: number[] = []
  for (const headers of [{}, { authorization: 'Bearer a.b.c' }, user, admin]) {
    const version = url.endsWith('/twins') ? { 'accept-version': '1.0.0' } : {}
    const inject = { method: method as 'GET', url, headers: { ...headers, ...version } }
    statuses.push((await app.inject(inject)).statusCode)
  }
  return statuses
}

for (const defaultAuth of ['public', 'optional', 'required'] as const) {
  t.test(`every route answers as routes() says, with defaultAuth ${defaultAuth}`, async (t) => {
    const app = await build(t, defaultAuth)
    const callers = {
      user: pool.authorization(await pool.accessToken()),
      admin: pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
    }
    const routes = app.cognitoAuth.routes()
    let asked = 0
    for (const route of routes) {
      for (const method of methodsOf(route)) {
        // A QUERY without a body is refused before its handler, whoever sends it.
        if (method === 'QUERY') continue
        const url = addressOf(route.url)
        t.same(await statusesOf(app, method, url, callers), expectedOf(route), `${method} ${route.url} is ${route.auth}`)
        asked++
      }
    }
    t.ok(asked > 80, `${asked} routes were asked`)
  })

  t.test(`routes() lists the same protection before and after the plugin, with defaultAuth ${defaultAuth}`, async (t) => {
    const app = await build(t, defaultAuth)
    const listed = (when: string): unknown[] => app.cognitoAuth.routes()
      .filter(({ url }) => url.startsWith(`/${when}/`))
      .map((route) => ({ ...route, url: route.url.slice(when.length + 1) }))
    t.same(listed('before'), listed('after'))
    const audit = listed('after') as RouteAuth[]
    t.match(audit.filter(({ url, method }) => url === '/default' && method === 'GET'), [{ auth: defaultAuth, source: 'default' }])
    t.match(audit.filter(({ url }) => url === '/optional-config-required-hook'), [{ auth: 'required', source: 'hook' }, { auth: 'required', source: 'hook' }])
  })

  t.test(`what no route matches gets the default before it is said that there is none: ${defaultAuth}`, async (t) => {
    const app = await build(t, defaultAuth)
    const headers = pool.authorization(await pool.accessToken())
    const nowhere: ReadonlyArray<readonly [HTTPMethods, string]> = [
      ['GET', '/nowhere'], ['POST', '/after/required'], ['OPTIONS', '/after/optional'], ['GET', '/after/number/seven'],
      ['HEAD', '/after/no-head'], ['GET', '/after/prefix/one/nothing'], ['GET', '/after/own-head'], ['PROPFIND', '/after/write']
    ]
    for (const [method, url] of nowhere) {
      const ask = async (headers: Record<string, string>): Promise<number> =>
        (await app.inject({ method: method as 'GET', url, headers })).statusCode
      t.equal(await ask({}), defaultAuth === 'required' ? 401 : 404, `${method} ${url}: nobody`)
      t.equal(await ask({ authorization: 'Bearer a.b.c' }), defaultAuth === 'public' ? 404 : 401, `${method} ${url}: a bad token`)
      t.equal(await ask(headers), 404, `${method} ${url}: a user`)
    }
  })
}

t.test('a 404 handler of a child context does not run for nobody where everything needs a token', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  let found = 0
  app.setNotFoundHandler(async () => { found++ })
  await app.register(async (child) => { child.setNotFoundHandler(async () => { found++ }) }, { prefix: '/child' })
  for (const url of ['/nowhere', '/child/nowhere']) assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
  t.equal(found, 0)
  for (const url of ['/nowhere', '/child/nowhere']) await app.inject({ url, headers: pool.authorization(await pool.accessToken()) })
  t.equal(found, 2)
})

t.test('of two routes with one address, told apart by a constraint, each has its own protection', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.get('/', { constraints: { host: 'public.example.com' } }, handler)
  app.get('/', { constraints: { host: 'admin.example.com' }, config: { auth: { groups: ['Admins'] } } }, handler)
  t.equal((await app.inject({ url: '/', headers: { host: 'public.example.com' } })).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/', headers: { host: 'admin.example.com' } }), 'FST_COGNITO_TOKEN_MISSING')
  for (const host of ['ADMIN.example.com', 'admin.example.com:80', 'admin.example.com.', 'x']) {
    t.not((await app.inject({ url: '/', headers: { host } })).statusCode, 200, host)
  }
})

t.test('a route added while the application runs is refused by Fastify, so it cannot escape the plugin', async (t) => {
  const app = await build(t, 'public')
  t.throws(() => app.get('/late', handler), { code: 'FST_ERR_INSTANCE_ALREADY_LISTENING' })
})

import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authorize, optionalAuth } from '../../src/index.js'
import type { CognitoAuthOptions, DeclaredRoute, PublicRoutes, RouteAuthConfig } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { rejectionOf } from '../support/rejection.js'

const pool = createTestUserPool()
const admins = { groups: ['Admins'] }

type Declare = (app: FastifyInstance) => unknown

interface Setup {
  readonly publicRoutes: PublicRoutes
  readonly declare: Declare
  /** Declared before the plugin is registered. */
  readonly early?: Declare
  readonly options?: Partial<CognitoAuthOptions>
}

async function build (t: Test, { publicRoutes, declare, early = () => {}, options = {} }: Setup): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await early(app)
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', publicRoutes, ...options } as CognitoAuthOptions)
  await declare(app)
  await app.ready()
  return app
}

function route (app: FastifyInstance, url: string, options: Partial<RouteOptions> = {}): void {
  app.route({ method: 'GET', url, handler: async () => 'in', ...options })
}

async function statuses (app: FastifyInstance, url: string): Promise<number[]> {
  const tokens = [null, await pool.accessToken(), await pool.accessToken(admins)]
  return Promise.all(tokens.map(async (token) => (await app.inject({ url, headers: token === null ? {} : pool.authorization(token) })).statusCode))
}

function sourceOf (app: FastifyInstance, wanted: string, of = 'GET'): string[] {
  return app.cognitoAuth.routes().filter(({ url, method }) => url === wanted && method === of).map(({ auth, source }) => `${auth} by ${source}`)
}

const inDocs: PublicRoutes = ({ prefix }) => prefix === '/docs'

async function declareDocs (app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    route(docs, '/')
    route(docs, '/static/*')
  }, { prefix: '/docs' })
}

t.test('a route that says nothing is public where the function answers true, and only there; HEAD too', async (t) => {
  const app = await build(t, { publicRoutes: inDocs, declare: async (app) => { await declareDocs(app); route(app, '/docs-of-staff'); route(app, '/private') } })
  for (const url of ['/docs', '/docs/', '/docs/static/a.css']) t.strictSame(await statuses(app, url), [200, 200, 200], url)
  for (const url of ['/docs-of-staff', '/private', '/docs/none']) t.equal((await statuses(app, url))[0], 401, url)
  t.equal((await app.inject({ method: 'HEAD', url: '/docs' })).statusCode, 200)
  t.strictSame(sourceOf(app, '/docs'), ['public by publicRoutes'])
  t.strictSame(sourceOf(app, '/docs/static/*', 'HEAD'), ['public by publicRoutes'])
  t.strictSame(sourceOf(app, '/private'), ['required by default'])
})

t.test('each route is asked about once, when it is declared, with what tells it and nothing that could change it', async (t) => {
  const asked: DeclaredRoute[] = []
  const publicRoutes: PublicRoutes = (declared) => { asked.push(declared); return false }
  const declare: Declare = (app) => {
    route(app, '/x/:id', { method: ['PUT', 'POST'] })
    t.equal(asked.length, 3, 'at once')
    return declareDocs(app)
  }
  const app = await build(t, { publicRoutes, early: (app) => route(app, '/early'), declare })
  t.strictSame(asked.map(({ method, url, prefix }) => `${String(method)} ${url} (${prefix})`), [
    'GET /early ()', 'HEAD /early ()', 'PUT,POST /x/:id ()',
    'GET /docs (/docs)', 'HEAD /docs (/docs)', 'HEAD /docs/ (/docs)', 'GET /docs/static/* (/docs)', 'HEAD /docs/static/* (/docs)'
  ])
  for (const declared of asked) t.ok(Object.isFrozen(declared) && (typeof declared.method === 'string' || Object.isFrozen(declared.method)))
  const before = asked.length
  await statuses(app, '/docs')
  app.cognitoAuth.routes()
  t.equal(asked.length, before, 'and never again')
})

t.test('a route declared before the plugin is asked about as well', async (t) => {
  const app = await build(t, { publicRoutes: inDocs, early: declareDocs, declare: (app) => route(app, '/private') })
  t.strictSame(await statuses(app, '/docs/static/a.css'), [200, 200, 200])
  t.strictSame(sourceOf(app, '/docs/static/*'), ['public by publicRoutes'])
  t.equal((await statuses(app, '/private'))[0], 401)
})

t.test('nothing is loosened that has a rule of its own, and nobody is asked about it', async (t) => {
  const asked: string[] = []
  const app = await build(t, {
    publicRoutes: ({ url }) => { asked.push(url); return true },
    declare: (app) => {
      for (const auth of ['public', 'optional', 'required', admins] as const) route(app, `/config/${typeof auth === 'string' ? auth : 'admins'}`, { config: { auth } })
      route(app, '/hook/admins', { preHandler: authorize(admins) })
      route(app, '/hook/optional', { onRequest: [async () => {}, optionalAuth] })
      app.register(async (child) => { child.defaultAuth(admins); route(child, '/context') })
      app.register(async (child) => { child.addHook('onRequest', authorize(admins)); route(child, '/context-hook') })
      route(app, '/open')
    }
  })
  t.strictSame([...new Set(asked)], ['/open'])
  t.strictSame(await statuses(app, '/config/public'), [200, 200, 200])
  t.strictSame(await statuses(app, '/config/optional'), [200, 200, 200])
  t.strictSame(await statuses(app, '/config/required'), [401, 200, 200])
  for (const url of ['/config/admins', '/hook/admins', '/context', '/context-hook']) t.strictSame(await statuses(app, url), [401, 403, 200], url)
  t.strictSame(await statuses(app, '/hook/optional'), [401, 200, 200], 'the default and the hook, both')
  t.strictSame(await statuses(app, '/open'), [200, 200, 200])
})

t.test('what an onRoute hook does afterwards never opens a route', async (t) => {
  const later: ReadonlyArray<readonly [name: string, hook: (route: RouteOptions) => void, given: Partial<RouteOptions>, where: string, expected: number[]]> = [
    ['a rule is written', (route) => { route.config = { auth: admins } }, {}, '/x', [401, 403, 200]],
    ['a bad rule is written', (route) => { route.config = { auth: 'Required' as 'required' } }, {}, '/x', [403, 403, 403]],
    ['a hook is added', (route) => { route.preHandler = authorize(admins) }, {}, '/x', [401, 403, 200]],
    ['a rule is taken away', (route) => { route.config = {} }, { config: { auth: admins } }, '/x', [401, 200, 200]],
    ['a hook is taken away', (route) => { route.preHandler = [] }, { preHandler: authorize(admins) }, '/x', [401, 200, 200]],
    ['the address is changed', (route) => { route.url = '/elsewhere' }, {}, '/elsewhere', [401, 200, 200]],
    ['the method is changed', (route) => { route.method = 'GET' }, { method: 'POST' }, '/x', [401, 200, 200]],
    ['nothing is done', () => {}, {}, '/x', [200, 200, 200]]
  ]
  for (const [name, hook, given, where, expected] of later) {
    const app = await build(t, {
      publicRoutes: () => true,
      declare: (app) => app.register(async (child) => {
        child.addHook('onRoute', hook)
        route(child, '/x', { exposeHeadRoute: false, ...given })
      })
    })
    t.strictSame(await statuses(app, where), expected, name)
    t.equal(sourceOf(app, where)[0] === 'public by publicRoutes', expected[0] === 200, name)
  }
})

t.test('the twin of a prefix does not open an address that a hook has put in the place of the other', async (t) => {
  const app = await build(t, {
    publicRoutes: () => true,
    declare: (app) => app.register(async (child) => {
      child.addHook('onRoute', (route) => { if (route.url === '/docs') route.url = '/elsewhere' })
      route(child, '/', { exposeHeadRoute: false })
    }, { prefix: '/docs' })
  })
  for (const url of ['/elsewhere', '/docs/']) t.strictSame(await statuses(app, url), [401, 200, 200], url)
})

t.test('a rule that is written while the application runs is enforced', async (t) => {
  let config: { auth?: RouteAuthConfig } = {}
  const app = await build(t, {
    publicRoutes: () => true,
    declare: (app) => route(app, '/x', { onRequest: async (request) => { config = request.routeOptions.config } })
  })
  t.strictSame(await statuses(app, '/x'), [200, 200, 200])
  config.auth = admins
  t.strictSame(await statuses(app, '/x'), [401, 403, 200])
})

t.test('404 handlers keep the default: they are no routes', async (t) => {
  const app = await build(t, { publicRoutes: () => true, declare: (app) => { app.setNotFoundHandler(async () => 'none') } })
  t.equal((await statuses(app, '/none'))[0], 401)
  t.match(app.cognitoAuth.routes(), [{ kind: 'not_found', auth: 'required', source: 'default' }])
})

t.test('an answer other than true and false refuses the start, a promise too', async (t) => {
  for (const answer of [undefined, null, 0, 1, '', 'true', {}, [], Promise.resolve(true), Object(true) as unknown]) {
    const publicRoutes = (() => answer) as PublicRoutes
    const expected = { code: 'FST_COGNITO_ROUTE_INVALID', message: /publicRoutes for route GET \/x is invalid: expected true or false at once, not a value of type \w+$/ }
    t.match(await rejectionOf(build(t, { publicRoutes, declare: (app) => route(app, '/x') })), expected, typeof answer)
    t.match(await rejectionOf(build(t, { publicRoutes, early: (app) => route(app, '/x'), declare: () => {} })), expected, `${typeof answer}, declared earlier`)
  }
})

t.test('an error of the function refuses the start, and a request that comes all the same', async (t) => {
  const cause = new Error('of the application')
  const publicRoutes: PublicRoutes = () => { throw cause }
  const expected = { code: 'FST_COGNITO_ROUTE_INVALID', message: /publicRoutes for route GET \/x is missing/, cause }
  t.match(await rejectionOf(build(t, { publicRoutes, declare: (app) => route(app, '/x') })), expected)
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  route(app, '/x')
  t.match(await rejectionOf((async () => { await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', publicRoutes }) })()), expected)
  for (let asked = 0; asked < 2; asked++) t.not((await app.inject('/x').catch(() => ({ statusCode: 0 }))).statusCode, 200)
})

t.test('siblings are asked about their own routes only', async (t) => {
  const asked: Record<string, string[]> = { one: [], two: [] }
  const app = Fastify()
  t.teardown(() => app.close())
  for (const name of ['one', 'two'] as const) {
    await app.register(async (child) => {
      await child.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', publicRoutes: ({ url }) => { asked[name]?.push(url); return name === 'one' } })
      route(child, '/x', { exposeHeadRoute: false })
    }, { prefix: `/${name}` })
  }
  await app.ready()
  t.strictSame(asked, { one: ['/one/x'], two: ['/two/x'] })
  t.equal((await statuses(app, '/one/x'))[0], 200)
  t.equal((await statuses(app, '/two/x'))[0], 401)
})

import t from 'tap'
import type { SwaggerTransform } from '@fastify/swagger'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import cognitoAuth from '../../src/index.js'
import { cognitoOpenApi } from '../../src/openapi/index.js'
import { rejectionOf } from '../support/rejection.js'
import { build, documentOf, domain, operationOf, pool } from './support/document.js'
import type { Document, Setup } from './support/document.js'

const handler = async (): Promise<string> => 'in'
const user = [{ cognito: [] }]
const components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } as const } }

function route (app: FastifyInstance, url: string, options: Partial<RouteOptions> = {}): void {
  app.route({ method: 'GET', url, handler, ...options })
}

function secured (auth: 'public' | 'optional' | 'required', security: ReadonlyArray<Record<string, string[]>>): Partial<RouteOptions> {
  return { config: { auth }, schema: { security } }
}

async function warningsWith (t: Parameters<typeof build>[0], setup: Setup): Promise<object[]> {
  return (await build(t, setup)).warnings.map(({ msg, routes }) => ({ msg, routes }))
}

t.test('a schema.security of the route has the last word, with one warning where the guard says otherwise', async (t) => {
  const routes: ReadonlyArray<readonly [url: string, options: Partial<RouteOptions>, contradicts: boolean]> = [
    ['/open-said-closed', secured('public', [{ cognito: [] }]), true],
    ['/guest-said-closed', secured('optional', [{ cognito: [] }]), true],
    ['/closed-said-open', secured('required', []), true],
    ['/closed-said-guest', secured('required', [{}, { cognito: [] }]), true],
    ['/closed-said-key', secured('required', [{ key: [] }]), true],
    ['/open', secured('public', []), false],
    ['/open-with-key', secured('public', [{ key: [] }]), false],
    ['/guest', secured('optional', [{ cognito: [] }, {}]), false],
    ['/closed', secured('required', [{ key: [], cognito: [] }]), false],
    ['/closed-or-key', secured('required', [{ key: [] }, { cognito: [] }]), false]
  ]
  const { app, warnings } = await build(t, { swagger: { openapi: { components } }, declare: (app) => { for (const [url, options] of routes) route(app, url, options) } })
  t.equal(warnings.length, 1)
  t.match(warnings[0], { msg: /their guard says otherwise/, routes: routes.filter(([, , contradicts]) => contradicts).map(([url]) => ({ method: 'GET', url })) })
  t.equal((warnings[0] as { routes: object[] }).routes.length, 5)
  const document = await documentOf(t, app)
  for (const [url, { schema }] of routes) t.strictSame(operationOf(document, url).security, schema?.security, url)
})

t.test('a schema.security of another form stops the start, and says which is meant', async (t) => {
  for (const security of ['cognito', ['cognito'], [null], { cognito: [] }, [{ cognito: null }], [{ cognito: 'a/1' }], [{ cognito: [1] }]]) {
    const refused = build(t, { declare: (app) => route(app, '/x', { schema: { security: security as [] } }) })
    t.match(await rejectionOf(refused), { code: 'FST_COGNITO_ROUTE_INVALID', message: /schema\.security of route GET \/x is invalid: expected requirements such as \[\{ cognito: \[\] \}\]/ }, JSON.stringify(security))
  }
})

t.test('fewer scopes than the guard asks contradict it, more or another way do not', async (t) => {
  const scopes = { all: ['orders/read'], any: ['a/1', 'a/2'] }
  const cases: ReadonlyArray<readonly [url: string, told: string[][], contradicts: boolean]> = [
    ['/none', [[]], true],
    ['/fewer', [['orders/read']], true],
    ['/other', [['orders/write', 'a/1']], true],
    ['/all', [['a/2', 'orders/read']], false],
    ['/more', [['orders/read', 'a/1', 'more/1']], false],
    ['/one-of-two', [[], ['orders/read', 'a/1']], false]
  ]
  const declare = (app: FastifyInstance): void => { for (const [url, told] of cases) route(app, url, { config: { auth: { scopes } }, schema: { security: told.map((cognito) => ({ cognito })) } }) }
  const contradicting = cases.filter(([, , contradicts]) => contradicts).map(([url]) => ({ method: 'GET', url }))
  t.strictSame((await warningsWith(t, { openApi: { domain }, declare })).map((warning) => 'routes' in warning && warning.routes), [contradicting])
  t.strictSame(await warningsWith(t, { declare }), [], 'a bearer token of OpenAPI 3.0 has no scopes to tell')
})

t.test('a scheme that is named and not declared stops the start, with the mend, and not a request for the document', async (t) => {
  const declare = (app: FastifyInstance): void => route(app, '/x', secured('required', [{ bearerAuth: [] }]))
  const expected = { code: 'FST_COGNITO_ROUTE_INVALID', message: /schema\.security of route GET \/x is invalid: .*"bearerAuth" is none: declare it .*, name "cognito", or leave security out/ }
  for (const swaggerOptions of [{ openapi: {} }, { openapi: { components } }, { swagger: {} }]) t.match(await rejectionOf(build(t, { swagger: swaggerOptions, declare })), expected)
  await build(t, { declare: (app) => route(app, '/x', { schema: { hide: true, security: [{ bearerAuth: [] }] } }) })
  const { app } = await build(t, { isSpread: true, declare })
  t.throws(() => app.swagger(), expected, 'spread, it is the document that is refused')
  const own: SwaggerTransform = ({ schema, url }) => ({ schema: { ...schema, security: [{ other: [] }] }, url })
  const late = await build(t, { swagger: { openapi: {}, transform: own }, declare: (app) => route(app, '/y') })
  t.throws(() => late.app.swagger(), { code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/y/ }, 'what only the transform of the application names too')
})

t.test('routes that were declared before are named, once; hidden ones and HEAD are not', async (t) => {
  const early = (app: FastifyInstance): void => { route(app, '/early'); route(app, '/hidden', { schema: { hide: true } }) }
  const [warning, ...others] = await warningsWith(t, { early, declare: (app) => route(app, '/late') })
  t.strictSame(others, [])
  t.match(warning, { msg: /the document does not have/, routes: [{ method: 'GET', url: '/early' }] })
  t.strictSame(await warningsWith(t, { declare: (app) => route(app, '/late') }), [])
})

t.test('a document of which no route is covered says so', async (t) => {
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => lines.push(line) } } })
  const lines: string[] = []
  t.teardown(() => app.close())
  await app.register(swagger, cognitoOpenApi())
  route(app, '/x')
  await app.ready()
  t.match(lines.join(), /no registration of fastify-cognito-auth covers its routes/)
  t.equal(lines.length, 1)
  t.notOk('security' in operationOf(app.swagger() as unknown as Document, '/x'))
})

t.test('a transform of one route does not go round the guards; false still means none', async (t) => {
  const swaggerTransform: SwaggerTransform = ({ schema, url }) => ({ schema: { ...schema, summary: 'own' }, url })
  const transform: SwaggerTransform = ({ schema, url }) => ({ schema: { ...schema, summary: 'of all' }, url })
  const shared = Object.freeze({ auth: 'required', swaggerTransform } as const)
  const { app } = await build(t, {
    swagger: { openapi: {}, transform, exposeHeadRoutes: true },
    declare: async (app) => {
      route(app, '/own', { config: shared })
      route(app, '/again', { config: shared, schema: { operationId: 'again' } })
      route(app, '/none', { config: { auth: { groups: ['x'] }, swaggerTransform: false } })
      route(app, '/all', { config: { auth: 'required' } })
      await app.register(async (child) => {
        child.addHook('onRoute', (route) => { route.config = shared })
        route(child, '/frozen')
        route(child, '/frozen-too')
      })
    }
  })
  const document = await documentOf(t, app)
  for (const [url, summary] of [['/own', 'own'], ['/again', 'own'], ['/frozen', 'own'], ['/frozen-too', 'own'], ['/none', undefined], ['/all', 'of all']] as const) {
    for (const method of ['get', 'head']) t.match({ summary: undefined, ...operationOf(document, url, method) }, { security: user, summary }, `${method} ${url}`)
  }
  t.equal(operationOf(document, '/none').description, 'Needs the group `x`.')
  t.equal(shared.swaggerTransform, swaggerTransform)
})

t.test('a config that routes share, and that can be changed, is wrapped once', async (t) => {
  const swaggerTransform: SwaggerTransform = ({ schema, url }) => ({ schema: { ...schema, description: 'Own.' }, url })
  const { app } = await build(t, {
    declare: async (app) => app.register(async (child) => {
      const shared = { auth: { groups: ['x'] }, swaggerTransform }
      child.addHook('onRoute', (route) => { route.config = shared })
      route(child, '/one')
      route(child, '/two')
    })
  })
  const document = await documentOf(t, app)
  for (const url of ['/one', '/two']) t.equal(operationOf(document, url).description, 'Own.\n\nNeeds the group `x`.')
})

t.test('a child with a document of its own: each says what is its own, under its own scheme', async (t) => {
  const swaggerTransform: SwaggerTransform = ({ schema, url }) => ({ schema: { ...schema, summary: 'own' }, url })
  let child: FastifyInstance | undefined
  const { app } = await build(t, {
    openApi: { domain },
    declare: (app) => app.register(async (scope) => {
      child = scope
      await scope.register(swagger, cognitoOpenApi({ openapi: { info: { title: 'Staff', version: '1' } }, decorator: 'staff' as 'swagger' }, { scheme: 'staff' }))
      route(scope, '/x', { config: { auth: { scopes: ['a/1'] }, swaggerTransform } })
    }, { prefix: '/staff' })
  })
  const inner = (child as unknown as { staff: () => Document }).staff()
  t.match(operationOf(inner, '/staff/x'), { security: [{ staff: [] }], summary: 'own', description: 'Needs the scope `a/1`.' })
  t.match(operationOf(await documentOf(t, app), '/staff/x'), { security: [{ cognito: ['a/1'] }], summary: 'own', description: 'Needs the scope `a/1`.' })
})

t.test('two registrations in sibling contexts, one document', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(swagger, cognitoOpenApi())
  for (const [name, defaultAuth] of [['staff', 'required'], ['shop', 'optional']] as const) {
    await app.register(async (child) => { await child.register(cognitoAuth, { ...pool.options, defaultAuth }); route(child, '/x') }, { prefix: `/${name}` })
  }
  route(app, '/outside')
  await app.ready()
  const document = await documentOf(t, app)
  t.strictSame(operationOf(document, '/staff/x').security, user)
  t.strictSame(operationOf(document, '/shop/x').security, [{}, ...user])
  t.notOk('security' in operationOf(document, '/outside'))
})

t.test('the options can be used for several instances, and spread', async (t) => {
  for (const isSpread of [false, true]) {
    const { app } = await build(t, { isSpread, declare: (app) => route(app, '/x', { config: { auth: 'required' } }) })
    const document = await documentOf(t, app)
    t.strictSame(operationOf(document, '/x').security, user)
    t.strictSame(Object.keys(operationOf(document, '/x').responses), ['200', '401', '503'])
    t.type(app.swagger({ yaml: true }), 'string')
  }
})

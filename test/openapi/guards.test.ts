import t from 'tap'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { authenticate, authorize, optionalAuth } from '../../src/index.js'
import { build, documentOf, documentWith, domain, languages, operationOf } from './support/document.js'
import type { Document, Operation } from './support/document.js'

const handler = async (): Promise<string> => 'in'
const user = [{ cognito: [] }]
const guest = [{}, { cognito: [] }]

function route (app: FastifyInstance, url: string, options: Partial<RouteOptions> = {}): void {
  app.route({ method: 'GET', url, handler, ...options })
}

function statusesOf ({ responses }: Operation): string[] {
  return Object.keys(responses)
}

function schemeOf (document: Document): unknown {
  return { ...document.components?.securitySchemes, ...document.securityDefinitions }.cognito
}

/** Every kind of guard: the security of the document, with and without a sign-in that has scopes, and the answers. */
const guards: ReadonlyArray<readonly [url: string, options: Partial<RouteOptions>, security: object[], oauth: object[], answers: string[]]> = [
  ['/default', {}, [], [], []],
  ['/public', { config: { auth: 'public' } }, [], [], []],
  ['/optional', { config: { auth: 'optional' } }, guest, guest, ['401', '503']],
  ['/required', { config: { auth: 'required' } }, user, user, ['401', '503']],
  ['/hook', { preHandler: authenticate }, user, user, ['401', '503']],
  ['/optional-hook', { onRequest: [optionalAuth] }, guest, guest, ['401', '503']],
  ['/roles', { config: { auth: { roles: ['Admin'] } } }, user, user, ['401', '403', '503']],
  ['/scopes', { config: { auth: { scopes: ['orders/read', 'orders/list'] } } }, user, [{ cognito: ['orders/read', 'orders/list'] }], ['401', '403', '503']],
  ['/any', { config: { auth: { scopes: { any: ['a/1', 'a/2'], all: ['b/1'], none: ['c/1'] } } } }, user, [{ cognito: ['b/1', 'a/1'] }, { cognito: ['b/1', 'a/2'] }], ['401', '403', '503']],
  ['/none', { config: { auth: { scopes: { none: ['c/1'] } } } }, user, user, ['401', '403', '503']],
  ['/either', { config: { auth: { anyOf: [{ roles: ['Admin'] }, { scopes: ['a/1'] }, { groups: ['x'] }] } } }, user, [{ cognito: [] }, { cognito: ['a/1'] }], ['401', '403', '503']],
  ['/both', { config: { auth: { scopes: ['a/1'] } }, preHandler: authorize({ scopes: ['a/2', 'a/1'] }) }, user, [{ cognito: ['a/1', 'a/2'] }], ['401', '403', '503']],
  ['/fresh', { config: { auth: { maxAge: 300 } } }, user, user, ['401', '503']],
  ['/fresh-or', { config: { auth: { anyOf: [{ maxAge: 300 }, { roles: ['Admin'] }] } } }, user, user, ['401', '503']],
  ['/check', { config: { auth: { check: () => true } } }, user, user, ['401', '403', '503']]
]
const auth = { roles: { Admins: 'Admin' } }

for (const [language, swagger] of Object.entries(languages)) {
  t.test(`each route says who may call it, as its guard has it: ${language}`, async (t) => {
    for (const order of ['plugin first', 'swagger first'] as const) {
      for (const openApi of [{}, { domain }]) {
        const document = await documentWith(t, { swagger, openApi, auth, order, declare: (app) => { for (const [url, options] of guards) route(app, url, options) } })
        for (const [url, , security, oauth, answers] of guards) {
          const operation = operationOf(document, url)
          t.strictSame(operation.security, 'domain' in openApi || language === '3.1' ? oauth : security, `${order} ${url}`)
          t.strictSame(statusesOf(operation), ['200', ...answers], url)
          t.notOk('x-cognito-responses' in operation, 'and nothing that was only a note on the way')
        }
      }
    }
  })

  t.test(`the scheme is declared: ${language}`, async (t) => {
    const declare = (app: FastifyInstance): void => { route(app, '/a', guards[7]?.[1]); route(app, '/b', guards[11]?.[1]); route(app, '/c', { config: { auth: { scopes: ['a/1'] } } }) }
    const bearer = schemeOf(await documentWith(t, { swagger, declare }))
    t.match(bearer, language === 'Swagger 2' ? { type: 'apiKey', in: 'header', name: 'Authorization' } : { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    const scopes = { 'a/1': 'Needed by GET /b and 1 more', 'a/2': 'Needed by GET /b', 'orders/list': 'Needed by GET /a', 'orders/read': 'Needed by GET /a' }
    const flow = { authorizationUrl: `${domain}/oauth2/authorize`, tokenUrl: `${domain}/oauth2/token`, scopes }
    const oauth = schemeOf(await documentWith(t, { swagger, openApi: { domain }, declare }))
    t.match(oauth, language === 'Swagger 2'
      ? { type: 'oauth2', flow: 'accessCode', ...flow }
      : { type: 'oauth2', flows: { authorizationCode: { ...flow, refreshUrl: `${domain}/oauth2/token`, 'x-usePkce': 'SHA-256' } } })
  })
}

t.test('default-deny, a rule of a context, publicRoutes and a hook of a context are told like a rule of the route', async (t) => {
  const { app } = await build(t, {
    auth: { defaultAuth: 'required', publicRoutes: ({ url }) => url === '/open' },
    declare: async (app) => {
      route(app, '/open')
      route(app, '/default')
      await app.register(async (child) => { child.defaultAuth({ groups: ['Staff'] }); route(child, '/') }, { prefix: '/staff' })
      await app.register(async (child) => { child.addHook('onRequest', authorize({ groups: ['Admins'] })); route(child, '/x/:id') }, { prefix: '/admin' })
    }
  })
  const document = await documentOf(t, app)
  t.strictSame(operationOf(document, '/open').security, [])
  t.strictSame(operationOf(document, '/default').security, user)
  t.match(operationOf(document, '/staff/'), { security: user, 'x-cognito-requirements': [{ groups: ['Staff'] }] })
  t.match(operationOf(document, '/admin/x/{id}'), { security: user, 'x-cognito-requirements': [{ groups: ['Admins'] }] })
})

t.test('HEAD, several methods, and hidden routes', async (t) => {
  const scoped = (scope: string): Partial<RouteOptions> => ({ config: { auth: { scopes: [scope] } } })
  const { app } = await build(t, {
    swagger: { openapi: {}, exposeHeadRoutes: true, hiddenTag: 'internal' },
    openApi: { domain },
    declare: (app) => {
      route(app, '/orders', { ...scoped('orders/read'), schema: { operationId: 'orders' } })
      route(app, '/several', { ...scoped('several/write'), method: ['PUT', 'POST'] })
      route(app, '/hidden', { ...scoped('secret/hidden'), schema: { hide: true } })
      route(app, '/tagged', { ...scoped('secret/tagged'), schema: { tags: ['internal'] } })
    }
  })
  const document = await documentOf(t, app)
  for (const [path, methods] of [['/orders', ['get', 'head']], ['/several', ['put', 'post']]] as const) {
    for (const method of methods) t.strictSame(statusesOf(operationOf(document, path, method)), ['200', '401', '403', '503'], `${method} ${path}`)
  }
  t.strictSame(operationOf(document, '/orders', 'head').security, [{ cognito: ['orders/read'] }])
  t.strictSame(Object.keys(document.paths), ['/orders', '/several'])
  t.notMatch(JSON.stringify(document), 'secret', 'what is hidden is not told by its scopes')
  t.match(schemeOf(document), { flows: { authorizationCode: { scopes: { 'several/write': 'Needed by PUT /several and 1 more' } } } })
})

t.test('hideUntagged hides as it did, and an untagged route is not given away', async (t) => {
  const document = await documentWith(t, {
    swagger: { openapi: {}, hideUntagged: true },
    declare: (app) => { route(app, '/untagged', { config: { auth: 'required' } }); route(app, '/tagged', { config: { auth: 'required' }, schema: { tags: ['x'] } }) }
  })
  t.strictSame(Object.keys(document.paths), ['/tagged'])
})

t.test('a route that is denied says so, and a route that no registration covers is left as it is', async (t) => {
  const { app } = await build(t, {
    declare: (app) => app.register(async (child) => {
      child.addHook('onRoute', (route) => { route.config = { auth: 'Required' as 'required' } })
      route(child, '/denied', { exposeHeadRoute: false })
    })
  })
  t.match(operationOf(await documentOf(t, app), '/denied'), { security: user, responses: { 403: { $ref: '#/components/responses/CognitoForbidden' } } })
  t.strictSame(statusesOf(operationOf(await documentOf(t, app), '/denied')), ['200', '403'])
})

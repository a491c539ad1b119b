import t from 'tap'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { refusals } from '../support/refusals.js'
import { build, documentOf, documentWith, languages, operationOf, pool } from './support/document.js'
import type { Document, Operation } from './support/document.js'

const handler = async (): Promise<object> => ({ done: true })
const text = { type: 'object', properties: { text: { type: 'string' } } }

function route (app: FastifyInstance, url: string, response?: object, auth: 'required' | 'public' = 'required'): void {
  const options: RouteOptions = { method: 'GET', url, handler, config: { auth } }
  app.route(response === undefined ? options : { ...options, schema: { response } })
}

/** The reusable responses of a document, and its schemas. */
function partsOf (document: Document): { responses: Readonly<Record<string, object>>, schemas: Readonly<Record<string, object>> } {
  return { responses: (document.components?.responses ?? document.responses ?? {}) as Record<string, object>, schemas: (document.components?.schemas ?? document.definitions ?? {}) as Record<string, object> }
}

function refsOf ({ responses }: Operation): Record<string, unknown> {
  return Object.fromEntries(Object.entries(responses).filter(([, response]) => '$ref' in response).map(([status, { $ref }]) => [status, $ref]))
}

for (const [language, swagger] of Object.entries(languages)) {
  t.test(`answers are references to responses that are written once: ${language}`, async (t) => {
    const declare = (app: FastifyInstance): void => { route(app, '/a'); route(app, '/b'); app.get('/c', { config: { auth: { groups: ['x'] } } }, handler) }
    const document = await documentWith(t, { swagger, declare })
    const place = language === 'Swagger 2' ? '#/responses/' : '#/components/responses/'
    for (const url of ['/a', '/b']) t.strictSame(refsOf(operationOf(document, url)), { 401: `${place}CognitoUnauthorized`, 503: `${place}CognitoUnavailable` })
    t.strictSame(refsOf(operationOf(document, '/c')), { 401: `${place}CognitoUnauthorized`, 403: `${place}CognitoForbidden`, 503: `${place}CognitoUnavailable` })
    const { responses, schemas } = partsOf(document)
    t.strictSame(Object.keys(responses), ['CognitoUnauthorized', 'CognitoForbidden', 'CognitoUnavailable'])
    t.match(responses, { CognitoUnauthorized: { headers: { 'WWW-Authenticate': {} } }, CognitoForbidden: { headers: { 'WWW-Authenticate': {} } }, CognitoUnavailable: { headers: { 'Retry-After': {} } } })
    t.ok(schemas.CognitoAuthError)
  })

  t.test(`only where they can occur, and nothing is left of them where none can: ${language}`, async (t) => {
    const open = await documentWith(t, { swagger, declare: (app) => route(app, '/open', undefined, 'public') })
    t.strictSame(partsOf(open).responses, {})
    t.notOk(partsOf(open).schemas.CognitoAuthError)
    const guarded = await documentWith(t, { swagger, declare: (app) => route(app, '/guarded') })
    t.notOk(partsOf(guarded).responses.CognitoForbidden, 'without a route that forbids')
    const off = await documentWith(t, { swagger, openApi: { responses: false }, declare: (app) => route(app, '/guarded') })
    t.strictSame(Object.keys(operationOf(off, '/guarded').responses), ['200'])
    t.strictSame(partsOf(off).responses, {})
  })

  t.test(`never over one that the route declares, by its number, its range or the default: ${language}`, async (t) => {
    const declared: ReadonlyArray<readonly [url: string, response: object, added: string[]]> = [
      ['/number', { 401: text }, ['503']],
      ['/range', { '4xx': text }, ['503']],
      ['/default', { 200: text, default: text }, []],
      ['/other', { 200: text, 404: text }, ['401', '503']]
    ]
    const document = await documentWith(t, { swagger, declare: (app) => { for (const [url, response] of declared) route(app, url, response) } })
    for (const [url, response, added] of declared) {
      const operation = operationOf(document, url)
      t.strictSame(Object.keys(refsOf(operation)), added, url)
      // Swagger 2 has no ranges; @fastify/swagger names their first status.
      const own = Object.keys(response).map((status) => (status === '4xx' ? (language === 'Swagger 2' ? '400' : '4XX') : status))
      t.strictSame(Object.keys(operation.responses).filter((status) => !added.includes(status)).sort(), own.sort(), url)
    }
  })

  t.test(`an operation with an empty response object has a response all the same: ${language}`, async (t) => {
    const document = await documentWith(t, { swagger, declare: (app) => { route(app, '/guarded', {}); route(app, '/open', {}, 'public') } })
    t.strictSame(Object.keys(operationOf(document, '/guarded').responses), ['200', '401', '503'])
    t.strictSame(Object.keys(operationOf(document, '/open').responses), ['200'])
  })
}

t.test('what the plugin answers is what the document says', async (t) => {
  const document = await documentWith(t, { declare: (app) => { route(app, '/a'); app.get('/b', { config: { auth: { groups: ['x'] } } }, handler) } })
  const { CognitoAuthError } = partsOf(document).schemas as { CognitoAuthError: { required: string[], properties: Record<string, { enum?: string[] }> } }
  for (const [code, { statusCode, body }] of Object.entries(refusals)) {
    t.strictSame(CognitoAuthError.required, Object.keys(JSON.parse(body) as object), 'every member, and no other')
    t.equal(CognitoAuthError.properties.code?.enum?.includes(code), [401, 403, 503].includes(statusCode), code)
  }
  t.strictSame(Object.keys(CognitoAuthError.properties), CognitoAuthError.required)
})

t.test('the schema of the route is as it was: an error body keeps its members, whatever the document says', async (t) => {
  const shared = Object.freeze({ response: Object.freeze({ 200: Object.freeze({ type: 'object', properties: Object.freeze({ done: Object.freeze({ type: 'boolean' }) }) }) }), description: 'Shared' })
  const before = JSON.stringify(shared)
  const { app } = await build(t, {
    declare: (app) => {
      app.get('/one', { schema: { ...shared }, config: { auth: { groups: ['Admins'] } } }, handler)
      app.get('/two', { schema: { ...shared }, config: { auth: 'public' } }, handler)
    }
  })
  const document = await documentOf(t, app)
  t.strictSame(operationOf(document, '/one').security, [{ cognito: [] }])
  t.strictSame(operationOf(document, '/two').security, [], 'and a schema that routes share says of each what is true of it')
  t.equal(operationOf(document, '/two').description, 'Shared')
  t.equal(JSON.stringify(shared), before)
  t.equal((await app.inject('/one')).body, refusals.FST_COGNITO_TOKEN_MISSING.body)
  t.equal((await app.inject({ url: '/one', headers: pool.authorization(await pool.accessToken()) })).body, refusals.FST_COGNITO_FORBIDDEN.body)
  t.strictSame((await app.inject('/two')).json(), { done: true })
})

t.test('one schema object for several routes, with references to a shared schema', async (t) => {
  const schema = { description: 'Both', response: { 200: { $ref: 'order#' }, 404: { $ref: 'order#' } } }
  const { app } = await build(t, {
    declare: (app) => {
      app.addSchema({ $id: 'order', type: 'object', properties: { id: { type: 'string' } } })
      app.get('/one', { schema, config: { auth: { groups: ['Admins'] } } }, handler)
      app.get('/two', { schema }, handler)
    }
  })
  const document = await documentOf(t, app)
  t.strictSame(Object.keys(operationOf(document, '/one').responses), ['200', '401', '403', '404', '503'])
  t.strictSame(Object.keys(operationOf(document, '/two').responses), ['200', '404'])
  t.equal(operationOf(document, '/two').description, 'Both')
  t.strictSame(Object.keys(schema), ['description', 'response'])
  t.strictSame(Object.keys(schema.response), ['200', '404'])
})

t.test('components that the application has declared are kept, and not changed', async (t) => {
  const own = { CognitoUnauthorized: { description: 'Ours' }, Gone: { description: 'Gone' } }
  const openapi = { components: { responses: own, securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } as const } } }
  const before = JSON.stringify(openapi)
  const document = await documentWith(t, { swagger: { openapi }, declare: (app) => route(app, '/a') })
  t.match(document.components, { responses: { CognitoUnauthorized: { description: 'Ours' }, Gone: {}, CognitoUnavailable: {} }, securitySchemes: { key: {}, cognito: {} } })
  t.equal(JSON.stringify(openapi), before)
})

t.test('what must hold besides a token is told: as data, and in one line', async (t) => {
  const requirement = {
    tokenUse: ['access', 'id'],
    clientId: pool.clientId,
    userPools: [pool.userPoolId],
    groups: { any: ['Staff', 'Interns'], none: ['Suspended'] },
    roles: ['Admin'],
    scopes: { all: ['a/1', 'a/2'], any: ['b/1'] },
    claims: { 'custom:plan': ['team', 7] },
    match: { 'custom:tenant': 'params.tenant' },
    maxAge: 300,
    check: function secretRule () { return true },
    anyOf: [{ groups: ['x`y'] }, { tokenUse: 'id', groups: { all: ['line\nbreak', '``'] } }]
  } as const
  const { app } = await build(t, {
    auth: { roles: { Admins: 'Admin' } },
    declare: (app) => {
      app.get('/t/:tenant', { config: { auth: requirement as never }, schema: { description: 'Orders.' } }, handler)
      app.get('/plain', { config: { auth: { groups: ['Staff'] } } }, handler)
      app.get('/signed-in', { config: { auth: 'required' }, schema: { description: 'Mine.' } }, handler)
    }
  })
  const document = await documentOf(t, app)
  const { description, 'x-cognito-requirements': told } = operationOf(document, '/t/{tenant}')
  t.strictSame(told, [{
    tokenUse: ['access', 'id'],
    clientId: [pool.clientId],
    userPools: [pool.userPoolId],
    groups: requirement.groups,
    roles: ['Admin'],
    scopes: requirement.scopes,
    claims: requirement.claims,
    match: requirement.match,
    maxAge: 300,
    check: true,
    anyOf: [{ groups: ['x`y'] }, { tokenUse: ['id'], groups: { all: ['line\nbreak', '``'] } }]
  }])
  t.equal(description, 'Orders.\n\nNeeds an access or ID token; a user of the user pool `' + pool.userPoolId + '`; a token of the app client `' + pool.clientId + '`; the group `Staff` or `Interns`; not the group `Suspended`; the role `Admin`; ' +
    'the scope `b/1`; the scope `a/1` and `a/2`; the claim `custom:plan` with the value `team` or `7`; the claim `custom:tenant` equal to `params.tenant`; ' +
    'one of these: (the group `` x`y ``) or (an ID token; the group `line\\u000abreak` and ``` `` ```); a sign-in at most 300 seconds ago; the consent of the application.')
  t.equal(operationOf(document, '/plain').description, 'Needs the group `Staff`.')
  t.equal(operationOf(document, '/signed-in').description, 'Mine.')
  t.notOk('x-cognito-requirements' in operationOf(document, '/signed-in'))
  t.notMatch(JSON.stringify(document), 'secretRule')
})

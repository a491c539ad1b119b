import t from 'tap'
import swagger from '@fastify/swagger'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import Fastify from 'fastify'
import { cognitoOpenApi } from '../../src/openapi/index.js'
import type { CognitoOpenApiOptions } from '../../src/openapi/index.js'
import { build, documentWith, operationOf } from './support/document.js'

t.test('a bad option is refused at once, and named', async (t) => {
  const login = { authorizationUrl: 'https://a.example/authorize', tokenUrl: 'https://a.example/token' }
  const table: ReadonlyArray<readonly [options: unknown, says: RegExp]> = [
    [null, /"cognitoOpenApi" is invalid: expected an object/],
    [{ schema: 'x' }, /"cognitoOpenApi\.schema".*known are scheme, domain, responses/],
    [{ scheme: undefined }, /"cognitoOpenApi\.scheme".*left out/],
    ...['', '__proto__', 'two words', 'a/b', 7].map((scheme) => [{ scheme }, /"cognitoOpenApi\.scheme" is invalid: expected a letter/] as const),
    [{ responses: 'yes' }, /"cognitoOpenApi\.responses" is invalid: expected true or false/],
    ...['', 'example.auth.us-east-1.amazoncognito.com', 'http://example.com', 'ftp://example.com', 7, null, []].map((domain) => [{ domain }, /"cognitoOpenApi\.domain" is invalid/] as const),
    ...['https://a.example/login', 'https://a.example/?x=1', 'https://a.example/#x'].map((domain) => [{ domain }, /without a path; elsewhere, an object/] as const),
    [{ domain: 'https://user:secret@a.example' }, /without credentials, got "a URL with credentials"/],
    [{ domain: {} }, /"cognitoOpenApi\.domain\.authorizationUrl"/],
    [{ domain: { authorizationUrl: login.authorizationUrl } }, /"cognitoOpenApi\.domain\.tokenUrl"/],
    [{ domain: { ...login, refreshUrl: 'http://a.example' } }, /"cognitoOpenApi\.domain\.refreshUrl"/],
    [{ domain: { ...login, logoutUrl: 'x' } }, /"cognitoOpenApi\.domain\.logoutUrl"/]
  ]
  for (const [options, message] of table) t.throws(() => cognitoOpenApi({}, options as CognitoOpenApiOptions), { code: 'FST_COGNITO_OPTIONS_INVALID', message }, JSON.stringify(options))
})

t.test('options of @fastify/swagger that cannot be helped are refused', async (t) => {
  const key = { type: 'apiKey', in: 'header', name: 'x' }
  const table: ReadonlyArray<readonly [swagger: unknown, says: RegExp]> = [
    [null, /"swagger" is invalid: expected an object/],
    ['x', /"swagger" is invalid/],
    [[], /"swagger" is invalid/],
    [{ mode: 'static', specification: {} }, /"swagger\.mode" is invalid: expected "dynamic"/],
    [{ openapi: 'x' }, /"swagger\.openapi" is invalid/],
    [{ swagger: [] }, /"swagger\.swagger" is invalid/],
    [{ openapi: { components: { securitySchemes: { cognito: key } } } }, /"cognitoOpenApi\.scheme" is invalid: expected another name/],
    [{ swagger: { securityDefinitions: { cognito: key } } }, /"cognitoOpenApi\.scheme" is invalid: expected another name/],
    [{ openapi: { security: [{ key: [] }] } }, /"openapi\.security" is invalid: expected schemes that the document declares, got "key"/],
    [{ swagger: { security: [{ key: [] }] } }, /"swagger\.security" is invalid/]
  ]
  for (const [swagger, message] of table) t.throws(() => cognitoOpenApi(swagger as FastifyDynamicSwaggerOptions), { code: 'FST_COGNITO_OPTIONS_INVALID', message }, JSON.stringify(swagger))
})

t.test('the options are those of the application, with what is added', async (t) => {
  const options = cognitoOpenApi({ hideUntagged: true, decorator: 'docs' as 'swagger', mode: 'dynamic', transform: null as never, openapi: { security: [{ cognito: [] }], tags: [{ name: 'x' }] } })
  t.match({ ...options }, { hideUntagged: true, decorator: 'docs', mode: 'dynamic', openapi: { tags: [{ name: 'x' }], security: [{ cognito: [] }], components: { securitySchemes: { cognito: { type: 'http' } } } } })
  t.match({ ...cognitoOpenApi() }, { openapi: { components: { securitySchemes: { cognito: {} } } } })
  t.match({ ...cognitoOpenApi({ openapi: null as never, swagger: {} }) }, { swagger: { securityDefinitions: { cognito: {} } } })
  t.match({ ...cognitoOpenApi({ openapi: {}, swagger: {} }) }, { openapi: { components: {} } }, 'the same of the two as without')
})

t.test('addresses elsewhere, and a loopback host', async (t) => {
  const login = { authorizationUrl: 'https://a.example/oauth/authorize', tokenUrl: 'https://a.example/oauth/token' }
  const cases: ReadonlyArray<readonly [domain: CognitoOpenApiOptions['domain'], flow: object]> = [
    [login, { ...login, refreshUrl: login.tokenUrl }],
    [{ ...login, refreshUrl: 'https://a.example/refresh' }, { ...login, refreshUrl: 'https://a.example/refresh' }],
    ['http://127.0.0.1:9229/', { authorizationUrl: 'http://127.0.0.1:9229/oauth2/authorize', tokenUrl: 'http://127.0.0.1:9229/oauth2/token' }],
    [new URL('https://auth.example.com'), { authorizationUrl: 'https://auth.example.com/oauth2/authorize' }]
  ]
  for (const [domain, flow] of cases) {
    const document = await documentWith(t, { openApi: { domain, scheme: 'signIn' } as CognitoOpenApiOptions, declare: (app) => app.get('/x', { config: { auth: { scopes: ['a/1'] } } }, async () => 'in') })
    t.match(document.components?.securitySchemes, { signIn: { type: 'oauth2', flows: { authorizationCode: { ...flow, scopes: { 'a/1': 'Needed by GET /x' } } } } })
    t.strictSame(operationOf(document, '/x').security, [{ signIn: ['a/1'] }])
  }
})

t.test('security for the whole document, and paths that the application writes itself', async (t) => {
  const own = { get: { security: [{ cognito: ['own/read'] }], responses: { 200: { description: 'Own' } } }, parameters: [] }
  const document = await documentWith(t, {
    swagger: { openapi: { security: [{ cognito: ['all/read'] }], paths: { '/own': own } } },
    openApi: { domain: 'https://auth.example.com' },
    declare: (app) => app.get('/x', async () => 'in')
  })
  t.match(document.components?.securitySchemes, { cognito: { flows: { authorizationCode: { scopes: { 'all/read': 'Needed by every operation', 'own/read': 'Needed by GET /own' } } } } })
  t.strictSame(operationOf(document, '/own').responses, own.get.responses)
  t.strictSame(operationOf(document, '/x').security, [], 'a public route says so')
})

t.test('very many ways to have the scopes are told by those that every way needs', async (t) => {
  const many = Array.from({ length: 5 }, (_, index) => `many/${index}`)
  const document = await documentWith(t, {
    openApi: { domain: 'https://auth.example.com' },
    declare: (app) => app.get('/x', { config: { auth: { scopes: { all: ['one/all'], any: many }, anyOf: many.map((scope) => ({ scopes: ['every/way', scope] })) } } }, async () => 'in')
  })
  t.strictSame(operationOf(document, '/x').security, [{ cognito: ['one/all', 'every/way'] }])
})

t.test('OpenAPI 3.2: an operation of a method of its own', async (t) => {
  const { app } = await build(t, {
    swagger: { openapi: { openapi: '3.2.0', info: { title: 'x', version: '1' } } },
    declare: (app) => { app.addHttpMethod('PURGE'); app.route({ method: 'PURGE', url: '/x', config: { auth: 'required' }, handler: async () => 'in' }) }
  })
  const { paths } = app.swagger() as unknown as { paths: Record<string, { additionalOperations: Record<string, object> }> }
  t.match(paths['/x']?.additionalOperations.PURGE, { security: [{ cognito: [] }], responses: { 401: { $ref: '#/components/responses/CognitoUnauthorized' } } })
  t.notOk('x-cognito-responses' in (paths['/x']?.additionalOperations.PURGE ?? {}))
})

t.test('an application without guards has a scheme without scopes, and operations that say nothing', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(swagger, cognitoOpenApi({ openapi: {} }, { domain: 'https://auth.example.com' }))
  app.get('/x', async () => 'in')
  await app.ready()
  const { components, paths } = app.swagger() as { components?: object, paths?: object }
  t.match(components, { securitySchemes: { cognito: { flows: { authorizationCode: { scopes: {} } } } } })
  t.strictSame(Object.keys((paths as { '/x': { get: object } })['/x'].get), ['responses'])
})

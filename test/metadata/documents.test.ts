/** The documents of protected resources, as clients get them. */
import cors from '@fastify/cors'
import t from 'tap'
import Fastify from 'fastify'
import cognitoAuth, { authenticate } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { sendLines } from '../support/raw-http.js'
import { assertRefused } from '../support/refusals.js'
import { buildResourceApp, documentPath, resource } from './support.js'

const pool = createTestUserPool()

t.test('the document says what the option says, and which issuer of the pool has keys', async (t) => {
  const scopes = [`${resource}/read`, `${resource}/write`]
  const app = await buildResourceApp(t, { pool, resourceMetadata: { resource, scopes, name: 'Files', documentation: 'https://docs.example.com/' } })
  const answer = await app.inject(documentPath)
  t.equal(answer.statusCode, 200)
  t.strictSame(answer.json(), {
    resource,
    authorization_servers: [pool.issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: 'Files',
    resource_documentation: 'https://docs.example.com/'
  })
  const bare = await buildResourceApp(t, { pool })
  t.strictSame((await bare.inject(documentPath)).json(), { resource, authorization_servers: [pool.issuer], bearer_methods_supported: ['header'] })
  const named = await buildResourceApp(t, { pool, resourceMetadata: { resource, authorizationServers: ['https://as.example.com'] } })
  t.strictSame((await named.inject(documentPath)).json<{ authorization_servers: unknown }>().authorization_servers, ['https://as.example.com'])
})

t.test('several pools: those that have keys; while none has any, 503 and no document to be kept', async (t) => {
  const other = createTestUserPool({ userPoolId: 'eu-west-1_Other1' })
  const keys = {
    ...pool.options.keys,
    fetch: async (input: string | URL | Request, init?: RequestInit) => (String(input).includes(other.userPoolId) ? other.options.keys.fetch(input, init) : pool.options.keys.fetch(input, init))
  }
  const both = { userPools: [pool, other].map(({ userPoolId, clientId }) => ({ userPoolId, clientId })), resourceMetadata: { resource }, keys }
  const build = async () => {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(cognitoAuth, both)
    return app
  }
  t.strictSame((await (await build()).inject(documentPath)).json<{ authorization_servers: unknown }>().authorization_servers, [pool.issuer, other.issuer])
  other.goDown()
  t.strictSame((await (await build()).inject(documentPath)).json<{ authorization_servers: unknown }>().authorization_servers, [pool.issuer])
  pool.goDown()
  t.teardown(() => pool.recover())
  const app = await build()
  const answers = await Promise.all([app.inject(documentPath), app.inject(documentPath)])
  for (const answer of answers) {
    assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
    t.equal(answer.headers['cache-control'], undefined)
    t.equal(answer.headers['access-control-allow-origin'], '*', 'which a page can see')
  }
})

t.test('GET, HEAD and OPTIONS are public under default-deny, for every page and with any header', async (t) => {
  for (const server of [{}, { exposeHeadRoutes: false }]) {
    const app = await buildResourceApp(t, { pool, options: { defaultAuth: 'required' }, server })
    const get = await app.inject(documentPath)
    t.match(get.headers, { 'content-type': 'application/json; charset=utf-8', 'cache-control': /^public, max-age=\d+$/, 'access-control-allow-origin': '*' })
    const head = await app.inject({ method: 'HEAD', url: documentPath })
    t.strictSame([head.statusCode, head.body, head.headers['content-length']], [200, '', get.headers['content-length']])
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: documentPath,
      headers: { origin: 'https://client.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'mcp-protocol-version,authorization' }
    })
    t.strictSame([preflight.statusCode, preflight.body], [204, ''])
    t.match(preflight.headers, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, authorization', 'access-control-allow-methods': 'GET, HEAD, OPTIONS' })
    t.match(app.cognitoAuth.routes().filter(({ url }) => url === documentPath), [{ method: ['GET', 'HEAD', 'OPTIONS'], auth: 'public', source: 'config' }])
  }
})

t.test('@fastify/cors has no say in it, whichever origins it is given', async (t) => {
  for (const origin of [['https://page.example.com'], false] as const) {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(cors, { origin: origin === false ? false : [...origin], credentials: true, methods: ['POST'], allowedHeaders: ['authorization'] })
    await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', resourceMetadata: { resource } })
    const preflight = { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'mcp-protocol-version' }
    for (const [method, headers, status] of [['OPTIONS', preflight, 204], ['OPTIONS', {}, 204], ['GET', { origin: 'https://page.example.com' }, 200]] as const) {
      const answer = await app.inject({ method, url: documentPath, headers })
      t.strictSame([answer.statusCode, answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']], [status, '*', undefined])
      if (method === 'OPTIONS') t.equal(answer.headers['access-control-allow-headers'], '*, authorization')
    }
  }
})

t.test('a bad token makes it no less public, and no answer to another method', async (t) => {
  const app = await buildResourceApp(t, { pool, options: { defaultAuth: 'required' } })
  t.equal((await app.inject({ url: documentPath, headers: { authorization: 'Bearer a.b.c' } })).statusCode, 200)
  t.equal((await app.inject({ method: 'POST', url: documentPath })).statusCode, 404)
  t.equal((await app.inject({ method: 'DELETE', url: documentPath })).statusCode, 404)
})

t.test('no header of a request comes into the document', async (t) => {
  const app = await buildResourceApp(t, { pool, server: { trustProxy: true } })
  const plain = await app.inject(documentPath)
  const forged = await app.inject({
    url: `${documentPath}?resource=https://evil.example`,
    headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example', origin: 'https://evil.example' }
  })
  t.equal(forged.body, plain.body)
  t.notMatch(JSON.stringify(forged.headers), 'evil')
})

t.test('the root form is there only for a resource without a path', async (t) => {
  const root = '/.well-known/oauth-protected-resource'
  const inner = await buildResourceApp(t, { pool })
  t.equal((await inner.inject(root)).statusCode, 404)
  const whole = await buildResourceApp(t, { pool, resourceMetadata: [{ resource: 'https://api.example.com/' }, { resource }] })
  t.equal((await whole.inject(root)).json<{ resource: string }>().resource, 'https://api.example.com/', 'verbatim')
  t.equal((await whole.inject(documentPath)).json<{ resource: string }>().resource, resource)
})

t.test('traversal leads nowhere', async (t) => {
  for (const defaultAuth of ['public', 'required']) {
    const app = await buildResourceApp(t, { pool, options: { defaultAuth }, routes: (app) => { app.get('/admin', { config: { auth: 'required' } }, async () => 'secret') } })
    const ways = [
      `${documentPath}/../mcp`, `${documentPath}/..`, `${documentPath}/`, '/.well-known/oauth-protected-resource//mcp', '/.well-known/oauth-protected-resource/./mcp',
      '/.well-known/oauth-protected-resource/%2e%2e/mcp', '/.well-known/oauth-protected-resource/..%2fmcp', '/.well-known/oauth-protected-resource%2fmcp', '/.well-known/oauth-protected-resource/mcp%00',
      '/.well-known/../admin', '/.well-known/oauth-protected-resource/../../admin', '/.well-known/%2e%2e/admin', '/.well-known/oauth-protected-resource/mcp2', '/.well-known/oauth-protected-resource/MCP'
    ]
    // Byte by byte: an HTTP client would resolve the dots.
    for (const url of ways) t.equal((await sendLines(app, url, [])).statusCode, 404, `${defaultAuth} ${url}`)
  }
})

t.test('under default-deny what is not there below /.well-known/ is 404, and only that', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    options: { defaultAuth: 'required' },
    routes: (app) => { app.get('/.well-known/mine', async () => 'mine') }
  })
  for (const url of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration', '/.well-known/', '/.well-known/oauth-authorization-server/mcp']) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
  for (const url of ['/.well-known', '/well-known/x', '/missing', '/a/.well-known/x', '//.well-known/x', '/%2ewell-known/x', '/.WELL-KNOWN/x', '/missing?/.well-known/']) {
    t.equal((await app.inject(url)).statusCode, 401, url)
  }
  t.equal((await app.inject('/.well-known/mine')).statusCode, 401, 'a route that is there keeps its rule')
  const without = Fastify()
  t.teardown(() => without.close())
  await without.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  t.equal((await without.inject('/.well-known/oauth-authorization-server')).statusCode, 401, 'where nothing is published, nothing changes')
})

t.test('a 404 handler of an application shows nothing there to those who have not signed in; one with a rule of its own keeps it', async (t) => {
  const build = async (config: object, defaultAuth = 'required') => buildResourceApp(t, {
    pool,
    options: { defaultAuth },
    // As one that serves the page of a single-page application does, or that goes on to another server.
    routes: (app) => { app.setNotFoundHandler({ config } as object, async () => 'the page') }
  })
  const ours = await build({})
  for (const url of ['/.well-known/openid-configuration', '/.well-known/../admin', '/.well-known/%2e%2e/admin']) {
    for (const headers of [[], [`Authorization: Bearer ${await pool.accessToken()}`]]) {
      const answer = await sendLines(ours, url, headers)
      t.equal(answer.statusCode, 404, url)
      t.match(JSON.parse(answer.body), { statusCode: 404, error: 'Not Found', message: `Route GET:${url} not found` })
    }
  }
  assertRefused(t, await ours.inject('/missing'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await (await build({ auth: 'required' })).inject('/.well-known/openid-configuration')).statusCode, 401)
  for (const app of [await build({ auth: 'public' }), await build({}, 'public'), await build({}, 'optional')]) t.equal((await app.inject('/.well-known/openid-configuration')).body, 'the page')
})

t.test('a hook that an application puts before its whole root is before the documents too, and the list says so', async (t) => {
  const app = await buildResourceApp(t, { pool, routes: (app) => { app.addHook('onRequest', authenticate) } })
  t.equal((await app.inject(documentPath)).statusCode, 401)
  t.match(app.cognitoAuth.routes().filter(({ url }) => url === documentPath), [{ auth: 'required', source: 'hook' }])
})

t.test('the documents do not stand in the way of a rule for the root, nor hide that a registration covers nothing', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    routes: (app) => {
      app.defaultAuth('required')
      app.get('/x', async () => 'x')
    }
  })
  t.equal((await app.inject('/x')).statusCode, 401)
  t.equal((await app.inject(documentPath)).statusCode, 200)

  const vain = Fastify()
  t.teardown(() => vain.close().catch(() => {}))
  await vain.register(async (child) => { await child.register(cognitoAuth, { ...pool.options, resourceMetadata: { resource } }) })
  vain.get('/open', async () => 'open')
  await t.rejects(async () => vain.ready(), { code: 'FST_COGNITO_REGISTRATION_INVALID', message: /registered in a context without routes/ })
})

t.test('a registration below a prefix cannot publish at the root of an origin, and says so', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  await t.rejects(async () => {
    await app.register(async (child) => { await child.register(cognitoAuth, { ...pool.options, resourceMetadata: { resource } }) }, { prefix: '/v1' })
  }, { code: 'FST_COGNITO_REGISTRATION_INVALID', message: /at the root of an origin, and this context has the prefix \/v1/ })
})

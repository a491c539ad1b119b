/** Tokens that are bound to a resource, at the routes of this one and of another. */
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'
import { sendLines } from '../support/raw-http.js'
import { buildResourceApp, resource } from './support.js'

const pool = createTestUserPool()
const other = 'https://api.example.com/other'
const whole = 'https://api.example.com'

function routes (app: FastifyInstance): void {
  for (const url of ['/mcp', '/other', '/free']) {
    app.get(url, { config: { auth: 'required' } }, async (request) => ({ user: request.user?.sub }))
    app.get(`${url}/optional`, { config: { auth: 'optional' } }, async (request) => ({ user: request.user?.sub }))
  }
}

async function statusesOf (app: FastifyInstance, token: string): Promise<number[]> {
  const answers = await Promise.all(['/mcp', '/other', '/free', '/mcp/optional', '/other/optional'].map((url) => app.inject({ url, headers: pool.authorization(token) })))
  return answers.map(({ statusCode }) => statusCode)
}

t.test('one resource: only tokens that name it', async (t) => {
  const app = await buildResourceApp(t, { pool, options: { audience: 'resource' }, routes })
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: resource })), [200, 200, 200, 200, 200])
  for (const aud of [undefined, other, `${resource}/`, 'resource', pool.clientId]) t.strictSame(await statusesOf(app, await pool.accessToken({ aud })), [401, 401, 401, 401, 401], String(aud))
})

t.test('several resources: a token is good at the routes of its own, and at those of none', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: [{ resource }, { resource: other }], options: { audience: 'resource', audienceOf: 'users' }, routes })
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: resource })), [200, 401, 200, 200, 401])
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: [other] })), [401, 200, 200, 401, 200])
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: [other, resource] })), [200, 200, 200, 200, 200])
  t.strictSame(await statusesOf(app, await pool.accessToken()), [401, 401, 401, 401, 401])
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: 'https://elsewhere.example.com' })), [401, 401, 401, 401, 401])
  t.strictSame(await statusesOf(app, await pool.machineToken()), [200, 200, 200, 200, 200], 'machines are bound to nothing')
  t.strictSame(await statusesOf(app, await pool.machineToken({ aud: other })), [401, 200, 200, 401, 200], 'unless their token says so')
  t.strictSame(await statusesOf(app, await pool.idToken()), [200, 200, 200, 200, 200], 'as everywhere, an ID token is for its client; tokenUse refuses it')
})

t.test('the outer resource does not stand for the inner one', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: [{ resource: whole }, { resource }], options: { audience: 'resource' }, routes })
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: whole })), [401, 200, 200, 401, 200])
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: resource })), [200, 401, 401, 200, 401])
})

t.test('a resource that is published and asked of nobody binds nobody', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: [{ resource }, { resource: other }], options: { audience: [other, 'urn:x'] }, routes })
  t.strictSame(await statusesOf(app, await pool.accessToken({ aud: 'urn:x' })), [200, 401, 200, 200, 401])
  const open = await buildResourceApp(t, { pool, resourceMetadata: [{ resource }, { resource: other }], routes })
  t.strictSame(await statusesOf(open, await pool.accessToken({ aud: other })), [200, 200, 200, 200, 200], 'without audience, nothing is asked')
})

t.test('the refusal is that of any token for somebody else: the same answer, no user, and the reason in the log', async (t) => {
  const log = captureLog()
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: [{ resource }, { resource: other }],
    options: { audience: 'resource' },
    server: { logger: log.logger },
    routes: (app) => {
      routes(app)
      app.setErrorHandler(async (error: Error & { statusCode: number }, request, reply) => reply.code(error.statusCode).send({ user: request.user, message: error.message }))
    }
  })
  const stray = await app.inject({ url: '/mcp', headers: pool.authorization(await pool.accessToken({ aud: other })) })
  const foreign = await app.inject({ url: '/mcp', headers: pool.authorization(await pool.accessToken({ aud: 'https://elsewhere.example.com' })) })
  t.strictSame([stray.statusCode, stray.body, stray.headers['www-authenticate']], [401, foreign.body, foreign.headers['www-authenticate']])
  t.equal(stray.json<{ user: unknown }>().user, null)
  t.match(log.where('reason', 'audience')[0], { code: 'FST_COGNITO_TOKEN_INVALID', expected: [resource] })
})

t.test('a route belongs to its resource in upper case as well, since a router may not tell the two apart', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: [{ resource }, { resource: other }],
    options: { audience: 'resource' },
    server: { routerOptions: { caseSensitive: false } },
    routes: (app) => {
      app.get('/MCP', { config: { auth: 'required' } }, async () => 'in')
      app.get('/Mcp/tools', { config: { auth: 'required' } }, async () => 'in')
    }
  })
  const mine = pool.authorization(await pool.accessToken({ aud: resource }))
  const theirs = pool.authorization(await pool.accessToken({ aud: other }))
  for (const url of ['/mcp', '/MCP', '/mcp/tools']) {
    t.equal((await app.inject({ url, headers: mine })).statusCode, 200, url)
    const { statusCode, headers } = await app.inject({ url, headers: theirs })
    t.equal(statusCode, 401, url)
    t.match(headers['www-authenticate'], 'resource_metadata="', url)
  }
})

t.test('where one route serves several resources, the address tells which one is asked, however it is written', async (t) => {
  // In a constant of its own: Fastify's types do not know useSemicolonDelimiter here, its schema does.
  const routerOptions = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, useSemicolonDelimiter: true }
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: [{ resource }, { resource: other }],
    options: { audience: 'resource' },
    server: { routerOptions },
    routes: (app) => {
      app.get('/:server', { config: { auth: 'required' } }, async (request) => request.params)
      app.get('/:server/*', { config: { auth: 'required' } }, async (request) => request.params)
    }
  })
  const mine = pool.authorization(await pool.accessToken({ aud: resource }))
  const theirs = pool.authorization(await pool.accessToken({ aud: other }))
  const addresses = ['/mcp', '/mcp/', '/mcp/x', '/mcp?a=/other', '/m%63p', '/MCP', '/mcp/%6fther', '//mcp', '/mcp//x', '/mcp;a=1', '/mcp%2Fx', '/mcp%2fother/x', '/%6Dcp/x']
  for (const url of addresses) {
    t.equal((await app.inject({ url, headers: mine })).statusCode, 200, url)
    const { statusCode, headers } = await app.inject({ url, headers: theirs })
    t.equal(statusCode, 401, url)
    t.match(headers['www-authenticate'], `resource_metadata="${resource.replace('/mcp', '/.well-known/oauth-protected-resource/mcp')}"`, url)
  }
  for (const url of ['/mcp2', '/elsewhere/mcp', '/free']) {
    for (const headers of [mine, theirs]) t.equal((await app.inject({ url, headers })).statusCode, 200, url)
  }
})

t.test('a request that names its whole address, or whose dots lead elsewhere, leads to no resource by the token of another', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: [{ resource }, { resource: other }, { resource: whole }],
    options: { audience: 'resource', defaultAuth: 'required' },
    routes: (app) => {
      app.get('/:server', async (request) => request.params)
      app.get('/:server/*', async (request) => request.params)
    }
  })
  const lines = async (...aud: string[]): Promise<readonly string[]> => [`Authorization: Bearer ${await pool.accessToken({ aud })}`]
  const [mine, theirs, outer, both] = [await lines(resource), await lines(other), await lines(whole), await lines(resource, other)]
  const statusOf = async (url: string, lines: readonly string[]): Promise<number> => (await sendLines(app, url, lines)).statusCode
  for (const url of ['http://api.example.com/mcp', 'HTTPS://api.example.com/mcp/x', 'http://evil.example/mcp']) {
    t.strictSame([await statusOf(url, mine), await statusOf(url, theirs), await statusOf(url, outer)], [200, 401, 401], url)
    t.match((await sendLines(app, url, [])).headers['www-authenticate'], 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"', url)
  }
  for (const url of ['/other/../mcp', '/other/%2e%2E/mcp', '/other/..%2fmcp/x', '/other/x/../../mcp', '/other//../mcp', '/other/..;a=1/mcp', '/other\\..\\mcp', '/other/.%2e%5cmcp']) {
    for (const one of [mine, theirs, outer]) t.equal(await statusOf(url, one), 401, url)
    t.equal(await statusOf(url, both), 200, url)
  }
  t.strictSame([await statusOf('/x/../mcp', outer), await statusOf('/mcp\\tools', outer)], [401, 401])
  t.strictSame([await statusOf('/mcp/./x', mine), await statusOf('/mcp/a/../b', mine), await statusOf('/mcp/..x', mine)], [200, 200, 200])
})

/** What the refusals of a resource's routes say of it, and whose routes are whose. */
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import basicAuth from '@fastify/auth'
import { authorize, getUser } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused, refusals } from '../support/refusals.js'
import { buildResourceApp, documentUrl, resource } from './support.js'

const pool = createTestUserPool()
const scopes = [`${resource}/read`, `${resource}/write`]
const named = `resource_metadata="${documentUrl}", scope="${scopes.join(' ')}", realm="api"`

async function challengeAt (app: FastifyInstance, url: string, headers: Record<string, string> = {}): Promise<unknown> {
  return (await app.inject({ url, headers })).headers['www-authenticate']
}

function routes (app: FastifyInstance): void {
  for (const url of ['/mcp', '/mcp/', '/mcp/tools', '/mcp/:id/x', '/mcp2', '/mcp2/x', '/mc', '/xmcp', '/x/mcp', '/MCP', '/other/*']) app.get(url, { config: { auth: 'required' } }, async () => url)
  void app.register(async (child) => { child.get('/inner', { config: { auth: 'required' } }, async () => 'inner') }, { prefix: '/mcp' })
}

t.test('every refusal of a route below the resource names its metadata and its scopes', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: { resource, scopes },
    options: { isRevoked: (user: { sub: string }) => user.sub === 'revoked' },
    routes: (app) => {
      app.get('/mcp', { config: { auth: 'required' } }, async () => 'ok')
      app.get('/mcp/optional', { config: { auth: 'optional' } }, async () => 'ok')
      app.get('/mcp/hook', { preHandler: authorize({ groups: ['Admins'] }) }, async () => 'ok')
      app.get('/mcp/public', async (request) => getUser(request))
      app.get('/mcp/fresh', { config: { auth: { maxAge: 60 } } }, async () => 'ok')
    }
  })
  const past = Math.floor(Date.now() / 1000) - 3600
  const bad = pool.authorization('a.b.c')
  const user = pool.authorization(await pool.accessToken({ auth_time: past }))
  const table: ReadonlyArray<readonly [url: string, headers: Record<string, string>, status: number, challenge: string]> = [
    ['/mcp', {}, 401, `Bearer ${named}`],
    ['/mcp', { authorization: 'Basic abc' }, 401, `Bearer ${named}`],
    ['/mcp', { authorization: 'Bearer' }, 400, `Bearer error="invalid_request", ${named}`],
    ['/mcp', bad, 401, `Bearer error="invalid_token", ${named}`],
    ['/mcp/optional', bad, 401, `Bearer error="invalid_token", ${named}`],
    ['/mcp', pool.authorization(await pool.accessToken({ sub: 'revoked' })), 401, `Bearer error="invalid_token", ${named}`],
    ['/mcp', pool.authorization(await pool.expiredToken()), 401, `Bearer error="invalid_token", resource_metadata="${documentUrl}", error_description="Token has expired", scope="${scopes.join(' ')}", realm="api"`],
    ['/mcp/hook', {}, 401, `Bearer ${named}`],
    ['/mcp/hook', user, 403, `Bearer error="insufficient_scope", ${named}`],
    ['/mcp/public', {}, 401, `Bearer ${named}`],
    ['/mcp/fresh', user, 401, `Bearer error="insufficient_user_authentication", resource_metadata="${documentUrl}", error_description="Recent sign-in required", max_age="60", scope="${scopes.join(' ')}", realm="api"`]
  ]
  for (const [url, headers, status, challenge] of table) {
    const answer = await app.inject({ url, headers })
    t.strictSame([answer.statusCode, answer.headers['www-authenticate']], [status, challenge], url)
  }
})

t.test('the scopes are those that the route asks for, where it asks for some', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: { resource, scopes },
    routes: (app) => {
      app.get('/mcp/write', { config: { auth: { scopes: ['files/write'] } } }, async () => 'ok')
      app.get('/mcp/any', { config: { auth: { scopes: { any: ['files/read', 'files/write'], all: ['files/list'] } } } }, async () => 'ok')
      app.get('/mcp/either', { config: { auth: { anyOf: [{ scopes: ['files/read'] }, { groups: ['Admins'] }] } } }, async () => 'ok')
      app.get('/mcp/group', { config: { auth: { groups: ['Admins'] } } }, async () => 'ok')
    }
  })
  const user = pool.authorization(await pool.accessToken({ scopes: ['files/read'] }))
  const scopeOf = async (url: string, headers = {}) => /scope="([^"]*)"/.exec(String(await challengeAt(app, url, headers)))?.[1]
  t.strictSame(
    [await scopeOf('/mcp/write'), await scopeOf('/mcp/any'), await scopeOf('/mcp/either'), await scopeOf('/mcp/group')],
    ['files/write', 'files/list files/read', 'files/read', scopes.join(' ')], '401'
  )
  t.strictSame([await scopeOf('/mcp/write', user), await scopeOf('/mcp/any', user), await scopeOf('/mcp/group', user)], ['files/write', 'files/list files/read', scopes.join(' ')], '403')
})

t.test('below is decided by the pattern of the route, by whole segments', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: { resource, scopes }, routes })
  for (const url of ['/mcp', '/mcp/', '/mcp/tools', '/mcp/7/x', '/mcp/inner', '/mcp?x=/mcp2', '/MCP']) t.equal(await challengeAt(app, url), `Bearer ${named}`, url)
  for (const url of ['/mcp2', '/mcp2/x', '/mc', '/xmcp', '/x/mcp', '/other/mcp', '/other/%2e%2e%2fmcp', '/mcp2?x=/mcp/']) t.equal(await challengeAt(app, url), 'Bearer realm="api"', url)
})

t.test('however an address is written, its route decides', async (t) => {
  const app = await buildResourceApp(t, {
    pool,
    resourceMetadata: { resource, scopes },
    server: { routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true } },
    routes: (app) => { for (const url of ['/mcp', '/mcp/tools', '/mcp2', '/other/*']) app.get(url, { config: { auth: 'required' } }, async () => url) }
  })
  for (const url of ['//mcp', '/%6dcp', '/mcp//tools', '/mcp/tools/']) t.equal(await challengeAt(app, url), `Bearer ${named}`, url)
  for (const url of ['//mcp2', '/%6dcp2', '/other//mcp/']) t.equal(await challengeAt(app, url), 'Bearer realm="api"', url)
})

t.test('under default-deny a missing address answers as an existing one does', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: { resource, scopes }, options: { defaultAuth: 'required' }, routes: (app) => { app.get('/mcp/there', async () => 'ok'); app.get('/there', async () => 'ok') } })
  for (const [there, missing] of [['/mcp/there', '/mcp/missing'], ['/mcp/th%65re', '/mcp/m%69ssing'], ['/there', '/missing'], ['/there?/mcp/', '/missing?/mcp/'], ['/there', '/m%63p2%2fx'], ['/there', '/mcp%2fx'], ['/there', '/mcp2/x'], ['/there', '/mcp;x/y']] as const) {
    const [one, other] = await Promise.all([app.inject(there), app.inject(missing)])
    t.strictSame([other.statusCode, other.body, other.headers['www-authenticate']], [one.statusCode, one.body, one.headers['www-authenticate']], missing)
  }
})

t.test('a resource without a path has every route; of two, the inner one has its own', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: [{ resource: 'https://api.example.com' }, { resource, scopes }, { resource: `${resource}/inner` }], routes })
  t.equal(await challengeAt(app, '/other/x'), 'Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", realm="api"')
  t.equal(await challengeAt(app, '/mcp2'), 'Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", realm="api"')
  t.equal(await challengeAt(app, '/mcp/tools'), `Bearer ${named}`)
  t.equal(await challengeAt(app, '/mcp/inner'), `Bearer resource_metadata="${documentUrl}/inner", realm="api"`)
})

t.test('no header of a request comes into a challenge', async (t) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: { resource, scopes }, routes, server: { trustProxy: true } })
  t.equal(await challengeAt(app, '/mcp', { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' }), `Bearer ${named}`)
})

t.test('a challenge that another hook has set before does not come before ours', async (t) => {
  for (const byHand of [false, true]) {
    const app = await buildResourceApp(t, {
      pool,
      resourceMetadata: { resource, scopes },
      routes: (app) => {
        if (byHand) app.setErrorHandler(async (error: Error & { statusCode: number }, _request, reply) => reply.code(error.statusCode).send({ mine: true }))
        void app.register(basicAuth).after(() => {
          const basic = (_request: unknown, reply: { header (name: string, value: string): unknown }, done: (error?: Error) => void): void => {
            reply.header('www-authenticate', 'Basic realm="x"')
            done(new Error('no basic'))
          }
          app.get('/mcp', { onRequest: app.auth([basic, app.authenticate]) }, async () => 'ok')
        })
      }
    })
    t.equal(await challengeAt(app, '/mcp'), `Bearer ${named}`)
  }
})

t.test('without the option a challenge is what it was', async (t: Test) => {
  const app = await buildResourceApp(t, { pool, resourceMetadata: [{ resource: 'https://api.example.com/elsewhere' }], routes })
  for (const url of ['/mcp', '/mcp2']) assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
  t.equal(refusals.FST_COGNITO_TOKEN_MISSING.challenge, 'Bearer realm="api"')
})

/** Each event: its shape, its moment, and that a request has one. */
import t from 'tap'
import type { Test } from 'tap'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { authorize, getUser } from '../../src/index.js'
import type { CognitoAuthOptions, RouteAuthConfig } from '../../src/index.js'
import { channelNames, subscribe } from '../../src/telemetry/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { recordEvents } from '../support/events.js'
import type { ToldEvent } from '../support/events.js'
import { sendLines } from '../support/raw-http.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'in'

interface Scene {
  readonly app: FastifyInstance
  readonly told: ToldEvent[]
  /** What was told since the last call, without the ids of requests. */
  news (): Array<Record<string, unknown>>
}

async function build (t: Test, options: Partial<CognitoAuthOptions>, routes: (app: FastifyInstance) => void): Promise<Scene> {
  const told = recordEvents(t)
  const app = await buildApp(t, { options: { ...pool.options, ...options }, routes })
  let read = told.length
  return {
    app,
    told,
    news: () => {
      const news = told.slice(read).map(({ requestId: _, ...event }) => event)
      read = told.length
      return news.filter(({ kind }) => kind !== 'keys')
    }
  }
}

t.test('the names are those of the documentation', async (t) => {
  t.strictSame(Object.values(channelNames), ['verified', 'guest', 'refused', 'keys', 'revocation'].map((kind) => `fastify-cognito-auth:${kind}`))
})

t.test('a request with a good token is told once, however many rules ask, when it reaches its handler', async (t) => {
  let before: readonly unknown[] = []
  const { app, told, news } = await build(t, { defaultAuth: 'optional' }, (app) => {
    app.get('/once', handler)
    app.get('/often/:id', { config: { auth: 'required' }, onRequest: app.authenticate, preHandler: [app.authorize({ tokenUse: 'access' }), (_request, _reply, done) => { before = [...told.map(({ kind }) => kind)]; done() }] }, handler)
  })
  await app.cognitoAuth.ready()
  const headers = pool.authorization(await pool.accessToken())
  const facts = { userPoolId: pool.userPoolId, clientId: pool.clientId, tokenUse: 'access' }
  await app.inject({ url: '/often/1', headers })
  t.notOk(before.includes('verified'), 'not before the last hook')
  const [first, ...rest] = news()
  t.strictSame({ ...first, duration: null }, { kind: 'verified', method: 'GET', route: '/often/:id', ...facts, cached: false, duration: null })
  t.ok(Number.isInteger(first?.['duration']) && Number(first?.['duration']) > 0)
  t.strictSame(rest, [])
  await app.inject({ url: '/once', headers })
  t.match(news(), [{ kind: 'verified', cached: true, route: '/once' }])
  await app.inject({ url: '/once', headers: pool.authorization(await pool.idToken()) })
  t.match(news(), [{ kind: 'verified', cached: false, tokenUse: 'id' }])
  t.match(told.find(({ kind }) => kind === 'verified')?.['requestId'], /^req-/)
})

t.test('a guest is told apart, and a request to a public route not at all', async (t) => {
  const { app, news } = await build(t, {}, (app) => {
    app.get('/public', handler)
    app.get('/optional', { config: { auth: 'optional' }, preHandler: app.optionalAuth }, handler)
    app.get('/strict', { config: { auth: 'optional' } }, async (request) => getUser(request).sub)
  })
  await app.inject('/public')
  t.strictSame(news(), [])
  await app.inject('/optional')
  t.strictSame(news(), [{ kind: 'guest', method: 'GET', route: '/optional' }])
  await app.inject('/strict')
  t.match(news(), [{ kind: 'guest' }, { kind: 'refused', code: 'FST_COGNITO_TOKEN_MISSING' }], 'only getUser refuses a request that has reached its handler')
})

t.test('every kind of refusal is told once, with code and reason', async (t) => {
  const clock = createTestClock()
  const told = recordEvents(t)
  const rules: Record<string, RouteAuthConfig> = {
    '/required': 'required',
    '/group': { groups: ['Admins'] },
    '/recent': { maxAge: 60 },
    '/check': { check: () => false },
    '/broken': { check: () => { throw new TypeError('broken') } },
    '/own': { check: () => { throw Object.assign(new Error('gone'), { statusCode: 410 }) } }
  }
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: ({ sub }) => sub === 'revoked' },
    clock,
    routes: (app) => {
      for (const [url, auth] of Object.entries(rules)) app.get(url, { config: { auth } }, handler)
      app.get('/twice', { config: { auth: 'required' }, preHandler: authorize({ groups: ['Admins'] }) }, handler)
    }
  })
  await app.cognitoAuth.ready()
  const now = Math.floor(clock.now() / 1000)
  const bearer = async (claims: Record<string, unknown> = {}): Promise<InjectOptions['headers']> => pool.authorization(await pool.accessToken({ iat: now, exp: now + 3_600, auth_time: now, ...claims }))
  const cases: Array<[string, string, InjectOptions['headers'], string | null, string]> = [
    ['nothing', '/required', {}, 'FST_COGNITO_TOKEN_MISSING', 'missing'],
    ['a malformed header', '/required', { authorization: 'Bearer' }, 'FST_COGNITO_REQUEST_INVALID', 'authorization'],
    ['no token', '/required', { authorization: 'Bearer garbage' }, 'FST_COGNITO_TOKEN_INVALID', 'format'],
    ['an old token', '/required', await bearer({ iat: now - 3_600, exp: now - 60 }), 'FST_COGNITO_TOKEN_EXPIRED', 'expired'],
    ['a revoked token', '/required', await bearer({ sub: 'revoked' }), 'FST_COGNITO_TOKEN_REVOKED', 'revoked'],
    ['no group', '/group', await bearer(), 'FST_COGNITO_FORBIDDEN', 'required_group'],
    ['config lets in, a hook does not', '/twice', await bearer(), 'FST_COGNITO_FORBIDDEN', 'required_group'],
    ['an old sign-in', '/recent', await bearer({ auth_time: now - 600 }), 'FST_COGNITO_REAUTHENTICATION_REQUIRED', 'required_max_age'],
    ['a check', '/check', await bearer(), 'FST_COGNITO_FORBIDDEN', 'check'],
    ['a broken check', '/broken', await bearer(), 'FST_COGNITO_UNAVAILABLE', 'check'],
    ['a check with its own error', '/own', await bearer(), null, 'check']
  ]
  for (const [says, url, headers, code, reason] of cases) {
    told.length = 0
    await app.inject({ url, headers: { ...headers } })
    t.strictSame(told.map(({ requestId: _, ...event }) => event), [{ kind: 'refused', code, reason, method: 'GET', route: url }], says)
  }
  told.length = 0
  await sendLines(app, '/required', ['Authorization: Bearer a', 'Authorization: Bearer b'])
  t.match(told, [{ kind: 'refused', reason: 'duplicate_authorization' }])
  t.equal(told.length, 1)
})

t.test('a path that leads to no route is told without it', async (t) => {
  const { app, news } = await build(t, { defaultAuth: 'required' }, () => {})
  await app.inject('/made-up/by/a-stranger')
  t.strictSame(news(), [{ kind: 'refused', code: 'FST_COGNITO_TOKEN_MISSING', reason: 'missing', method: 'GET', route: null }])
})

t.test('a subscriber that fails, asks again or sends a request itself changes no answer', async (t) => {
  const { app, news } = await build(t, {}, (app) => app.get('/', { config: { auth: 'required' } }, handler))
  let asked = 0
  t.teardown(subscribe('verified', () => { throw new Error('broken') }))
  t.teardown(subscribe('refused', async () => Promise.reject(new Error('broken too'))))
  t.teardown(subscribe('refused', () => {
    if (asked++ === 0) void app.inject({ url: '/', headers: { authorization: 'Bearer x' } })
  }))
  const headers = pool.authorization(await pool.accessToken())
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  t.equal((await app.inject('/')).statusCode, 401)
  await new Promise((resolve) => setImmediate(resolve))
  t.match(news(), [{ kind: 'verified' }, { reason: 'missing' }, { reason: 'format' }])
})

t.test('who comes while a request is under way hears nothing half of it', async (t) => {
  let listen = (): void => {}
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => app.get('/', { config: { auth: 'required' }, preHandler: async () => listen() }, handler)
  })
  const told: unknown[] = []
  listen = () => { t.teardown(subscribe('verified', (event) => told.push(event))) }
  const headers = pool.authorization(await pool.accessToken())
  await app.inject({ url: '/', headers })
  t.strictSame(told, [])
  listen = () => {}
  await app.inject({ url: '/', headers })
  t.equal(told.length, 1)
})

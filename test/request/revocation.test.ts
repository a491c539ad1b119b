/** A list of revoked tokens in the plugin: every request, cached tokens, mapUser, and routes that ask the store. */
import t from 'tap'
import type { Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { authorize } from '../../src/index.js'
import type { CognitoAuthOptions, CognitoUser, RouteAuthConfig } from '../../src/index.js'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import type { RevocationList, RevocationListOptions } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { createLatch } from '../support/latch.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'
import { createTestStore } from '../support/revocation-store.js'
import type { TestStore } from '../support/revocation-store.js'
import { createRunningClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

const pool = createTestUserPool()
const down = new Error('no connection')

interface Scene {
  readonly app: FastifyInstance
  readonly clock: TestClock
  readonly store: TestStore
  readonly list: RevocationList
  /** A list of another machine. */
  readonly other: RevocationList
  readonly log: LogCapture
  readonly seen: unknown[]
}

async function createScene (t: Test, options: Partial<CognitoAuthOptions> = {}, listOptions: Partial<RevocationListOptions> = {}): Promise<Scene> {
  const clock = createRunningClock()
  const store = createTestStore(clock)
  const list = createRevocationListWithClock({ store, ...listOptions }, clock)
  const other = createRevocationListWithClock({ store }, clock)
  const log = captureLog()
  const seen: unknown[] = []
  const ask: RouteAuthConfig = { revocation: 'ask' }
  const app = await buildApp(t, {
    clock,
    options: { ...pool.options, isRevoked: list.isRevoked, ...options },
    server: { logger: log.logger },
    routes: (app) => {
      app.addHook('onError', async (request) => { seen.push(request.user) })
      app.get('/', { config: { auth: 'required' } }, async (request) => { seen.push(request.user); return 'in' })
      app.get('/optional', { config: { auth: 'optional' } }, async () => 'in')
      app.get('/ask', { config: { auth: ask } }, async () => 'in')
      app.get('/ask/admin', { config: { auth: { groups: ['Admins'], revocation: 'ask' } } }, async () => 'in')
      app.get('/ask/thrice', { config: { auth: ask }, preValidation: authorize({ revocation: 'ask' }), preHandler: app.authorize({ scopes: ['a/b'], revocation: 'ask' }) }, async () => 'in')
    }
  })
  return { app, clock, store, list, other, log, seen }
}

const signIn = async (claims: object = {}) => {
  const token = await pool.accessToken({ sub: 'alice', jti: 't1', origin_jti: 's1', scope: 'a/b', ...claims })
  const verify = async (app: FastifyInstance): Promise<CognitoUser> => app.cognitoAuth.verify(token)
  return { headers: pool.authorization(token), verify }
}

t.test('a token that is revoked here is refused from then on, though it is cached', async (t) => {
  const { app, list, seen } = await createScene(t)
  const { headers, verify } = await signIn()
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  await list.revokeSession(await verify(app))
  for (const url of ['/', '/optional', '/ask', '/ask/thrice']) assertRefused(t, await app.inject({ url, headers }), 'FST_COGNITO_TOKEN_REVOKED')
  t.strictSame(seen.slice(1), [null, null, null, null], 'nobody gets to see the user of a revoked token')
  const { headers: others } = await signIn({ origin_jti: 's2', jti: 't2' })
  for (const url of ['/', '/optional', '/ask', '/ask/thrice']) t.equal((await app.inject({ url, headers: others })).statusCode, 200, url)
})

t.test('one that another machine has revoked is refused within pollInterval, and at once by routes that ask', async (t) => {
  const { app, clock, other } = await createScene(t)
  const { headers, verify } = await signIn()
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  await other.revokeToken(await verify(app))
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/ask', headers }), 'FST_COGNITO_TOKEN_REVOKED')
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_TOKEN_REVOKED')
  const { headers: next, verify: verifyNext } = await signIn({ jti: 't2' })
  await other.revokeToken(await verifyNext(app))
  clock.pass(4_000)
  assertRefused(t, await app.inject({ url: '/', headers: next }), 'FST_COGNITO_TOKEN_REVOKED')
})

t.test('a route that asks says so before it judges rights, asks once however many hooks do, and not without a good token', async (t) => {
  const { app, store, other } = await createScene(t)
  const { headers, verify } = await signIn()
  await app.inject({ url: '/', headers })
  const { reads } = store
  t.equal((await app.inject({ url: '/ask/thrice', headers })).statusCode, 200)
  t.equal(store.reads, reads + 1)
  assertRefused(t, await app.inject({ url: '/ask/admin', headers }), 'FST_COGNITO_FORBIDDEN')
  for (const given of [{}, { authorization: 'Bearer a.b.c' }]) t.equal((await app.inject({ url: '/ask', headers: given })).statusCode, 401)
  t.equal(store.reads, reads + 2)
  await other.revokeUser(pool.userPoolId, (await verify(app)).sub)
  assertRefused(t, await app.inject({ url: '/ask/admin', headers }), 'FST_COGNITO_TOKEN_REVOKED')
  t.equal(store.reads, reads + 3)
})

t.test('hooks that ask the store at the same time refuse with one error, and log it once', async (t) => {
  const { store, list, other, log } = await createScene(t)
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: list.isRevoked },
    server: { logger: log.logger },
    routes: (app) => {
      const ask = authorize({ revocation: 'ask' })
      app.get('/', { config: { auth: 'public' } }, async (request) => {
        const errors = await Promise.all([0, 1].map(() => new Promise((resolve) => ask(request, null, resolve))))
        return { same: errors[0] === errors[1], code: Reflect.get(Object(errors[0]), 'code'), user: request.user }
      })
    }
  })
  const { headers, verify } = await signIn()
  await list.refresh()
  await other.revokeSession(await verify(app))
  const go = store.hold()
  const answer = app.inject({ url: '/', headers })
  setImmediate(go)
  t.strictSame((await answer).json(), { same: true, code: 'FST_COGNITO_TOKEN_REVOKED', user: null })
  t.equal(log.where('reason', 'revoked').length, 1)
})

t.test('the store is down: routes that ask refuse at once, others once the copy is too old; never a pass', async (t) => {
  const { app, clock, store, log } = await createScene(t)
  const { headers } = await signIn()
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  store.fail(down)
  assertRefused(t, await app.inject({ url: '/ask', headers }), 'FST_COGNITO_UNAVAILABLE')
  t.match(log.where('reason', 'is_revoked'), [{ level: 50, err: { type: 'RevocationListError', message: 'the store of revoked tokens failed: no connection' } }])
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  clock.pass(30_000)
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await app.inject({ url: '/', headers: { authorization: 'Bearer a.b.c' } }), 'FST_COGNITO_TOKEN_INVALID')
  store.fail(null)
  clock.pass(1_000)
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
})

t.test('what becomes of the list is logged with every change, and no more often', async (t) => {
  const levels = (log: LogCapture, words: RegExp): unknown[] => log.lines().filter(({ msg }) => words.test(String(msg))).map(({ level }) => level)
  for (const onStale of ['refuse', 'accept'] as const) {
    const { app, clock, store, list, log } = await createScene(t, {}, { onStale })
    const { headers } = await signIn()
    const get = async (): Promise<number> => (await app.inject({ url: '/', headers })).statusCode
    t.equal(await get(), 200)
    store.fail(down)
    for (let second = 0; second < 10; second++) {
      clock.pass(2_000)
      t.equal(await get(), 200)
    }
    clock.pass(20_000)
    for (let times = 0; times < 3; times++) t.equal(await get(), onStale === 'accept' ? 200 : 503)
    store.fail(null)
    clock.pass(2_000)
    await list.refresh()
    t.equal(await get(), 200)
    t.strictSame(levels(log, /onStale is "accept"/), onStale === 'accept' ? [40] : [])
    t.strictSame(levels(log, /^list of revoked tokens read$/), [30, 30])
    t.strictSame(levels(log, /could not be brought up to date/), [40])
    t.strictSame(levels(log, /^tokens are accepted although nobody can tell/), onStale === 'accept' ? [50] : [])
    t.strictSame(levels(log, /^nobody is let in/), onStale === 'accept' ? [] : [50])
    list.close()
    await app.close()
    const { length } = log.lines()
    list.close()
    t.equal(log.lines().length, length)
  }
})

t.test('beyond maxEntries nobody is let in, with onStale accept neither, and the log says so', async (t) => {
  const { app, list, log } = await createScene(t, {}, { onStale: 'accept', maxEntries: 1 })
  const { headers } = await signIn()
  await list.revokeUser('us-east-1_A', 'bob')
  await list.revokeUser('us-east-1_A', 'eve')
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  t.match(log.lines().filter(({ msg }) => /^nobody is let in/.test(String(msg))), [{ level: 50, state: 'full', entries: 1 }])
})

t.test('the list sees the principal, whatever mapUser makes of it', async (t) => {
  const { app, list } = await createScene(t, { mapUser: () => ({ id: 7 }) as never })
  const { headers } = await signIn()
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  await list.revokeUser(pool.userPoolId, 'alice')
  for (const url of ['/', '/ask']) assertRefused(t, await app.inject({ url, headers }), 'FST_COGNITO_TOKEN_REVOKED')
})

t.test('a revocation that comes while the token is verified, or mapped, is not missed', async (t) => {
  const mapping = createLatch()
  const mapped = createLatch()
  const { app, list } = await createScene(t, { mapUser: async (user) => { mapping.open(); await mapped.opened; return user } })
  const { headers } = await signIn()
  const answers = ['/', '/ask'].map((url) => app.inject({ url, headers }))
  await mapping.opened
  await list.revokeUser(pool.userPoolId, 'alice')
  mapped.open()
  for (const answer of await Promise.all(answers)) assertRefused(t, answer, 'FST_COGNITO_TOKEN_REVOKED')
})

t.test('a revocation that comes while the request waits for the first reading is not missed', async (t) => {
  const { app, store, other } = await createScene(t)
  const { headers, verify } = await signIn()
  const user = await verify(app)
  const go = store.hold()
  const answer = app.inject({ url: '/ask', headers })
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => { setImmediate(resolve) })
  t.equal(store.reads, 1)
  const revoking = other.revokeSession(user)
  go()
  await revoking
  assertRefused(t, await answer, 'FST_COGNITO_TOKEN_REVOKED')
})

t.test('an answer of the store that takes long: the token may have ended meanwhile', async (t) => {
  const { app, clock, store } = await createScene(t, { clockTolerance: 0 })
  const now = Math.floor(clock.now() / 1000)
  const { headers } = await signIn({ iat: now - 60, exp: now + 60, auth_time: now - 60 })
  t.equal((await app.inject({ url: '/ask', headers })).statusCode, 200)
  const go = store.hold()
  const answer = app.inject({ url: '/ask', headers })
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => { setImmediate(resolve) })
  clock.pass(60_000)
  go()
  assertRefused(t, await answer, 'FST_COGNITO_TOKEN_EXPIRED')
})

t.test('a route that asks needs a list to ask', async (t) => {
  const { list } = await createScene(t)
  for (const isRevoked of [undefined, async () => false, (user: object) => list.isRevoked(user)]) {
    for (const declare of [
      (app: FastifyInstance) => { app.get('/', { config: { auth: { revocation: 'ask' } } }, async () => 'in') },
      (app: FastifyInstance) => { app.get('/', { onRequest: app.authorize({ revocation: 'ask' }) }, async () => 'in') }
    ]) {
      await t.rejects(buildApp(t, { options: { ...pool.options, ...(isRevoked === undefined ? {} : { isRevoked }) }, routes: declare }), {
        code: 'FST_COGNITO_ROUTE_INVALID', message: /revocation is invalid: expected the option "isRevoked" to be the very function of a list/
      })
    }
  }
})

t.test('a hook that the start could not see asks for nothing it can have: 503, never a pass', async (t) => {
  const { headers } = await signIn()
  const log = captureLog()
  const hook = authorize({ revocation: 'ask' })
  const app = await buildApp(t, {
    options: pool.options,
    server: { logger: log.logger },
    routes: (app) => { app.get('/', { preHandler: (request, reply, done) => hook(request, reply, done) }, async () => 'in') }
  })
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  t.match(log.where('reason', 'is_revoked'), [{ level: 50, err: { message: /there is no store to ask/ } }])
})

import t from 'tap'
import type { Test } from 'tap'
import { mock } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { CognitoAuthOptions, GetToken, IsRevoked, MapUser } from '../../src/index.js'
import { longestAnswer } from '../../src/time/bounded.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const headers = pool.authorization(await pool.accessToken())
const down = new Error('the database is down')

/** What an application's function may do wrong in any language but TypeScript. */
type Misbehaviour = readonly [name: string, call: () => unknown, logged: RegExp]

const failures: readonly Misbehaviour[] = [
  ['throws', () => { throw down }, /the database is down/],
  ['throws what is no error', () => { throw Object('odd') }, /odd/],
  ['rejects', () => Promise.reject(down), /the database is down/],
  ['rejects late', () => new Promise((_resolve, reject) => { setImmediate(() => reject(down)) }), /the database is down/],
  ['gives a thenable that throws', () => new Proxy({}, { get: (_target, name) => (name === 'then' ? () => { throw down } : undefined) }), /the database is down/]
]

async function guardedApp (t: Test, options: Partial<CognitoAuthOptions>): Promise<{ app: FastifyInstance, log: LogCapture, served: () => number }> {
  const log = captureLog()
  let served = 0
  const app = await buildApp(t, {
    options: { ...pool.options, defaultAuth: 'required', ...options },
    server: { logger: log.logger },
    routes: (app) => { app.get('/', async () => { served++; return 'in' }) }
  })
  return { app, log, served: () => served }
}

/** Asserts a 503 whose cause is in the log at level error, and in nothing the client gets. */
async function assertUnavailable (t: Test, options: Partial<CognitoAuthOptions>, reason: string, logged: RegExp): Promise<void> {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => { unhandled.push(error) }
  process.on('unhandledRejection', note)
  const { app, log, served } = await guardedApp(t, options)
  const answer = await app.inject({ url: '/', headers })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
  t.equal(served(), 0, 'the handler was not run')
  t.strictSame(unhandled, [], 'no rejection was left unhandled')
  const [line, ...others] = log.where('reason', reason)
  t.match(line, { level: 50, code: 'FST_COGNITO_UNAVAILABLE', msg: 'authentication could not be decided' })
  t.match(JSON.stringify(line?.err), logged)
  t.equal(others.length, 0, 'it was logged once')
}

const isRevokedOf = (call: () => unknown): { isRevoked: IsRevoked } => ({ isRevoked: call as IsRevoked })
const mapUserOf = (call: () => unknown): { mapUser: MapUser } => ({ mapUser: call as MapUser })
const getTokenOf = (call: () => unknown): { getToken: GetToken } => ({ getToken: call as GetToken })

t.test('a function that fails gives a 503, logged with its error', async (t) => {
  for (const [name, call, logged] of failures) {
    t.test(`isRevoked ${name}`, (t) => assertUnavailable(t, isRevokedOf(call), 'is_revoked', logged))
    t.test(`mapUser ${name}`, (t) => assertUnavailable(t, mapUserOf(call), 'map_user', logged))
  }
  for (const [name, call, logged] of failures.slice(0, 2)) {
    t.test(`getToken ${name}`, (t) => assertUnavailable(t, getTokenOf(call), 'get_token', logged))
  }
})

t.test('getToken has to answer at once: a promise is no token, and its rejection ends nothing', async (t) => {
  const promises: readonly Misbehaviour[] = [
    ['resolves', async () => headers.authorization, /getToken did not return a string/],
    ...failures.slice(2, 4).map(([name, call]): Misbehaviour => [name, call, /getToken did not return a string/])
  ]
  for (const [name, call, logged] of promises) {
    t.test(name, (t) => assertUnavailable(t, getTokenOf(call), 'get_token', logged))
  }
})

t.test('an answer of another type gives a 503, never a decision', async (t) => {
  for (const answer of [undefined, null, 0, 1, '', 'false', 'true', {}, [], Symbol('no')]) {
    for (const call of [() => answer, async () => answer]) {
      t.test(`isRevoked gives ${String(answer)}`, (t) =>
        assertUnavailable(t, isRevokedOf(call), 'is_revoked', /isRevoked did not answer true or false/))
    }
  }
  for (const answer of [undefined, null, 0, 'user', true]) {
    for (const call of [() => answer, async () => answer]) {
      t.test(`mapUser gives ${String(answer)}`, (t) => assertUnavailable(t, mapUserOf(call), 'map_user', /mapUser did not return an object/))
    }
  }
  for (const answer of [0, 1, true, false, {}, [], ['a.b.c'], Symbol('no')]) {
    t.test(`getToken gives ${String(answer)}`, (t) => assertUnavailable(t, getTokenOf(() => answer), 'get_token', /getToken did not return a string/))
  }
})

t.test('a function that never answers is waited for no longer than its bound', async (t) => {
  for (const [reason, of] of [['is_revoked', isRevokedOf], ['map_user', mapUserOf]] as const) {
    t.test(reason, async (t) => {
      mock.timers.enable({ apis: ['setInterval'] })
      t.teardown(() => mock.timers.reset())
      let asked = (): void => {}
      const wasAsked = new Promise<void>((resolve) => { asked = resolve })
      const { app, log, served } = await guardedApp(t, of(() => {
        asked()
        return new Promise(() => {})
      }))
      const answer = app.inject({ url: '/', headers })
      await wasAsked
      // The clock of the bound starts after the function has returned.
      await Promise.resolve()
      mock.timers.tick(longestAnswer)
      assertRefused(t, await answer, 'FST_COGNITO_UNAVAILABLE')
      t.equal(served(), 0)
      t.match(log.where('reason', reason), [{ level: 50, err: { message: /did not answer within 3000 ms/ } }])
    })
  }
})

t.test('mapUser that failed is asked again: only its success is remembered', async (t) => {
  let isDown = true
  let calls = 0
  const { app } = await guardedApp(t, {
    mapUser: (user) => {
      calls++
      if (isDown) throw down
      return user
    }
  })
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  isDown = false
  for (let request = 0; request < 3; request++) t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  t.equal(calls, 2, 'once for the failure, once for all later requests')
})

t.test('isRevoked is asked on every request with the user and the request, and obeyed at once', async (t) => {
  const seen: unknown[] = []
  const shutOut = new Set<string>()
  const { app } = await guardedApp(t, {
    isRevoked: (user, request) => {
      seen.push([user.sub, request.url])
      return shutOut.has(user.sub)
    }
  })
  const mine = pool.authorization(await pool.accessToken({ sub: 'me' }))
  t.equal((await app.inject({ url: '/', headers: mine })).statusCode, 200)
  t.equal((await app.inject({ url: '/', headers: mine })).statusCode, 200)
  shutOut.add('me')
  assertRefused(t, await app.inject({ url: '/', headers: mine }), 'FST_COGNITO_TOKEN_REVOKED')
  t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken({ sub: 'you' })) })).statusCode, 200)
  t.strictSame(seen, [['me', '/'], ['me', '/'], ['me', '/'], ['you', '/']])
})

t.test('neither function is asked about a token that is refused, nor about none', async (t) => {
  let calls = 0
  const count = (): never => { calls++; throw down }
  const { app } = await guardedApp(t, { isRevoked: count, mapUser: count })
  assertRefused(t, await app.inject('/'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/', headers: pool.authorization('a.b.c') }), 'FST_COGNITO_TOKEN_INVALID')
  const expired = await pool.accessToken({ iat: 1_000, exp: 2_000 })
  assertRefused(t, await app.inject({ url: '/', headers: pool.authorization(expired) }), 'FST_COGNITO_TOKEN_EXPIRED')
  t.equal(calls, 0)
})

/** An application under attack: what reached its handler, what it fetched, what it logged, what it answered. */
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { CognitoAuthErrorCode, CognitoAuthOptions, Reason, RequestOptions, RouteAuthConfig, SharedOptions, UserPoolOptions, UserPoolsOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims, TestUserPool } from '../../src/testing/index.js'
import { buildApp } from './app.js'
import { captureLog } from './log-capture.js'
import { recordEvents } from './events.js'
import type { ToldEvent } from './events.js'
import { refusals } from './refusals.js'
import { createTestClock } from './test-clock.js'
import type { TestClock } from './test-clock.js'

export interface AttackSetup {
  readonly pool?: TestUserPool
  /** What is to differ from the options of the pool. */
  readonly options?: Partial<UserPoolOptions> & SharedOptions & RequestOptions | UserPoolsOptions & SharedOptions & RequestOptions
  /** What the attacked route asks of its callers. */
  readonly auth?: RouteAuthConfig
}

export interface AttackTarget {
  readonly app: FastifyInstance
  readonly pool: TestUserPool
  readonly clock: TestClock
  /** Claims of a token that is valid at the clock's time. */
  times (): { readonly iat: number, readonly exp: number, readonly auth_time: number }
  /** A user's access token, valid at the clock's time. */
  access (claims?: TestClaims): Promise<string>
  /** An ID token, valid at the clock's time. */
  id (claims?: TestClaims): Promise<string>
  /** How often keys were asked for since the application was built. */
  readonly fetchCount: number
  /** How often the handler ran since then. */
  readonly handledCount: number
  /** Sends a request when an unknown key would be worth a fetch, and tells everything that came of it. */
  attempt (request: InjectOptions): Promise<Attempt>
}

export interface Attempt {
  readonly statusCode: number
  readonly body: string
  readonly challenge: unknown
  /** The names of all headers of the answer. */
  readonly headers: readonly string[]
  /** How often the handler ran. */
  readonly handled: number
  readonly fetched: readonly string[]
  readonly reasons: readonly unknown[]
  /** The events of the request, in their order. */
  readonly told: readonly ToldEvent[]
  readonly log: string
}

export interface Attack {
  readonly says: string
  /** Sent as a bearer token, unless there is a `request`. */
  readonly token?: string
  readonly request?: InjectOptions
  readonly reason: Reason
  /** Default: `FST_COGNITO_TOKEN_INVALID`. */
  readonly code?: CognitoAuthErrorCode
  /** What the challenge of a 403 adds. */
  readonly scope?: string
  /** How often keys may be fetched. Default: not at all. */
  readonly fetches?: number
}

const cooldown = 30_000

/** Builds an application whose keys, once fetched, stay known however often time passes between two attempts. */
export async function createAttackTarget (t: Test, { pool = createTestUserPool(), options = {}, auth = 'required' }: AttackSetup = {}): Promise<AttackTarget> {
  const clock = createTestClock()
  const log = captureLog()
  const fetched: string[] = []
  const told = recordEvents(t)
  let handled = 0

  const app = await buildApp(t, {
    clock,
    options: {
      ...('userPools' in options ? {} : { userPoolId: pool.userPoolId, clientId: pool.clientId }),
      keys: {
        fetch: async (input, init) => {
          fetched.push(String(input instanceof Request ? input.url : input))
          return pool.options.keys.fetch(input, init)
        },
        cooldown,
        refreshAfter: 2_147_483_646,
        maxStale: 2_147_483_647
      },
      ...options
      // One pool or several: the first spread has decided it, where the compiler cannot follow.
    } as CognitoAuthOptions,
    server: { logger: log.logger },
    routes: (app) => {
      app.route({
        method: ['GET', 'POST'],
        url: '/attacked',
        config: { auth },
        handler: async (request) => {
          handled++
          return request.user
        }
      })
    }
  })

  const times = (): { iat: number, exp: number, auth_time: number } => {
    const now = Math.floor(clock.now() / 1000)
    return { iat: now, exp: now + 3600, auth_time: now }
  }

  async function attempt (request: InjectOptions): Promise<Attempt> {
    // Whether a key is fetched must not depend on the case before.
    clock.pass(cooldown)
    clock.adjust(-cooldown)
    const before = { handled, fetched: fetched.length, log: log.text().length, told: told.length }
    const answer = await app.inject({ url: '/attacked', ...request })
    const written = log.text().slice(before.log)
    return {
      statusCode: answer.statusCode,
      body: answer.body,
      challenge: answer.headers['www-authenticate'],
      headers: Object.keys(answer.headers).sort(),
      handled: handled - before.handled,
      fetched: fetched.slice(before.fetched),
      reasons: written.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { reason?: unknown }).reason).filter((reason) => reason !== undefined),
      told: told.slice(before.told).filter(({ kind }) => kind !== 'keys'),
      log: written
    }
  }

  return {
    app,
    pool,
    clock,
    get fetchCount () { return fetched.length },
    get handledCount () { return handled },
    times,
    access: (claims = {}) => pool.accessToken({ ...times(), ...claims }),
    id: (claims = {}) => pool.idToken({ ...times(), ...claims }),
    attempt
  }
}

/** Asserts that an attack gets exactly the answer of the error table, reaches neither handler nor keys, and is logged once with its reason. */
export async function assertRefused (t: Test, target: AttackTarget, attack: Attack): Promise<void> {
  const { says, token = '', request = { headers: target.pool.authorization(token) }, reason, code = 'FST_COGNITO_TOKEN_INVALID', scope = '', fetches = 0 } = attack
  const { statusCode, body, challenge } = refusals[code]
  const { log, fetched, told, ...actual } = await target.attempt(request)
  t.strictSame(
    { ...actual, fetches: fetched.length, told: told.map(({ requestId: _, ...event }) => event), isTokenLogged: token.length > 20 && log.includes(token.slice(-20)) },
    {
      statusCode,
      body,
      challenge: challenge === undefined ? undefined : challenge + scope,
      headers: ['connection', 'content-length', 'content-type', 'date', 'www-authenticate'],
      handled: 0,
      fetches,
      reasons: [reason],
      // Nothing else is in an event: no part of the token, no claim.
      told: [{ kind: 'refused', code, reason, method: 'method' in request ? request.method : 'GET', route: '/attacked' }],
      isTokenLogged: false
    },
    `${says}: ${reason}`
  )
}

/** Asserts that a token passes and gives the user it was made for. */
export async function assertAccepted (t: Test, target: AttackTarget, says: string, token: string, user: object = {}): Promise<void> {
  await assertRequestAccepted(t, target, says, { headers: target.pool.authorization(token) }, user)
}

/** Asserts that a request passes and gives the user it was made for. */
export async function assertRequestAccepted (t: Test, target: AttackTarget, says: string, request: InjectOptions, user: object = {}): Promise<void> {
  const { statusCode, body, handled, challenge, reasons } = await target.attempt(request)
  t.strictSame({ statusCode, handled, challenge, reasons }, { statusCode: 200, handled: 1, challenge: undefined, reasons: [] }, `${says}: accepted`)
  t.match(JSON.parse(body), user, `${says}: as its user`)
}

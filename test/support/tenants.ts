/** An application whose user pools are known only at run time. */
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { ResolvedUserPool, UserPoolQuestion, UserPoolResolver } from '../../src/index.js'
import type { RouteAuthConfig, SharedOptions, RequestOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims, TestUserPool } from '../../src/testing/index.js'
import { buildApp } from './app.js'
import { captureLog } from './log-capture.js'
import type { LogCapture } from './log-capture.js'
import type { Answer } from './refusals.js'
import { createTestClock } from './test-clock.js'
import type { TestClock } from './test-clock.js'

export interface TenantScene {
  readonly app: FastifyInstance
  readonly clock: TestClock
  readonly log: LogCapture
  /** The pools there are; the function of the application knows them by their ids. */
  readonly pools: Map<string, TestUserPool>
  /** What was asked so far. */
  readonly asked: UserPoolQuestion[]
  /** Addresses of the key sets that were fetched. */
  readonly fetched: string[]
  /** Adds a pool of this name. */
  add (name: string): TestUserPool
  /** A token that is valid at the clock's time. */
  token (pool: TestUserPool, claims?: TestClaims): Promise<string>
  /** Sends a request with a token of a pool, or with this token. */
  ask (from: TestUserPool | string, request?: InjectOptions): Promise<Answer>
  /** The reason of the last refusal. */
  reason (): unknown
}

export interface TenantSetup {
  readonly resolver?: Partial<UserPoolResolver>
  readonly options?: SharedOptions & RequestOptions
  readonly auth?: RouteAuthConfig
  /** Takes the place of the function that knows the pools; that one is its argument. */
  readonly resolve?: (known: (question: UserPoolQuestion) => ResolvedUserPool | null) => UserPoolResolver['resolve']
}

/** Builds it with the route `/` and `/tenants/:tenant`. */
export async function buildTenants (t: Test, { resolver = {}, options = {}, auth = 'required', resolve }: TenantSetup = {}): Promise<TenantScene> {
  const pools = new Map<string, TestUserPool>()
  const asked: UserPoolQuestion[] = []
  const fetched: string[] = []
  const clock = createTestClock()
  const log = captureLog()
  const known = ({ userPoolId }: UserPoolQuestion): ResolvedUserPool | null => {
    const pool = pools.get(userPoolId)
    return pool === undefined ? null : { userPoolId, clientId: pool.clientId, tenant: userPoolId.slice(userPoolId.indexOf('_') + 1) }
  }
  const answer = resolve?.(known) ?? known
  const app = await buildApp(t, {
    clock,
    server: { logger: log.logger, trustProxy: true },
    options: {
      userPools: {
        resolve: (question, context) => {
          asked.push(question)
          return answer(question, context)
        },
        ...resolver
      },
      keys: {
        fetch: async (input, init) => {
          const address = String(input instanceof Request ? input.url : input)
          fetched.push(address)
          const pool = [...pools.values()].find(({ issuer }) => address === `${issuer}/.well-known/jwks.json`)
          return pool === undefined ? new Response(null, { status: 404 }) : pool.options.keys.fetch(input, init)
        }
      },
      ...options
    },
    routes: (app) => {
      app.get('/', { config: { auth } }, async (request) => request.user)
      app.get('/tenants/:tenant', { config: { auth } }, async (request) => request.user)
    }
  })
  const token = (pool: TestUserPool, claims: TestClaims = {}): Promise<string> => {
    const now = Math.floor(clock.now() / 1000)
    return pool.accessToken({ iat: now, exp: now + 3_600, auth_time: now, ...claims })
  }
  return {
    app,
    clock,
    log,
    pools,
    asked,
    fetched,
    add: (name) => {
      const pool = createTestUserPool({ userPoolId: `us-east-1_${name}`, clientId: `client${name}` })
      pools.set(pool.userPoolId, pool)
      return pool
    },
    token,
    ask: async (from, request = {}) => app.inject({ url: '/', ...request, headers: { ...request.headers, authorization: `Bearer ${typeof from === 'string' ? from : await token(from)}` } }),
    reason: () => log.lines().filter(({ msg }) => String(msg).startsWith('request refused') || msg === 'authentication could not be decided').at(-1)?.['reason']
  }
}

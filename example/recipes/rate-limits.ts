/** Rate limits: of each user and each app client, and of addresses that send tokens which are refused. */
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Redis } from 'ioredis'
import cognitoAuth, { isCognitoAuthError } from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'

export interface Limits {
  /** Requests a minute of one user, and of one app client. */
  readonly user: number
  readonly client: number
  /** Refused tokens a minute from one address. */
  readonly refused: number
}

/** With a connection to Redis or Valkey all processes count together. */
export async function buildLimitedApp (auth: CognitoAuthOptions, limits: Limits, redis?: Redis): Promise<FastifyInstance> {
  const app = Fastify()
  // A store that is down limits nobody, instead of refusing everybody: what protects the routes is the token.
  await app.register(rateLimit, { global: false, timeWindow: '1 minute', redis, skipOnError: true })

  // A limit behind the authentication never sees whom that has refused. So this one stands before it, and counts what it refuses.
  // Of an address of IPv6 it takes the first 64 bits: the others its owner changes as often as he likes.
  const refusedFrom = app.createRateLimit({ max: limits.refused, timeWindow: '1 minute', keyGenerator: ({ ip }) => `refused ${normalizeIP(ip)}` })
  app.addHook('onRequest', async (request) => {
    const seen = await refusedFrom(request, { increment: false })
    if (!seen.isAllowed && seen.remaining === 0) throw tooMany(seen.ttlInSeconds)
  })
  app.addHook('onError', async (request, _reply, error) => {
    // Good clients send no token, or one that has just expired: neither counts.
    if (isCognitoAuthError(error) && ['FST_COGNITO_TOKEN_INVALID', 'FST_COGNITO_REQUEST_INVALID'].includes(error.code)) await refusedFrom(request)
  })

  await app.register(cognitoAuth, auth)

  // Behind the authentication, where the user is known. Who has none is limited by address.
  const perUser = app.createRateLimit({ max: limits.user, keyGenerator: ({ user, ip }) => (user === null ? `guest ${normalizeIP(ip)}` : `user ${user.userPoolId} ${user.sub}`) })
  const perClient = app.createRateLimit({ max: limits.client, keyGenerator: ({ user, ip }) => (user === null ? `guest client ${normalizeIP(ip)}` : `client ${user.userPoolId} ${user.clientId}`) })
  app.addHook('preHandler', async (request) => {
    for (const limit of [perUser, perClient]) {
      const seen = await limit(request)
      if (!seen.isAllowed && seen.isExceeded) throw tooMany(seen.ttlInSeconds)
    }
  })

  app.get('/orders', { config: { auth: 'required' } }, async () => 'orders')
  return app
}

function tooMany (seconds: number): Error {
  return Object.assign(new Error(`Too many requests, try again in ${seconds} seconds`), { statusCode: 429, headers: { 'retry-after': String(seconds) } })
}

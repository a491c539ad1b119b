/** The plugin: it puts the parts together and holds no rule of its own. */
import fp from 'fastify-plugin'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type {} from './augment.js'
import { createAuthenticator } from './request/authenticate.js'
import { logKeySource, logRevocation, logRoutes } from './request/log.js'
import { createChallenger } from './errors/challenge.js'
import { resourceChallenge } from './errors/resource-challenge.js'
import { tellAttempt } from './keys/keys-event.js'
import { isCognitoAuthError } from './errors/cognito-auth-error.js'
import { loadHttpErrors } from './errors/sensible-errors.js'
import { systemClock } from './time/clock.js'
import type { Clock } from './time/clock.js'
import { failure } from './errors/failure.js'
import { CognitoAuthSetupError } from './errors/setup-error.js'
import { authenticate, authorize, optionalAuth } from './request/hooks.js'
import type { CognitoAuthOptions } from './options/options.js'
import { readPluginOptions } from './options/read-options.js'
import type { RevocationChecks } from './options/revocation-checks.js'
import { tellRevocation } from './request/revocation-event.js'
import { createRefusalLog } from './request/refusal-log.js'
import { serviceSlot } from './request/request.js'
import type { DecoratedRequest } from './request/request.js'
import { attainableWith } from './routes/attainable.js'
import { foreignCover } from './routes/copies.js'
import { contextRules, declareContextRule } from './routes/context-default.js'
import { coverOf, enforceAll, isWithin } from './routes/cover.js'
import type { RouteAuthConfig } from './routes/auth-requirement.js'
import type { Cover } from './routes/cover.js'
import { listRoutes } from './routes/list-routes.js'
import { createOpenRoutes } from './routes/public-routes.js'
import { rules } from './routes/requirement.js'
import { standingSlot } from './routes/standing.js'
import { gateOf } from './routes/route-gate.js'
import type { RouteGate } from './routes/route-gate.js'
import { createRouteRegister } from './routes/route-register.js'
import { createRuleReader } from './routes/route-rules.js'
import { findInsecurePools } from './verifier/insecure-keys.js'
import { addService } from './verifier/services.js'
import { createVerifierService } from './verifier/verifier-service.js'
import { createReady, createVerify } from './verifier/verifier.js'

/** Makes the plugin by a given clock. */
export function createPlugin (clock: Clock): FastifyPluginAsync<CognitoAuthOptions> {
  const plugin: FastifyPluginAsync<CognitoAuthOptions> = async (fastify, options) => {
    const gate = gateOf(fastify)
    gate.enter(fastify)
    assertFree(fastify, gate)
    const { verifier, requests } = readPluginOptions(options)
    for (const { userPoolId, jwksUri, warning } of findInsecurePools(verifier)) fastify.log.warn({ userPoolId, jwksUri }, warning)
    if (requests.resourceMetadata !== null && fastify.prefix !== '') {
      throw registrationInvalid(`the documents of resourceMetadata stand at the root of an origin, and this context has the prefix ${fastify.prefix}`)
    }
    const service = createVerifierService(verifier, clock, (changed, all) => logKeySource(fastify.log, changed, all), tellAttempt)
    const unmeasure = addService({ usage: () => service.tokens.usage(), standings: () => service.standings() })
    const unwatch = watchRevocation(fastify, requests.revocation)
    const challenge = createChallenger(requests.realm, await loadHttpErrors(), resourceChallenge)
    const { resourceMetadata: resources } = requests
    // Loaded only where it is asked for.
    const metadata = resources === null ? null : (await import('./metadata/metadata.js')).createMetadata(resources, verifier, service, clock)
    const refusalLog = createRefusalLog(requests.log, clock)
    const authenticator = createAuthenticator(requests, service.tokens, challenge, refusalLog, clock, metadata?.places ?? null)
    const { defaultAuth } = requests
    const fallback = Object.freeze([Object.freeze({ value: defaultAuth, rule: rules[defaultAuth] })])
    const reader = createRuleReader(attainableWith(verifier, requests))
    const register = createRouteRegister(reader, (scope) => contextRules(scope, fallback, gate), createOpenRoutes(requests.publicRoutes), authenticator)
    const cover: Cover = { register, judge: authenticator, enforce: (rule, request, reply, done) => authenticator.enforce(rule, request as DecoratedRequest, reply, done) }

    fastify.decorateRequest('user', null)
    fastify.decorateRequest(standingSlot, null)
    fastify.decorate(serviceSlot, authenticator)
    fastify.decorate('authenticate', authenticate)
    fastify.decorate('optionalAuth', optionalAuth)
    fastify.decorate('authorize', authorize)
    fastify.decorate('defaultAuth', function (this: FastifyInstance, rule: RouteAuthConfig) {
      declareContextRule(this, rule, reader, gate)
    })
    fastify.decorate('cognitoAuth', Object.freeze({
      verify: createVerify(service.tokens, challenge),
      routes: () => listRoutes(fastify, gate, register),
      status: () => service.status(),
      ready: createReady(service, challenge)
    }))

    fastify.addHook('onReady', async () => logRoutes(fastify.log, listRoutes(fastify, gate, register)))
    fastify.addHook('onRequest', (request, reply, done) => {
      const asked = register.rulesOf(request.routeOptions, request.server)
      // The slots were declared above, on every request of this context.
      const decorated = request as unknown as DecoratedRequest
      if (asked === null) done(authenticator.refuse(decorated, failure('FST_COGNITO_FORBIDDEN', 'route')))
      else enforceAll(cover, metadata === null ? asked : metadata.rulesAsked(request, asked, register, authenticator), decorated, reply, done)
    })
    fastify.addHook('onError', (_request, reply, error, done) => {
      // Fastify's own error handler sends these; one that replies by hand would lose them.
      if (isCognitoAuthError(error)) void reply.headers(error.headers)
      done()
    })
    fastify.addHook('onClose', (_fastify, done) => {
      service.close()
      unwatch()
      unmeasure()
      refusalLog.close(fastify.log)
      done()
    })
    gate.cover(fastify, cover)
    metadata?.serve(fastify, challenge)
    service.warmUp()
  }
  return fp(plugin, { name: 'fastify-cognito-auth', fastify: '>=5 <7' })
}

function watchRevocation ({ log }: FastifyInstance, checks: RevocationChecks | null): () => void {
  if (checks === null) return () => {}
  logRevocation(log, checks.onStale, null)
  return checks.watch((standing) => {
    logRevocation(log, checks.onStale, standing)
    tellRevocation(standing, checks.onStale)
  })
}

function assertFree (fastify: FastifyInstance, { covered, records }: RouteGate): void {
  if (coverOf(fastify) !== null) {
    throw registrationInvalid('it is registered already in this context or a parent; register it once, or in sibling contexts')
  }
  const mark = foreignCover(fastify)
  if (mark !== null) {
    throw registrationInvalid(`another copy of this package (version ${mark.version}) is registered there already; npm ls fastify-cognito-auth shows where it comes from`)
  }
  // Its routes would have two rules, and the list of routes of each registration could only tell one of them.
  if ([...covered].some((context) => isWithin(context, fastify))) {
    throw registrationInvalid('it is registered already in a child of this context; register it once, or in sibling contexts')
  }
  // A child made earlier has requests of its own kind, and a user of another plugin's there would pass for ours.
  const contexts = new Set([fastify, ...records.map(({ scope }) => scope).filter((scope) => isWithin(scope, fastify))])
  const isUserTaken = [...contexts].some((context) => context.hasRequestDecorator('user'))
  const taken = isUserTaken ? 'request.user' : ['authenticate', 'optionalAuth', 'authorize', 'defaultAuth', 'cognitoAuth'].find((name) => fastify.hasDecorator(name))
  if (taken !== undefined) {
    throw registrationInvalid(`another plugin has decorated "${taken}" (@fastify/jwt can rename its own with decoratorName); an older copy of this package decorates the same`)
  }
}

function registrationInvalid (why: string): CognitoAuthSetupError {
  return new CognitoAuthSetupError('FST_COGNITO_REGISTRATION_INVALID', `fastify-cognito-auth cannot be registered: ${why}`)
}

/**
 * The plugin: `app.register(cognitoAuth, { userPoolId, clientId })`. It verifies the bearer tokens of an Amazon
 * Cognito user pool and guards the routes that ask for it.
 *
 * Registration rejects with `FST_COGNITO_OPTIONS_INVALID` for a bad option, and with
 * `FST_COGNITO_REGISTRATION_INVALID` where it or a plugin with the same decorators is registered already.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
const cognitoAuth: FastifyPluginAsync<CognitoAuthOptions> = createPlugin(systemClock)

export default cognitoAuth

/** The plugin: it puts the parts together and holds no rule of its own. */
import fp from 'fastify-plugin'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync } from 'fastify'
import type {} from './augment.js'
import { createAuthenticator } from './request/authenticate.js'
import { logKeySource, logResolved, logRevocation, logRoutes, logUnresolved } from './request/log.js'
import { createChallenger } from './errors/challenge.js'
import { requestChallenge } from './errors/request-challenge.js'
import { tellAttempt } from './keys/keys-event.js'
import { isCognitoAuthError } from './errors/cognito-auth-error.js'
import { loadHttpErrors } from './errors/sensible-errors.js'
import { systemClock } from './time/clock.js'
import type { Clock } from './time/clock.js'
import { failure } from './errors/failure.js'
import { authenticate, authorize, optionalAuth } from './request/hooks.js'
import type { CognitoAuthOptions } from './options/options.js'
import { readPluginOptions } from './options/read-options.js'
import type { RequestSettings, ResolverSettings, VerifierSettings } from './options/settings.js'
import type { RevocationChecks } from './options/revocation-checks.js'
import { tellRevocation } from './request/revocation-event.js'
import { createRefusalLog } from './request/refusal-log.js'
import { serviceSlot } from './request/request.js'
import type { DecoratedRequest } from './request/request.js'
import { attainableWith } from './routes/attainable.js'
import { contextRules, declareContextRule } from './routes/context-default.js'
import { enforceAll } from './routes/cover.js'
import type { RouteAuthConfig } from './routes/auth-requirement.js'
import type { Cover } from './routes/cover.js'
import { listRoutes } from './routes/list-routes.js'
import { createOpenRoutes } from './routes/public-routes.js'
import { rules } from './routes/requirement.js'
import { standingSlot } from './routes/standing.js'
import { assertFree, registrationInvalid } from './routes/free-context.js'
import { gateOf } from './routes/route-gate.js'
import { createRouteRegister } from './routes/route-register.js'
import { createRuleReader } from './routes/route-rules.js'
import { findInsecurePools } from './verifier/insecure-keys.js'
import { addService, usageOf } from './verifier/services.js'
import type { Tenants } from './tenants/tenants.js'
import { siblingsOf } from './verifier/trusted-issuer.js'
import { createVerifierService } from './verifier/verifier-service.js'
import type { VerifierService } from './verifier/verifier-service.js'
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
    // Loaded only where they are asked for, as the metadata below.
    const tenants = requests.resolver === null ? null : await loadTenants(requests.resolver, fastify.log, verifier, requests, clock, () => service)
    const service: VerifierService = createVerifierService(verifier, clock, (changed) => logKeySource(fastify.log, changed, () => siblingsOf(service.issuers, changed.issuer)), tellAttempt, tenants?.find)
    const unmeasure = addService({ usage: () => usageOf(service), standings: () => service.standings() })
    const unwatch = watchRevocation(fastify, requests.revocation)
    const challenge = createChallenger(requests.realm, await loadHttpErrors(), requestChallenge)
    const { resourceMetadata: resources } = requests
    const metadata = resources === null ? null : (await import('./metadata/metadata.js')).createMetadata(resources, verifier, service, clock)
    const refusalLog = createRefusalLog(requests.log, clock, fastify.log)
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
      forget: (userPoolId: string) => tenants?.forget(userPoolId) ?? false,
      ready: createReady(service, challenge)
    }))

    fastify.addHook('onReady', async () => logRoutes(fastify.log, listRoutes(fastify, gate, register)))
    fastify.addHook('onRequest', (request, reply, done) => {
      const asked = register.rulesOf(request.routeOptions, request.server)
      // The slots were declared above, on every request of this context.
      const decorated = request as unknown as DecoratedRequest
      const judged = metadata === null || asked === null ? asked : metadata.rulesAsked(request, asked, register)
      if (judged === null) done(authenticator.refuse(decorated, failure('FST_COGNITO_FORBIDDEN', 'route')))
      else if (judged instanceof Error) done(judged)
      else enforceAll(cover, judged, decorated, reply, done)
    })
    fastify.addHook('onError', (_request, reply, error, done) => {
      // Fastify's own error handler sends these; one that replies by hand would lose them.
      if (isCognitoAuthError(error)) void reply.headers(error.headers)
      done()
    })
    fastify.addHook('onClose', (_fastify, done) => {
      tenants?.close()
      service.close()
      unwatch()
      unmeasure()
      refusalLog.close()
      done()
    })
    gate.cover(fastify, cover)
    metadata?.serve(fastify, challenge)
    service.warmUp()
  }
  return fp(plugin, { name: 'fastify-cognito-auth', fastify: '>=5 <7' })
}

async function loadTenants (settings: ResolverSettings, log: FastifyBaseLogger, { clockTolerance }: VerifierSettings, { resourceMetadata }: RequestSettings, clock: Clock, service: () => VerifierService): Promise<Tenants> {
  const { createTenants } = await import('./tenants/tenants.js')
  return createTenants({
    settings,
    clockTolerance,
    resources: resourceMetadata?.map(({ resource }) => resource) ?? null,
    clock,
    service,
    onAdmitted: ({ userPool }) => logResolved(log, userPool, findInsecurePools({ userPools: [userPool] })),
    onFailed: ({ userPoolId }, error) => logUnresolved(log, userPoolId, error)
  })
}

function watchRevocation ({ log }: FastifyInstance, checks: RevocationChecks | null): () => void {
  if (checks === null) return () => {}
  logRevocation(log, checks.onStale, null)
  return checks.watch((standing) => {
    logRevocation(log, checks.onStale, standing)
    tellRevocation(standing, checks.onStale)
  })
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

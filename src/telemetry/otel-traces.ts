/** Traces: what became of a request's credentials, on the span that its tracer has made for it. */
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Span } from '@opentelemetry/api'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { CognitoUser } from '../claims/user.js'
import { isCognitoAuthError } from '../errors/cognito-auth-error.js'
import type { CognitoAuthError } from '../errors/cognito-auth-error.js'
import { functionOr, members } from '../options/checks.js'
import type { RequestStanding } from '../request/request.js'
import { standingSlot } from '../routes/standing.js'
import { systemClock } from '../time/clock.js'
import { subscribe } from './index.js'
import type { KeysEvent } from './index.js'
import { attributeNames } from './otel-metrics.js'

/** Options of {@link cognitoTraces}. */
export interface CognitoTracesOptions {
  /**
   * Names the user of a request on its span: `enduser.pseudo.id` is what this function makes of the user, `user.roles` the role. Both
   * identify a person, or help to. Default: neither is there.
   *
   * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/enduser/
   */
  readonly pseudonym?: (user: CognitoUser) => string
}

/** A request that @fastify/otel has seen, or nobody. */
interface TracedRequest {
  readonly opentelemetry?: () => { readonly span: Span | null }
  readonly [standingSlot]?: RequestStanding | null
}

const refusals = new WeakMap<FastifyRequest, CognitoAuthError>()

/**
 * A plugin that writes on the span of each request how its credentials were judged, and makes a span for each fetch of keys:
 * `app.register(cognitoTraces)`. To be registered after `@fastify/otel`, if that is there, and before the routes. Where it is
 * not, the active span is taken, such as that of `@opentelemetry/instrumentation-http`.
 *
 * `@fastify/otel` marks a span as failed for every error, a 401 too. Of a request that this package has refused with a status below
 * 500 the status of the span is `OK`, as the semantic conventions have it: the server has done what it should.
 *
 * Does NOT see replies that are written raw, after `reply.hijack()`, or WebSockets.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 */
export const cognitoTraces: FastifyPluginAsync<CognitoTracesOptions> = fp(async (fastify, options: CognitoTracesOptions) => {
  const given = members('options', options, ['pseudonym'])
  const pseudonym = functionOr<(user: CognitoUser) => string, null>('pseudonym', given['pseudonym'], null)

  fastify.addHook('onError', (request, _reply, error, done) => {
    if (isCognitoAuthError(error)) {
      refusals.set(request, error)
      // Before @fastify/otel marks the span: a status that is OK stays so.
      if (error.statusCode < 500) spanOf(request)?.setStatus({ code: SpanStatusCode.OK })
    }
    done()
  })
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    spanOf(request)?.setAttributes(describe(request, pseudonym))
    done(null, payload)
  })
  const end = subscribe('keys', traceKeys)
  fastify.addHook('onClose', async () => end())
}, { name: 'fastify-cognito-auth-traces', fastify: '>=5 <7' })

function spanOf (request: FastifyRequest): Span | undefined {
  return (request as TracedRequest).opentelemetry?.().span ?? trace.getActiveSpan()
}

/** How the credentials of a request were judged; nothing where nobody has asked. */
function describe (request: FastifyRequest, pseudonym: CognitoTracesOptions['pseudonym'] | null): Attributes {
  const refusal = refusals.get(request)
  const outcome = (request as TracedRequest)[standingSlot]?.outcome ?? null
  const user = outcome !== null && 'principal' in outcome ? outcome.principal : null
  const told = refusal === undefined
    ? (outcome === null ? {} : { [attributeNames.outcome]: user === null ? 'guest' : 'verified' })
    : { [attributeNames.outcome]: 'refused', [attributeNames.code]: refusal.code, [attributeNames.reason]: refusal.reason }
  return user === null || pseudonym == null ? told : { ...told, ...nameUser(user, pseudonym) }
}

function nameUser (user: CognitoUser, pseudonym: (user: CognitoUser) => string): Attributes {
  try {
    return { 'enduser.pseudo.id': pseudonym(user), 'user.roles': user.role === null ? [] : [user.role] }
  } catch {
    // A trace that fails must not decide.
    return {}
  }
}

function traceKeys ({ issuer, outcome, fault, added, removed, duration }: KeysEvent): void {
  const end = systemClock.now()
  const attributes: Attributes = {
    [attributeNames.issuer]: issuer,
    [attributeNames.outcome]: outcome,
    'cognito_auth.keys.added': added.length,
    'cognito_auth.keys.removed': removed.length,
    ...(fault === null ? {} : { [attributeNames.fault]: fault })
  }
  const span = trace.getTracer('fastify-cognito-auth').startSpan('fetch signing keys', { kind: SpanKind.CLIENT, startTime: end - duration / 1e6, attributes })
  if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, message: String(fault) })
  span.end(end)
}

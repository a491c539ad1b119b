/** What is told of requests: one event for each that some rule concerns, when it is refused or reaches its handler. */
import { openChannel } from '../events/event-channel.js'
import type { EventChannel } from '../events/event-channel.js'
import type { CognitoAuthErrorCode, Reason } from '../errors/failure.js'
import { standingSlot } from './standing.js'
import type { JudgedRequest, ToldRequest, Standing, TokenFacts } from './standing.js'

/** A request with a valid token has passed every rule and reaches its handler. */
export interface VerifiedEvent extends ToldRequest, TokenFacts {}

/** A request without credentials, of which none are needed, reaches its handler. */
export type GuestEvent = ToldRequest

/** A request was refused. */
export interface RefusedEvent extends ToldRequest {
  /** `null` where a `check` has refused with an error of its own. */
  readonly code: CognitoAuthErrorCode | null
  readonly reason: Reason
}

/** `fastify-cognito-auth:verified`. */
export const verifiedChannel: EventChannel<VerifiedEvent> = openChannel('fastify-cognito-auth:verified')

/** `fastify-cognito-auth:guest`. */
export const guestChannel: EventChannel<GuestEvent> = openChannel('fastify-cognito-auth:guest')

/** `fastify-cognito-auth:refused`. */
export const refusedChannel: EventChannel<RefusedEvent> = openChannel('fastify-cognito-auth:refused')

/** A request of Fastify's, as far as it is read here. */
interface SeenRequest {
  readonly id?: string
  readonly method?: string
  readonly routeOptions?: { readonly url?: string | undefined }
}

// Only requests of which somebody was told are in it.
const refused = new WeakSet<object>()

/**
 * Tells of a request that reaches its handler, once, and only where somebody has listened from its first rule on.
 *
 * @param route The pattern of its route; `undefined` where only the request knows it.
 */
export function tellPassed (request: JudgedRequest, route?: string): void {
  // Only a request that has one has passed anything.
  const standing = request[standingSlot] as Standing
  const { facts } = standing
  if (facts === null) return
  standing.facts = null
  const seen = request as SeenRequest
  if (facts === 'guest') guestChannel.publish(factsOf(seen, route))
  else {
    facts.requestId = idOf(seen)
    facts.method = methodOf(seen)
    facts.route = routeOf(seen, route)
    verifiedChannel.publish(facts)
  }
}

/** Tells of a request that is refused, once. */
export function tellRefused (request: object, code: RefusedEvent['code'], reason: Reason): void {
  if (!refusedChannel.hasSubscribers || refused.has(request)) return
  refused.add(request)
  refusedChannel.publish({ ...factsOf(request), code, reason })
}

function factsOf (request: SeenRequest, route?: string): ToldRequest {
  return { requestId: idOf(request), method: methodOf(request), route: routeOf(request, route) }
}

function idOf ({ id = '' }: SeenRequest): string {
  return id
}

function methodOf ({ method = '' }: SeenRequest): string {
  return method
}

// Fastify makes the options of the route anew for each who asks, which takes longer than all else here.
function routeOf (request: SeenRequest, route = request.routeOptions?.url): string | null {
  return route ?? null
}

/**
 * What can go wrong, as data: the codes an application may switch on and the reasons its logs show.
 * A leaf of the import graph: it knows neither HTTP nor tokens.
 */

import { escapeHidden } from './shown-text.js'

/**
 * Stable codes of the errors a request can meet; the README's error table says what to do about each.
 *
 * @see RFC 6750 §3.1
 */
export type CognitoAuthErrorCode =
  | 'FST_COGNITO_TOKEN_MISSING'
  | 'FST_COGNITO_REQUEST_INVALID'
  | 'FST_COGNITO_TOKEN_INVALID'
  | 'FST_COGNITO_TOKEN_EXPIRED'
  | 'FST_COGNITO_TOKEN_REVOKED'
  | 'FST_COGNITO_FORBIDDEN'
  | 'FST_COGNITO_REAUTHENTICATION_REQUIRED'
  | 'FST_COGNITO_UNAVAILABLE'

/**
 * Why a request was refused, one word for the log; never part of a response.
 *
 * The header: `missing`, `authorization` (malformed), `duplicate_authorization`, `scheme` (a token without `Bearer`).
 * The JWS: `length`, `format`, `header`, `payload`, `algorithm`, `kid`, `critical`, `type`, `signature`.
 * The claims: `issuer`, `token_use`, `client_id`, `audience`, `confirmation`, `subject`, `jwt_id`, `username`,
 * `groups`, `scope`, `issued_at`, `not_before`, `lifetime`, `expired`.
 * The rights: `revoked`, `required_token_use`, `required_client`, `required_user_pool`, `required_group`, `required_role`, `required_scope`,
 * `prohibited_group`, `prohibited_role`, `prohibited_scope`, `required_claim`, `required_match`, `required_one_of`,
 * `required_max_age`, `check`, `route`.
 * The outages: `key_endpoint`, `key_pending`, `waiting` (too many wait for keys), `resolve_pool`, `key_import`, `get_token`, `map_user`, `is_revoked`, `internal`, `closed`.
 * The published documents: `discovery` (Cognito does not name its addresses).
 * The gate: `start` (the application has not started), `uncovered` (no registration covers the route), `unjudged`
 * (the handler was reached, or a hook has replied, before the request was judged).
 */
export type Reason =
  | 'missing' | 'authorization' | 'duplicate_authorization' | 'scheme'
  | 'length' | 'format' | 'header' | 'payload' | 'algorithm' | 'kid' | 'critical' | 'type' | 'signature'
  | 'issuer' | 'token_use' | 'client_id' | 'audience' | 'confirmation' | 'subject' | 'jwt_id' | 'username' | 'groups'
  | 'scope' | 'issued_at' | 'not_before' | 'lifetime' | 'expired'
  | 'revoked' | 'required_token_use' | 'required_client' | 'required_user_pool' | 'required_group' | 'required_role' | 'required_scope'
  | 'prohibited_group' | 'prohibited_role' | 'prohibited_scope' | 'required_claim' | 'required_match' | 'required_one_of'
  | 'required_max_age' | 'check' | 'route'
  | 'key_endpoint' | 'key_pending' | 'waiting' | 'resolve_pool' | 'key_import' | 'get_token' | 'map_user' | 'is_revoked' | 'internal' | 'closed'
  | 'discovery'
  | 'start' | 'uncovered' | 'unjudged'

// A tag of this module's own: what a token, an application's `mapUser` or another library makes can never pass for a failure.
const failureTag: unique symbol = Symbol('fastify-cognito-auth.failure')

/**
 * A refusal on its way to becoming an HTTP error. A value and not a thrown `Error`, because most refusals
 * happen on the hot path of a flood, where capturing a stack costs more than the verdict.
 */
export interface Failure {
  readonly [failureTag]: true
  readonly code: CognitoAuthErrorCode
  readonly reason: Reason
  /** What this application accepts; only for issuer, client, audience, kind and rights. */
  readonly expected?: unknown
  /** Whether all of `expected` are needed, and not any one of them. */
  readonly isAllExpected?: boolean
  /** What the token said instead, with nothing in it that a terminal would obey; only for issuer, client and kind. */
  readonly actual?: unknown
  /** The claim, or member of the header, that a token must have and this one has not: its name, never a value. */
  readonly absent?: string
  /** The scopes with which the token would do, for the challenge of a 403. */
  readonly scopes?: readonly string[]
  /** Seconds since the sign-in that a route allows, for the challenge of a re-authentication. */
  readonly maxAge?: number
  /** Seconds after which a new attempt makes sense, for a 503. */
  readonly retryAfter?: number
  /** The underlying error; only where it cannot hold any part of a token. */
  readonly cause?: unknown
}

/** What a failure says beside its code and its reason. */
export type FailureDetails = Omit<Failure, typeof failureTag | 'code' | 'reason'>

/** Makes a failure. */
export function failure (code: CognitoAuthErrorCode, reason: Reason, details?: FailureDetails): Failure {
  return details === undefined ? { [failureTag]: true, code, reason } : { [failureTag]: true, code, reason, ...details }
}

/** The credentials are absent: no `Authorization: Bearer` header, nothing from `getToken`. */
export const tokenMissing: Failure = Object.freeze(failure('FST_COGNITO_TOKEN_MISSING', 'missing'))

/** The token is refused for `reason`. */
export function tokenInvalid (reason: Reason, expected?: unknown, actual?: unknown): Failure {
  return failure('FST_COGNITO_TOKEN_INVALID', reason, expected === undefined ? undefined : { expected, actual: describeActual(actual) })
}

/** The token is refused for `reason`, since it lacks what is to be judged: which is no wrong value and asks for another remedy. */
export function tokenLacks (name: string, reason: Reason, expected?: unknown): Failure {
  return failure('FST_COGNITO_TOKEN_INVALID', reason, expected === undefined ? { absent: name } : { expected, actual: describeActual(undefined), absent: name })
}

/** The keys, or an application's own function, did not answer: nobody can say whether the token is good. */
export function unavailable (reason: Reason, cause?: unknown, retryAfter = 1): Failure {
  return failure('FST_COGNITO_UNAVAILABLE', reason, { retryAfter, cause })
}

/** Tells a failure from the value a function would otherwise give. */
export function isFailure (value: object | null): value is Failure {
  return value !== null && failureTag in value
}

const longestActual = 128

// The value comes from a token nobody has verified, so its kind, its length and its characters are bounded before it reaches a log.
function describeActual (actual: unknown): unknown {
  if (actual === undefined) return 'absent'
  if (typeof actual === 'string') return escapeHidden(actual.slice(0, longestActual))
  return Array.isArray(actual) ? 'an array' : `a value of type ${actual === null ? 'null' : typeof actual}`
}

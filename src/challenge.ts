/** Failures as HTTP: the only place that knows status codes, messages and challenges (RFC 6750 §3). */
import sensible from '@fastify/sensible'
import type { CognitoAuthErrorCode, Failure, Reason } from './errors.js'

/** What every error of this package carries when it meets a request. */
export interface CognitoAuthError extends Error {
  readonly code: CognitoAuthErrorCode
  readonly statusCode: number
  /** The challenge, or `retry-after`; Fastify's default error handler sends these, and the plugin copies them for handlers that reply by hand. */
  readonly headers: Readonly<Record<string, string>>
  /** Why, for logs. Not enumerable, so that an error handler which serialises the error cannot send it. */
  readonly reason: Reason
}

/** Turns a failure into the error that is thrown. */
export type Challenger = (failure: Failure) => CognitoAuthError

const { httpErrors } = sensible

const invalidToken = 'error="invalid_token"'

/** One row of the error table: how the error is made, and what its challenge adds to scheme and realm. */
const table: Readonly<Record<CognitoAuthErrorCode, { make: () => Error, challenge: string | null }>> = {
  FST_COGNITO_TOKEN_MISSING: { make: () => httpErrors.unauthorized('Not authenticated'), challenge: '' },
  FST_COGNITO_REQUEST_INVALID: { make: () => httpErrors.badRequest('Malformed Authorization header'), challenge: ', error="invalid_request"' },
  FST_COGNITO_TOKEN_INVALID: { make: () => httpErrors.unauthorized('Invalid authentication token'), challenge: `, ${invalidToken}` },
  FST_COGNITO_TOKEN_EXPIRED: { make: () => httpErrors.unauthorized('Token has expired'), challenge: `, ${invalidToken}, error_description="Token has expired"` },
  FST_COGNITO_TOKEN_REVOKED: { make: () => httpErrors.unauthorized('Invalid authentication token'), challenge: `, ${invalidToken}` },
  FST_COGNITO_FORBIDDEN: { make: () => httpErrors.forbidden('Insufficient permissions'), challenge: ', error="insufficient_scope"' },
  FST_COGNITO_UNAVAILABLE: { make: () => httpErrors.serviceUnavailable('Authentication is temporarily unavailable'), challenge: null }
}

// Registered, so that two copies of this package in one process know each other's errors.
const brand = Symbol.for('fastify-cognito-auth.error')

/**
 * Makes the function that turns failures into errors for one protection space.
 *
 * @param realm Checked by the options to need no escaping in a quoted-string.
 * @see RFC 6750 §3 and RFC 9110 §11.6.1
 */
export function createChallenger (realm: string): Challenger {
  const scheme = `Bearer realm="${realm}"`
  return (failure) => {
    const { make, challenge } = table[failure.code]
    const headers: Record<string, string> = challenge === null
      ? { 'retry-after': String(failure.retryAfter ?? 1) }
      : { 'www-authenticate': scheme + challenge + scopeAttribute(failure) }
    // A stack costs more than a verification and would only ever point here; an outage is rare, and its cause has the stack.
    const error = withoutStack(make)
    Object.defineProperty(error, brand, { value: true })
    Object.defineProperty(error, 'reason', { value: failure.reason })
    if (failure.cause !== undefined) Object.defineProperty(error, 'cause', { value: failure.cause })
    // sensible's error carries `statusCode`; the rest of the interface is added here.
    return Object.assign(error, { code: failure.code, headers }) as unknown as CognitoAuthError
  }
}

/** Tells the errors that this package makes for requests from all others. */
export function isCognitoAuthError (error: unknown): error is CognitoAuthError {
  return typeof error === 'object' && error !== null && brand in error
}

function scopeAttribute (failure: Failure): string {
  return failure.scopes === undefined || failure.scopes.length === 0 ? '' : `, scope="${failure.scopes.join(' ')}"`
}

function withoutStack (make: () => Error): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

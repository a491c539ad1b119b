/** Failures as HTTP: the only place that knows status codes, messages and challenges (RFC 6750 §3). */
import sensible from '@fastify/sensible'
import type { CognitoAuthErrorCode, Failure, Reason } from './failure.js'

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

// Registered, so that two copies of this package in one process know each other's errors.
const brand = Symbol.for('fastify-cognito-auth.error')

type ErrorFactory = (failure: Failure, headers: Record<string, string>) => CognitoAuthError

/**
 * Makes errors like one of sensible's: the same prototype below a class of its own, since making each through
 * http-errors takes five times as long, which a flood of bad tokens would have every other request pay for.
 */
function errorsLike (sample: Error): ErrorFactory {
  class Refusal extends Error {
    readonly code: CognitoAuthErrorCode
    readonly headers: Readonly<Record<string, string>>
    // Private, so that an error handler which serialises the error cannot send it.
    readonly #reason: Reason

    constructor (failure: Failure, headers: Record<string, string>) {
      super(sample.message)
      this.code = failure.code
      this.headers = headers
      this.#reason = failure.reason
    }

    get reason (): Reason {
      return this.#reason
    }
  }
  Object.setPrototypeOf(Refusal.prototype, Object.getPrototypeOf(sample) as object)
  Object.defineProperties(Refusal.prototype, {
    // Loggers show the name of the constructor: sensible's says what it is.
    constructor: { value: sample.constructor },
    name: { value: sample.name },
    [brand]: { value: true }
  })
  return (failure, headers) => {
    const error = withoutStack(() => new Refusal(failure, headers))
    if (failure.cause !== undefined) Object.defineProperty(error, 'cause', { value: failure.cause })
    // sensible's prototype carries `statusCode`.
    return error as Refusal & { readonly statusCode: number }
  }
}

const invalidToken = 'error="invalid_token"'

/** One row of the error table: how the error is made, and what its challenge adds to scheme and realm. */
const table: Readonly<Record<CognitoAuthErrorCode, { make: ErrorFactory, challenge: string | null }>> = {
  FST_COGNITO_TOKEN_MISSING: { make: errorsLike(httpErrors.unauthorized('Not authenticated')), challenge: '' },
  FST_COGNITO_REQUEST_INVALID: { make: errorsLike(httpErrors.badRequest('Malformed Authorization header')), challenge: ', error="invalid_request"' },
  FST_COGNITO_TOKEN_INVALID: { make: errorsLike(httpErrors.unauthorized('Invalid authentication token')), challenge: `, ${invalidToken}` },
  FST_COGNITO_TOKEN_EXPIRED: { make: errorsLike(httpErrors.unauthorized('Token has expired')), challenge: `, ${invalidToken}, error_description="Token has expired"` },
  FST_COGNITO_TOKEN_REVOKED: { make: errorsLike(httpErrors.unauthorized('Invalid authentication token')), challenge: `, ${invalidToken}` },
  FST_COGNITO_FORBIDDEN: { make: errorsLike(httpErrors.forbidden('Insufficient permissions')), challenge: ', error="insufficient_scope"' },
  FST_COGNITO_REAUTHENTICATION_REQUIRED: { make: errorsLike(httpErrors.unauthorized('Recent sign-in required')), challenge: ', error="insufficient_user_authentication", error_description="Recent sign-in required"' },
  FST_COGNITO_UNAVAILABLE: { make: errorsLike(httpErrors.serviceUnavailable('Authentication is temporarily unavailable')), challenge: null }
}

/**
 * Makes the function that turns failures into errors for one protection space.
 *
 * @param realm Checked by the options to need no escaping in a quoted-string.
 * @see RFC 6750 §3, RFC 9470 §3 and RFC 9110 §11.6.1
 */
export function createChallenger (realm: string): Challenger {
  const scheme = `Bearer realm="${realm}"`
  return (failure) => {
    const { make, challenge } = table[failure.code]
    // A new object each time: an error handler may add to it.
    const headers: Record<string, string> = challenge === null
      ? { 'retry-after': String(failure.retryAfter ?? 1) }
      : { 'www-authenticate': scheme + challenge + scopeAttribute(failure) + maxAgeAttribute(failure) }
    return make(failure, headers)
  }
}

/** Tells the errors that this package makes for requests from all others. */
export function isCognitoAuthError (error: unknown): error is CognitoAuthError {
  return typeof error === 'object' && error !== null && brand in error
}

function scopeAttribute (failure: Failure): string {
  return failure.scopes === undefined || failure.scopes.length === 0 ? '' : `, scope="${failure.scopes.join(' ')}"`
}

// RFC 9470 §3.
function maxAgeAttribute ({ maxAge }: Failure): string {
  return maxAge === undefined ? '' : `, max_age="${maxAge}"`
}

// A stack costs more than a verification and would only ever point here; an outage is rare, and its cause has the stack.
function withoutStack<E extends Error> (make: () => E): E {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

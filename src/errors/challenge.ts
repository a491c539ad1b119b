/** Failures as HTTP: the only place that knows messages and challenges (RFC 6750 §3). */
import { errorsLike } from './cognito-auth-error.js'
import type { CognitoAuthError } from './cognito-auth-error.js'
import type { CognitoAuthErrorCode, Failure } from './failure.js'
import { plainHttpErrors } from './http-errors.js'
import type { HttpErrors } from './http-errors.js'

/** Turns a failure into the error that is thrown. */
export type Challenger = (failure: Failure) => CognitoAuthError

const invalidToken = 'error="invalid_token"'

/** One row of the error table: which HTTP error it is, what it says, and what its challenge adds to scheme and realm. */
const table: Readonly<Record<CognitoAuthErrorCode, readonly [kind: keyof HttpErrors, message: string, challenge: string | null]>> = {
  FST_COGNITO_TOKEN_MISSING: ['unauthorized', 'Not authenticated', ''],
  FST_COGNITO_REQUEST_INVALID: ['badRequest', 'Malformed Authorization header', ', error="invalid_request"'],
  FST_COGNITO_TOKEN_INVALID: ['unauthorized', 'Invalid authentication token', `, ${invalidToken}`],
  FST_COGNITO_TOKEN_EXPIRED: ['unauthorized', 'Token has expired', `, ${invalidToken}, error_description="Token has expired"`],
  FST_COGNITO_TOKEN_REVOKED: ['unauthorized', 'Invalid authentication token', `, ${invalidToken}`],
  FST_COGNITO_FORBIDDEN: ['forbidden', 'Insufficient permissions', ', error="insufficient_scope"'],
  FST_COGNITO_REAUTHENTICATION_REQUIRED: [
    'unauthorized', 'Recent sign-in required', ', error="insufficient_user_authentication", error_description="Recent sign-in required"'
  ],
  FST_COGNITO_UNAVAILABLE: ['serviceUnavailable', 'Authentication is temporarily unavailable', null]
}

/**
 * Makes the function that turns failures into errors for one protection space.
 *
 * @param realm Checked by the options to need no escaping in a quoted-string.
 * @param httpErrors The prototypes of the errors. Default: those that need no other package.
 * @see RFC 6750 §3, RFC 9470 §3 and RFC 9110 §11.6.1
 */
export function createChallenger (realm: string, httpErrors: HttpErrors = plainHttpErrors): Challenger {
  const scheme = `Bearer realm="${realm}"`
  const rows = Object.fromEntries(Object.entries(table).map(([code, [kind, message, challenge]]) =>
    [code, { make: errorsLike(httpErrors[kind], message), challenge }]))
  return (failure) => {
    // The table has a row for every code.
    const { make, challenge } = rows[failure.code] as NonNullable<typeof rows[string]>
    // A new object each time: an error handler may add to it.
    const headers: Record<string, string> = challenge === null
      ? { 'retry-after': String(failure.retryAfter ?? 1) }
      : { 'www-authenticate': scheme + challenge + scopeAttribute(failure) + maxAgeAttribute(failure) }
    return make(failure, headers)
  }
}

function scopeAttribute (failure: Failure): string {
  return failure.scopes === undefined || failure.scopes.length === 0 ? '' : `, scope="${failure.scopes.join(' ')}"`
}

// RFC 9470 §3.
function maxAgeAttribute ({ maxAge }: Failure): string {
  return maxAge === undefined ? '' : `, max_age="${maxAge}"`
}

/** Failures as HTTP: the only place that knows messages and challenges (RFC 6750 §3). */
import { bearerChallenge } from './bearer-challenge.js'
import { errorsLike } from './cognito-auth-error.js'
import type { CognitoAuthError } from './cognito-auth-error.js'
import type { CognitoAuthErrorCode, Failure } from './failure.js'
import { plainHttpErrors } from './http-errors.js'
import type { HttpErrors } from './http-errors.js'
import type { RequestChallenge } from './request-challenge.js'
import type { ChallengedResource } from './resource-challenge.js'

/** Turns a failure into the error that is thrown; for a request to a protected resource, its challenge says where to get a token. */
export type Challenger = (failure: Failure, resource?: ChallengedResource | null) => CognitoAuthError

/** One row of the error table: which HTTP error it is, what it says, and what its challenge says beside scheme and realm. */
type Row = readonly [kind: keyof HttpErrors, message: string, error: string | null, description?: string]

const table: Readonly<Record<CognitoAuthErrorCode, Row>> = {
  FST_COGNITO_TOKEN_MISSING: ['unauthorized', 'Not authenticated', ''],
  FST_COGNITO_REQUEST_INVALID: ['badRequest', 'Malformed Authorization header', 'invalid_request'],
  FST_COGNITO_TOKEN_INVALID: ['unauthorized', 'Invalid authentication token', 'invalid_token'],
  FST_COGNITO_TOKEN_EXPIRED: ['unauthorized', 'Token has expired', 'invalid_token', 'Token has expired'],
  FST_COGNITO_TOKEN_REVOKED: ['unauthorized', 'Invalid authentication token', 'invalid_token'],
  FST_COGNITO_FORBIDDEN: ['forbidden', 'Insufficient permissions', 'insufficient_scope'],
  FST_COGNITO_REAUTHENTICATION_REQUIRED: ['unauthorized', 'Recent sign-in required', 'insufficient_user_authentication', 'Recent sign-in required'],
  FST_COGNITO_UNAVAILABLE: ['serviceUnavailable', 'Authentication is temporarily unavailable', null]
}

/**
 * Makes the function that turns failures into errors for one protection space.
 *
 * @param realm Checked by the options to need no escaping in a quoted-string.
 * @param httpErrors The prototypes of the errors. Default: those that need no other package.
 * @param ofRequest Adds to the challenge what a route or a protected resource asks for. Default: nothing, since there is no request.
 * @see RFC 6750 §3, RFC 9470 §3, RFC 9728 §5.1 and RFC 9110 §11.6.1
 */
export function createChallenger (realm: string, httpErrors: HttpErrors = plainHttpErrors, ofRequest: RequestChallenge = (challenge) => challenge): Challenger {
  const rows = Object.fromEntries(Object.entries(table).map(([code, [kind, message, error, description = '']]) => {
    const said = { error: error ?? '', error_description: description }
    // Written once: a flood of bad tokens gets nothing else.
    return [code, { make: errorsLike(httpErrors[kind], message), isUndecided: error === null, said, challenge: bearerChallenge({ realm, ...said }) }]
  }))
  return (failure, resource = null) => {
    // The table has a row for every code.
    const { make, isUndecided, said, challenge } = rows[failure.code] as NonNullable<typeof rows[string]>
    // A new object each time: an error handler may add to it.
    if (isUndecided) return make(failure, { 'retry-after': String(failure.retryAfter ?? 1) })
    return make(failure, { 'www-authenticate': ofRequest(challenge, failure, resource, said, realm) })
  }
}

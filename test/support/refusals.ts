/** The error table as clients see it, byte for byte. */
import type { Test } from 'tap'
import type { CognitoAuthErrorCode } from '../../src/index.js'

export interface Refusal {
  readonly statusCode: number
  readonly body: string
  readonly challenge: string | undefined
}

const invalidToken = 'Bearer realm="api", error="invalid_token"'

function refusal (statusCode: number, code: CognitoAuthErrorCode, error: string, message: string, challenge?: string): Refusal {
  return { statusCode, body: `{"statusCode":${statusCode},"code":"${code}","error":"${error}","message":"${message}"}`, challenge }
}

export const refusals: Readonly<Record<CognitoAuthErrorCode, Refusal>> = {
  FST_COGNITO_TOKEN_MISSING:
    refusal(401, 'FST_COGNITO_TOKEN_MISSING', 'Unauthorized', 'Not authenticated', 'Bearer realm="api"'),
  FST_COGNITO_REQUEST_INVALID:
    refusal(400, 'FST_COGNITO_REQUEST_INVALID', 'Bad Request', 'Malformed Authorization header', 'Bearer realm="api", error="invalid_request"'),
  FST_COGNITO_TOKEN_INVALID:
    refusal(401, 'FST_COGNITO_TOKEN_INVALID', 'Unauthorized', 'Invalid authentication token', invalidToken),
  FST_COGNITO_TOKEN_EXPIRED:
    refusal(401, 'FST_COGNITO_TOKEN_EXPIRED', 'Unauthorized', 'Token has expired', `${invalidToken}, error_description="Token has expired"`),
  FST_COGNITO_TOKEN_REVOKED:
    refusal(401, 'FST_COGNITO_TOKEN_REVOKED', 'Unauthorized', 'Invalid authentication token', invalidToken),
  FST_COGNITO_FORBIDDEN:
    refusal(403, 'FST_COGNITO_FORBIDDEN', 'Forbidden', 'Insufficient permissions', 'Bearer realm="api", error="insufficient_scope"'),
  FST_COGNITO_REAUTHENTICATION_REQUIRED:
    refusal(401, 'FST_COGNITO_REAUTHENTICATION_REQUIRED', 'Unauthorized', 'Recent sign-in required', 'Bearer realm="api", error="insufficient_user_authentication", error_description="Recent sign-in required"'),
  FST_COGNITO_UNAVAILABLE:
    refusal(503, 'FST_COGNITO_UNAVAILABLE', 'Service Unavailable', 'Authentication is temporarily unavailable')
}

/** As much of an answer as `inject` gives. */
export interface Answer {
  readonly statusCode: number
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** Asserts that a client got exactly the table's answer; `scope` is what a 403, or a 401 with a `max_age`, adds to its challenge. */
export function assertRefused (t: Test, answer: Answer, code: CognitoAuthErrorCode, scope = ''): void {
  const expected = refusals[code]
  t.equal(answer.statusCode, expected.statusCode, `${code}: status`)
  t.equal(answer.body, expected.body, `${code}: body`)
  t.equal(answer.headers['www-authenticate'], expected.challenge === undefined ? undefined : expected.challenge + scope, `${code}: challenge`)
  if (code === 'FST_COGNITO_UNAVAILABLE') t.match(answer.headers['retry-after'], /^[1-9]\d*$/, `${code}: retry-after`)
  else t.equal(answer.headers['retry-after'], undefined, `${code}: no retry-after`)
}

/** The answers of a guard as reusable responses, in each dialect. */
import type { CognitoAuthErrorCode } from '../errors/failure.js'
import type { Requirement } from '../routes/requirement.js'
import type { RouteProtection } from '../routes/route-slots.js'
import type { Dialect, Loose } from './dialect.js'

/** A status with which a guard can answer, as a document names it. */
export type GuardStatus = '401' | '403' | '503'

interface GuardResponse {
  /** The name of the response among the components. */
  readonly name: string
  readonly description: string
  readonly header: readonly [name: string, type: 'string' | 'integer', description: string]
}

const challenge: GuardResponse['header'] = ['WWW-Authenticate', 'string', 'The challenge (RFC 6750 §3)']

/** Each answer of a guard. */
export const guardResponses: Readonly<Record<GuardStatus, GuardResponse>> = {
  401: { name: 'CognitoUnauthorized', description: 'No valid token, or too old a sign-in', header: challenge },
  403: { name: 'CognitoForbidden', description: 'A valid token without the rights that are needed', header: challenge },
  503: {
    name: 'CognitoUnavailable',
    description: 'Nobody can say at the moment whether the token is good',
    header: ['Retry-After', 'integer', 'Seconds after which a new attempt makes sense (RFC 9110 §10.2.3)']
  }
}

/** The name of the schema of the body. */
export const errorSchemaName = 'CognitoAuthError'

const codes: readonly CognitoAuthErrorCode[] = [
  'FST_COGNITO_TOKEN_MISSING', 'FST_COGNITO_TOKEN_INVALID', 'FST_COGNITO_TOKEN_EXPIRED', 'FST_COGNITO_TOKEN_REVOKED',
  'FST_COGNITO_REAUTHENTICATION_REQUIRED', 'FST_COGNITO_FORBIDDEN', 'FST_COGNITO_UNAVAILABLE'
]

/** The schema of the body, as Fastify's own error handler sends it. */
export function errorSchema (): Loose {
  return {
    type: 'object',
    required: ['statusCode', 'code', 'error', 'message'],
    properties: {
      statusCode: { type: 'integer' },
      code: { type: 'string', enum: [...codes], description: 'Why, for programs' },
      error: { type: 'string', description: 'The name of the status' },
      message: { type: 'string', description: 'Why, for people' }
    }
  }
}

/** A response as a component of the document. */
export function responseIn (dialect: Dialect, status: GuardStatus): Loose {
  const { description, header: [name, type, about] } = guardResponses[status]
  if (dialect === 'swagger') {
    return { description, headers: { [name]: { type, description: about } }, schema: { $ref: `#/definitions/${errorSchemaName}` } }
  }
  return {
    description,
    headers: { [name]: { description: about, schema: { type } } },
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${errorSchemaName}` } } }
  }
}

/** The statuses with which the guard of a route can answer. */
export function statusesOf ({ auth, requirements }: RouteProtection): readonly GuardStatus[] {
  if (auth === 'public') return []
  // Refused before anybody looks at the token.
  if (auth === 'denied') return ['403']
  return requirements.some(canForbid) ? ['401', '403', '503'] : ['401', '503']
}

// Too old a sign-in is a 401, also where it is one of several ways.
function canForbid ({ anyOf, maxAge, ...rights }: Requirement): boolean {
  return Object.keys(rights).length > 0 || anyOf?.every(canForbid) === true
}

/** The claims of what a development pool issues: member for member those that Cognito writes. */
import { randomUUID } from 'node:crypto'
import type { DevUser } from './settings.js'

/** The sign-in that a token comes from. */
export interface SignIn {
  /** Tokens of one sign-in share it. */
  readonly originJti: string
  /** Seconds since the Unix epoch. */
  readonly authTime: number
}

/**
 * What an ID token says of a user beside `iss`, `aud`, `exp`, `iat`, `nonce` and `at_hash`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export function idTokenClaims (user: DevUser, { originJti, authTime }: SignIn): Record<string, unknown> {
  return {
    sub: user.sub,
    email_verified: true,
    'cognito:username': user.username,
    ...groupsOf(user),
    origin_jti: originJti,
    event_id: randomUUID(),
    token_use: 'id',
    auth_time: authTime,
    jti: randomUUID(),
    email: user.email,
    ...Object.fromEntries(Object.entries(user.attributes).map(([name, value]) => [name, truths.includes(name) ? value === 'true' : value]))
  }
}

// Attributes are strings, but an ID token has these two as true or false: the string "false" would count as true.
const truths = ['email_verified', 'phone_number_verified']

/**
 * What an access token says of a user beside `iss`, `client_id`, `scope`, `exp`, `iat` and the `aud` of a resource.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function accessTokenClaims (user: DevUser, { originJti, authTime }: SignIn): Record<string, unknown> {
  return {
    sub: user.sub,
    ...groupsOf(user),
    origin_jti: originJti,
    event_id: randomUUID(),
    token_use: 'access',
    auth_time: authTime,
    version: 2,
    jti: randomUUID(),
    username: user.username
  }
}

/** What an access token of a machine says beside `iss`, `client_id`, `scope`, `exp` and `iat`. */
export function machineTokenClaims (clientId: string, authTime: number): Record<string, unknown> {
  return { sub: clientId, token_use: 'access', auth_time: authTime, version: 2, jti: randomUUID() }
}

/** What `/oauth2/userInfo` answers: Cognito writes `email_verified` as a string there. */
export function userInfoOf (user: DevUser): Record<string, unknown> {
  return { sub: user.sub, email_verified: 'true', ...user.attributes, email: user.email, username: user.username }
}

// A user without groups has no claim, not an empty one.
function groupsOf ({ groups }: DevUser): Record<string, unknown> {
  return groups.length === 0 ? {} : { 'cognito:groups': groups }
}

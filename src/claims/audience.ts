/** Whether an access token is meant for this application, where it asks for tokens that are bound to a resource (RFC 8707). */
import type { AudienceOf } from './types.js'
import type { JsonObject } from '../token/strict-json.js'

/** The resources that this application answers to, and whose tokens must name one. */
export interface AudiencePolicy {
  readonly audiences: readonly string[]
  readonly audienceOf: AudienceOf
}

/**
 * Tells whether a token may be used here as far as its audience goes.
 *
 * @param named The members of the token's `aud`, known to be strings; `undefined` where it has none.
 */
export function isMeantForUs (claims: JsonObject, named: readonly string[] | undefined, { audiences, audienceOf }: AudiencePolicy): boolean {
  if (named?.some((one) => audiences.includes(one)) === true) return true
  return audienceOf === 'users' && isOfMachine(claims) && isUnbound(claims, named)
}

/**
 * Tells whether claims are those of a token from the client credentials grant: nobody has signed in, so it has no user name
 * and is about the app client itself. Either sign alone would do for what Cognito issues today; a user's token has neither.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
 */
export function isOfMachine (claims: JsonObject): boolean {
  return claims.token_use === 'access' && !Object.hasOwn(claims, 'username') && claims.sub === claims.client_id
}

// A trigger may write the app client there, which binds nothing. What names another resource is meant for that one, whoever holds it.
function isUnbound ({ client_id: clientId }: JsonObject, named: readonly string[] = []): boolean {
  return named.every((one) => one === clientId)
}

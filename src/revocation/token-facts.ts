/** What of a user's token the list looks at. */
import type { CognitoUser } from '../claims/user.js'
import { isRevocationId } from './revocation.js'
import type { Revocation } from './revocation.js'
import { RevocationListError } from './revocation-error.js'

/** The user of a verified token, as far as it is looked at. */
export type TokenFacts = Pick<CognitoUser, 'userPoolId' | 'sub' | 'clientId' | 'claims'>

/**
 * Asserts that a value is the user of a verified token. `mapUser` may have made another of it, of which nobody could say
 * whether the token is revoked.
 *
 * @throws `RevocationListError` with the fault `user`.
 */
export function assertTokenFacts (user: object): asserts user is TokenFacts {
  const { userPoolId, sub, clientId, claims } = user as Partial<Record<keyof TokenFacts, unknown>>
  const isComplete = typeof userPoolId === 'string' && typeof sub === 'string' && typeof clientId === 'string' &&
    typeof claims === 'object' && claims !== null && 'iat' in claims && typeof claims.iat === 'number'
  if (!isComplete) {
    throw new RevocationListError('user', 'a list of revoked tokens needs the CognitoUser of a verified token; pass the plugin the list\'s own isRevoked, and it gets that, whatever mapUser makes')
  }
}

/** Revokes one token; all tokens of its user up to its own time where it has no `jti` by which to know it. */
export function revocationOfToken ({ userPoolId, sub, claims }: TokenFacts): Revocation {
  return isRevocationId(claims.jti)
    ? { kind: 'token', userPoolId, id: claims.jti, before: null }
    : { kind: 'user', userPoolId, id: sub, before: claims.iat }
}

/** Revokes all tokens of a sign-in; all tokens of its user up to now where it has no `origin_jti` by which to know them. */
export function revocationOfSession ({ userPoolId, sub, claims }: TokenFacts): Revocation {
  return isRevocationId(claims.origin_jti)
    ? { kind: 'session', userPoolId, id: claims.origin_jti, before: null }
    : { kind: 'user', userPoolId, id: sub, before: null }
}

/** The types of a verified user, without anything merged. */
import { isCognitoAuthError } from '../../src/index.js'
import type {
  CognitoAccessTokenClaims, CognitoAuthErrorCode, CognitoIdTokenClaims, CognitoUser, MapUser, Role, User
} from '../../src/index.js'
import { exactly } from './equal.js'

/** Never called. */
export function narrow (user: CognitoUser, anyUser: User, role: Role, mapUser: Awaited<ReturnType<MapUser>>): void {
  exactly<CognitoUser>()(anyUser, true)
  exactly<CognitoUser>()(mapUser, true)
  exactly<string>()(role, true)
  exactly<string | null>()(user.role, true)
  exactly<string | null>()(user.username, true)
  exactly<readonly string[]>()(user.groups, true)
  // Until the kind is known, only what both kinds have can be read by its own type.
  exactly<string>()(user.claims.sub, true)
  exactly<unknown>()(user.claims.client_id, true)
  exactly<unknown>()(user.claims['custom:tenant'], true)

  if (user.tokenUse === 'access') {
    exactly<CognitoAccessTokenClaims>()(user.claims, true)
    exactly<string>()(user.claims.client_id, true)
    exactly<string | undefined>()(user.claims.scope, true)
    exactly<unknown>()(user.claims['custom:tenant'], true)
  } else {
    exactly<CognitoIdTokenClaims>()(user.claims, true)
    exactly<string>()(user.claims.aud, true)
    exactly<string | undefined>()(user.claims['cognito:username'], true)
    // @ts-expect-error There is no third kind.
    user.tokenUse satisfies 'refresh'
  }

  if (user.claims.token_use === 'id') exactly<string>()(user.claims.aud, true)
}

/** Never called. */
export function judge (error: unknown): void {
  // @ts-expect-error Nothing is known of an error before it was asked.
  String(error.code)
  if (isCognitoAuthError(error)) {
    exactly<CognitoAuthErrorCode>()(error.code, true)
    exactly<number>()(error.statusCode, true)
  }
}

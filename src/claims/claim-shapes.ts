/** The claims of Cognito's tokens, as far as AWS documents them; anything else is `unknown`. */

/** Claims that both kinds of token carry. Times are seconds since the Unix epoch. */
export interface CognitoCommonClaims {
  readonly iss: string
  readonly sub: string
  readonly exp: number
  readonly iat: number
  readonly nbf?: number
  readonly auth_time?: number
  readonly jti?: string
  /** Shared by all tokens of one sign-in; older tokens lack it. */
  readonly origin_jti?: string
  readonly event_id?: string
  readonly 'cognito:groups'?: readonly string[]
  readonly [claim: string]: unknown
}

/**
 * The claims of an access token. Merge members into this interface for claims that a trigger adds.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export interface CognitoAccessTokenClaims extends CognitoCommonClaims {
  readonly token_use: 'access'
  readonly client_id: string
  /** Absent in a machine-to-machine token. */
  readonly username?: string
  /** Space-separated scopes. */
  readonly scope?: string
  /** Present in a token bound to a resource (RFC 8707). */
  readonly aud?: string | readonly string[]
  readonly version?: number
}

/**
 * The claims of an ID token. Merge members into this interface for custom attributes, such as `'custom:tenant'?: string`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export interface CognitoIdTokenClaims extends CognitoCommonClaims {
  readonly token_use: 'id'
  readonly aud: string
  readonly 'cognito:username'?: string
  readonly 'cognito:roles'?: readonly string[]
  readonly 'cognito:preferred_role'?: string
}

/** The claims of either kind of token, told apart by `token_use`. */
export type CognitoClaims = CognitoAccessTokenClaims | CognitoIdTokenClaims

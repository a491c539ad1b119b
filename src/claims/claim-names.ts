/** Which claims a requirement may name: any, until an application has said which ones it has. */
import type { CognitoAccessTokenClaims, CognitoIdTokenClaims } from './claim-shapes.js'

/** The members of a type, without its index signature. */
type NamedMembers<T> = keyof { [Name in keyof T as string extends Name ? never : number extends Name ? never : Name]: T[Name] } & string

/** The claims that this package's types name by themselves; anything beyond was merged by the application. */
type DocumentedClaim =
  | 'iss' | 'sub' | 'exp' | 'iat' | 'nbf' | 'auth_time' | 'jti' | 'origin_jti' | 'event_id' | 'cognito:groups'
  | 'token_use' | 'client_id' | 'username' | 'scope' | 'aud' | 'version'
  | 'cognito:username' | 'cognito:roles' | 'cognito:preferred_role'

/** Standard attributes and others that no type of this package has as a member, since few tokens carry them. */
type UsualClaim =
  | 'email' | 'email_verified' | 'phone_number' | 'phone_number_verified' | 'name' | 'given_name' | 'family_name'
  | 'preferred_username' | 'locale' | 'zoneinfo' | 'device_key' | 'acr'

type NamedClaim = NamedMembers<CognitoAccessTokenClaims> | NamedMembers<CognitoIdTokenClaims>

/**
 * The name of a claim: any string, or, once members were merged into `CognitoAccessTokenClaims` or
 * `CognitoIdTokenClaims`, the documented names and those.
 */
export type ClaimName = [Exclude<NamedClaim, DocumentedClaim>] extends [never] ? string : NamedClaim | UsualClaim

/** The door: what applications import. */
// Not as a type: the compiler leaves an empty `import type` out of the declarations, and Fastify's types would stay as they were.
import './augment.js'

export { default } from './plugin.js'
export type { CognitoAuth } from './cognito-auth.js'
export { authenticate, authorize, getUser, optionalAuth } from './hooks.js'
export type { AuthHook, AuthRequest, HookDone } from './request.js'
export type { AuthRequirement, Requirement, RouteAuthConfig } from './requirement.js'
export type { RouteAuth } from './route-auth.js'
export { createVerifier } from './verifier.js'
export type { Verifier } from './verifier.js'
export { isCognitoAuthError } from './challenge.js'
export type { CognitoAuthError } from './challenge.js'
export { CognitoAuthSetupError } from './errors.js'
export type { CognitoAuthErrorCode, CognitoAuthSetupErrorCode, Reason } from './errors.js'
export { KeyFetchError } from './keys/key-endpoint.js'
export type { KeyFetchFault } from './keys/key-endpoint.js'
export type { KeySourceStatus } from './keys/key-source.js'
export type { JsonWebKey, JsonWebKeySet } from './keys/jwk.js'
export type { CognitoAccessUser, CognitoIdUser, CognitoUser } from './user.js'
export type { CognitoAccessTokenClaims, CognitoClaims, CognitoCommonClaims, CognitoIdTokenClaims } from './claim-shapes.js'
export type { AuthMode, CognitoAuthTypes, Role, TokenUse } from './types.js'
export type { GetToken, IsRevoked, MapUser, User } from './application.js'
export type {
  CacheOptions, CognitoAuthOptions, KeyOptions, Milliseconds, RequestOptions, Seconds, SharedOptions,
  UserPoolOptions, UserPoolsOptions, VerifierOptions
} from './options/options.js'

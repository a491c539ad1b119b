/** The door: what applications import. */
// Not as a type: the compiler leaves an empty `import type` out of the declarations, and Fastify's types would stay as they were.
import './augment.js'

export { default } from './plugin.js'
export type { CognitoAuth } from './augment.js'
export { authenticate, authorize, getUser, optionalAuth } from './request/hooks.js'
export type { AuthHook, AuthRequest, HookDone } from './request/request.js'
export type {
  AuthRequirement, ClaimValue, MatchSource, NameLists, Names, RightsRequirement, RouteAuthConfig
} from './routes/auth-requirement.js'
export { judge } from './routes/judge.js'
export type { Requirement, ShownNames } from './routes/requirement.js'
export type { RouteAuth } from './routes/route-auth.js'
export { createVerifier } from './verifier/verifier.js'
export type { ReadyOptions, Verifier } from './verifier/verifier.js'
export { isCognitoAuthError } from './errors/cognito-auth-error.js'
export type { CognitoAuthError } from './errors/cognito-auth-error.js'
export type { CognitoAuthErrorCode, Reason } from './errors/failure.js'
export { CognitoAuthSetupError } from './errors/setup-error.js'
export type { CognitoAuthSetupErrorCode } from './errors/setup-error.js'
export { KeyFetchError } from './keys/key-fetch-error.js'
export type { KeyFetchFault } from './keys/key-fetch-error.js'
export type { KeySourceStatus } from './keys/key-source.js'
export type { JsonWebKey, JsonWebKeySet } from './keys/jwk.js'
export type { CognitoAccessUser, CognitoIdUser, CognitoUser } from './claims/user.js'
export type { CognitoAccessTokenClaims, CognitoClaims, CognitoCommonClaims, CognitoIdTokenClaims } from './claims/claim-shapes.js'
export type { ClaimName } from './claims/claim-names.js'
export type { AudienceOf, CognitoAuthTypes, Role, Tenant, TokenUse } from './claims/types.js'
export type { GetToken, IsRevoked, MapUser, User } from './options/application.js'
export type {
  AuthMode, CacheOptions, CognitoAuthOptions, DeclaredRoute, KeyOptions, Milliseconds, PublicRoutes, RequestOptions, ResolvedUserPoolsOptions, Seconds, SharedOptions,
  UserPoolOptions, UserPoolsOptions, VerifierOptions
} from './options/options.js'
export type { LogOptions, Refusal, RefusalLevel } from './options/log-options.js'
export type { ResolvedUserPool, UserPoolQuestion, UserPoolResolver } from './options/resolver-options.js'
export type { ResourceMetadataOptions } from './options/resource-options.js'

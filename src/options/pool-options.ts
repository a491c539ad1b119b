/** The options of one user pool, as an application writes them. */
import type { AudienceOf, TokenUse } from '../claims/types.js'
import type { JsonWebKeySet } from '../keys/jwk.js'

/** A duration in milliseconds. */
export type Milliseconds = number

/** A duration in seconds. */
export type Seconds = number

/** One user pool and what is accepted from it. */
export interface UserPoolOptions {
  /** The id of the user pool, such as `us-east-1_EXAMPLE01`. It also gives the region, both issuers and the JWKS addresses. */
  readonly userPoolId: string
  /** The app clients whose tokens are accepted: `aud` of an ID token, `client_id` of an access token. */
  readonly clientId: string | readonly string[]
  /** The kinds of token accepted. Default: both, each checked by its own rules. */
  readonly tokenUse?: TokenUse | readonly TokenUse[]
  /**
   * For resource-bound access tokens (RFC 8707): `aud` must be present and name one of these; with `'resource'`, one of the option
   * `resourceMetadata`. Default: `aud` is not asked for.
   */
  readonly audience?: string | readonly string[]
  /**
   * Whose access tokens `audience` is asked of. Cognito binds the tokens of users to a resource and never those of machines: with
   * `'users'`, a machine's token is judged by its client and scopes alone. Default: `'all'`.
   */
  readonly audienceOf?: AudienceOf
  /** The exact `iss` values accepted. Default: both Cognito issuers of the pool. For emulators and unusual partitions. */
  readonly issuer?: string | readonly string[]
  /** Where the keys are published; https, or http on a loopback host. Default: `{iss}/.well-known/jwks.json`. */
  readonly jwksUri?: string | URL
  /**
   * Lets `jwksUri` be an http URL on any host, for an emulator in another container. Whoever is on the way to it can then make
   * tokens, so each start warns of it, and it is refused for issuers of AWS and beside an https address. Default: `false`.
   */
  readonly allowInsecure?: boolean
  /** A JSON Web Key Set used as it is and never fetched. Excludes `jwksUri`. */
  readonly jwks?: JsonWebKeySet
}

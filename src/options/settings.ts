/** Options after they were checked: complete, frozen, in one form. Nothing past this point meets an optional field. */
import type { GetToken, IsRevoked, MapUser } from '../application.js'
import type { JsonWebKeySet } from '../keys/jwk.js'
import type { AuthMode, RoleSettings, TokenUse } from '../types.js'

/** Where the keys of one issuer come from. */
export type KeyOrigin = { readonly jwksUri: string } | { readonly jwks: JsonWebKeySet }

/** One pool: who may issue, and what is accepted. */
export interface UserPoolSettings {
  readonly userPoolId: string
  readonly clientIds: readonly string[]
  readonly tokenUses: readonly TokenUse[]
  readonly audiences: readonly string[] | null
  readonly issuers: readonly string[]
  readonly keyOrigin: (issuer: string) => KeyOrigin
}

/** Bounds of the key source; durations in milliseconds. */
export interface KeySettings {
  readonly refreshAfter: number
  readonly maxStale: number
  readonly cooldown: number
  readonly timeout: number
  readonly maxBytes: number
  readonly fetch: typeof globalThis.fetch
}

/** Bounds of the token cache; `maxAge` in milliseconds. */
export interface CacheSettings {
  readonly maxEntries: number
  readonly maxAge: number
}

/** What a verifier needs; `clockTolerance` in seconds. */
export interface VerifierSettings {
  readonly userPools: readonly UserPoolSettings[]
  readonly roles: RoleSettings
  readonly clockTolerance: number
  readonly maxTokenLength: number
  readonly mapUser: MapUser | null
  readonly cache: CacheSettings | null
  readonly keys: KeySettings
}

/** What the plugin needs besides the verifier. */
export interface RequestSettings {
  readonly defaultAuth: AuthMode
  readonly getToken: GetToken | null
  readonly isRevoked: IsRevoked | null
  readonly realm: string
}

/** Options after they were checked: complete, frozen, in one form. Nothing past this point meets an optional field. */
import type { RoleSettings } from '../claims/types.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { KeySettings } from '../keys/key-settings.js'
import type { GetToken, IsRevoked, MapUser } from './application.js'
import type { Refusal } from './log-options.js'
import type { AuthMode, PublicRoutes } from './options.js'
import type { UserPoolResolver } from './resolver-options.js'
import type { RevocationChecks } from './revocation-checks.js'

/** Bounds of the token cache; `maxAge` in milliseconds. */
export interface CacheSettings {
  readonly maxEntries: number
  readonly maxAge: number
}

/** What a verifier needs; the tolerances in seconds. */
export interface VerifierSettings {
  readonly userPools: readonly UserPoolSettings[]
  readonly roles: RoleSettings
  readonly clockTolerance: number
  readonly issuedAtTolerance: number
  readonly maxTokenLength: number
  readonly mapUser: MapUser | null
  readonly cache: CacheSettings | null
  readonly keys: KeySettings
}

/** How pools are found that are known only at run time; durations in milliseconds. */
export interface ResolverSettings {
  readonly resolve: UserPoolResolver['resolve']
  readonly maxEntries: number
  readonly maxAge: number
  readonly maxStale: number
  readonly unknownAge: number
  readonly timeout: number
  /** Further forms of `iss`: what stands before the id of the pool, and after it. */
  readonly issuerForms: ReadonlyArray<readonly [before: string, after: string]>
}

/** A protected resource (RFC 9728). */
export interface ResourceSettings {
  /** As it was written. */
  readonly resource: string
  readonly origin: string
  /** Without a slash at its end; empty for a resource that is the whole origin. */
  readonly path: string
  /** Where its metadata are: the path, and the absolute address. */
  readonly metadataPath: string
  readonly metadataUrl: string
  readonly scopes: readonly string[]
  readonly name: string | null
  readonly documentation: string | null
  readonly authorizationServers: readonly string[] | null
  readonly isMirrored: boolean
}

/** How refused requests and users are logged. */
export interface LogSettings {
  /** `null` for the level that each has by itself. */
  readonly levelOf: ((refusal: Refusal) => unknown) | null
  /** Lines a second for one reason; `Infinity` for no limit. */
  readonly limit: number
  readonly showsUser: boolean
}

/** What the plugin needs besides the verifier. */
export interface RequestSettings {
  readonly defaultAuth: AuthMode
  readonly publicRoutes: PublicRoutes | null
  readonly getToken: GetToken | null
  readonly isRevoked: IsRevoked | null
  /** The checks of the list that `isRevoked` is of, if it is of one. */
  readonly revocation: RevocationChecks | null
  readonly realm: string
  readonly log: LogSettings
  /** `null` where all pools stand in the options. */
  readonly resolver: ResolverSettings | null
  readonly resourceMetadata: readonly ResourceSettings[] | null
}

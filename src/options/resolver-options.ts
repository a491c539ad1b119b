/** The option `userPools` for pools that are known only at run time. */
import type { Tenant } from '../claims/types.js'
import type { Milliseconds, UserPoolOptions } from './pool-options.js'

/** Which pool is asked for; all of it is read from the `iss` of a token whose signature nobody has checked. */
export interface UserPoolQuestion {
  /** The whole `iss`: of the form of an issuer of Cognito, or of one of `issuerForms`. */
  readonly issuer: string
  readonly userPoolId: string
  /** The region within the id; `null` where it has none, as with emulators. */
  readonly region: string | null
}

/** A pool that is trusted, with what the application knows of its tenant. */
export type ResolvedUserPool = UserPoolOptions & {
  /** Whose pool it is: becomes `user.tenant` as it is. */
  readonly tenant?: Tenant
}

/** Pools that are asked for when the first token of each comes. */
export interface UserPoolResolver {
  /**
   * Gives the options of a pool that is one of the application's, or `null` for one that is not. Its answer alone decides: the
   * keys are fetched from where it says, and `userPoolId` has to be the one that was asked for.
   *
   * An answer that throws, comes too late or is no pool makes requests with such tokens a 503 (`resolve_pool`).
   */
  readonly resolve: (question: UserPoolQuestion, context: { readonly signal: AbortSignal }) => ResolvedUserPool | null | Promise<ResolvedUserPool | null>
  /** The most pools that are kept; beyond, the one that was used longest ago is forgotten. Default: 1000. */
  readonly maxEntries?: number
  /** Milliseconds after which a pool is asked for again, in the background. Default: 300000 (5 minutes). */
  readonly maxAge?: Milliseconds
  /** Milliseconds up to which an answer counts while `resolve` fails. Not below `maxAge`. Default: 3600000 (1 hour). */
  readonly maxStale?: Milliseconds
  /** Milliseconds for which a `null` is remembered. Default: 30000. */
  readonly unknownAge?: Milliseconds
  /** Milliseconds that an answer may take. Default: 3000. */
  readonly timeout?: Milliseconds
  /** Further forms of `iss`, for emulators, with the id in its place: `http://localhost:9229/{userPoolId}`. Default: those of Cognito alone. */
  readonly issuerForms?: readonly string[]
}

/** The options an application writes. What each becomes stands in settings.ts. */
import type { GetToken, IsRevoked, MapUser } from './application.js'
import type { LogOptions } from './log-options.js'
import type { Role } from '../claims/types.js'
import type { Milliseconds, Seconds, UserPoolOptions } from './pool-options.js'
import type { UserPoolResolver } from './resolver-options.js'
import type { ResourceMetadataOptions } from './resource-options.js'

export type { Milliseconds, Seconds, UserPoolOptions } from './pool-options.js'

/** What a route without a requirement of its own asks of its callers. */
export type AuthMode = 'public' | 'optional' | 'required'

/** How signing keys are fetched and how long they are trusted. */
export interface KeyOptions {
  /** Age in milliseconds at which a key set is fetched again in the background. Below `maxStale`. Default: 600000 (10 minutes). */
  readonly refreshAfter?: Milliseconds
  /** Age in milliseconds up to which a key set is used while it cannot be fetched; beyond `refreshAfter` plus `cooldown`, or there is no time for a second attempt. Default: 3600000 (1 hour). */
  readonly maxStale?: Milliseconds
  /** Least time in milliseconds from one attempt to fetch a key set to the next, successful or not. Default: 30000. */
  readonly cooldown?: Milliseconds
  /** Milliseconds one fetch may take, headers and body together. Default: 3000. */
  readonly timeout?: Milliseconds
  /** Largest key set accepted, in bytes after decompression. Default: 51200. */
  readonly maxBytes?: number
  /** The function that fetches, for proxies and private certificate authorities. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** Bounds of the cache of verified tokens. */
export interface CacheOptions {
  /** How many verified tokens are kept. Default: 10000. */
  readonly maxEntries?: number
  /** Milliseconds after which a token is verified anew, even if it has not expired. Default: 300000 (5 minutes). */
  readonly maxAge?: Milliseconds
}

/** Options shared by the plugin and `createVerifier`. */
export interface SharedOptions {
  /** Cognito group → application role, in order of precedence: the first entry whose group the user has wins. Default: `{}`. */
  readonly roles?: Readonly<Record<string, Role>>
  /** The role of a user with none of those groups. Default: `null`. */
  readonly defaultRole?: Role | null
  /** Leeway in seconds for `exp` and `nbf`, from 0 to 300. Default: 5. */
  readonly clockTolerance?: Seconds
  /**
   * How many seconds `iat` may lie in the future, from 0 to 300: how far the clock of this machine may be behind. Never less
   * than `clockTolerance`. Default: 60.
   */
  readonly issuedAtTolerance?: Seconds
  /**
   * The application's own user, made once per verified token and cached with it. Answers within 3 seconds, or the request gets a 503.
   *
   * What it returns serves every request with that token: plain objects and arrays in it are frozen, all the way down. The members of
   * a `Map`, a `Set` or another class cannot be, so a handler that changes them changes them for all.
   */
  readonly mapUser?: MapUser
  /** Tokens longer than this many characters are refused unread. Default: 16384. */
  readonly maxTokenLength?: number
  /** The cache of verified tokens, or `false` for none. */
  readonly cache?: false | CacheOptions
  /** The key source. */
  readonly keys?: KeyOptions
}

/** A route as it is declared, for the option `publicRoutes`. */
export interface DeclaredRoute {
  /** One method, or several that have one handler. Fastify declares a route of its own for HEAD beside every GET. */
  readonly method: string | readonly string[]
  /** The whole address, its prefix and parameters included, such as `/docs/static/*`; of the root of a prefix the one without a slash. */
  readonly url: string
  /** The prefix of the context in which the route is declared, such as `/docs`; empty where there is none. */
  readonly prefix: string
}

/** Tells whether a route that says nothing itself is public; see the option `publicRoutes`. */
export type PublicRoutes = (route: DeclaredRoute) => boolean

/** Options of the plugin that concern requests. */
export interface RequestOptions {
  /** What a route without `config.auth` gets. `'required'` is default-deny and covers 404s. Default: `'public'`. */
  readonly defaultAuth?: AuthMode
  /**
   * For routes of other plugins that take no `config`, such as pages of documentation: which of the routes are public that would
   * get `defaultAuth`. Asked once, when a route is declared, and never about one with a rule: `config.auth`, a hook of this
   * package, or a rule of its context. Any answer but `true` and `false`, or an error, stops the start.
   *
   * Only beside a `defaultAuth` other than `'public'`. Default: none is.
   */
  readonly publicRoutes?: PublicRoutes
  /** Where the token of a request is; `null` or `undefined` for none. Default: the `Authorization` header. */
  readonly getToken?: GetToken
  /** Asked on every request with a valid token, cached or not. Answers within 3 seconds, or the request gets a 503. */
  readonly isRevoked?: IsRevoked
  /** The protection space named in the challenge (RFC 6750 §3). Default: `'api'`. */
  readonly realm?: string
  /** How refused requests and users are logged. */
  readonly log?: LogOptions
  /** Publishes what clients need to know to get a token (RFC 9728), and names it in the challenges of the routes below. Default: nothing. */
  readonly resourceMetadata?: ResourceMetadataOptions | readonly ResourceMetadataOptions[]
}

/** Several pools at once; the pool that `iss` names judges the token, alone. */
export interface UserPoolsOptions {
  readonly userPools: readonly UserPoolOptions[]
}

/** Options of {@link createVerifier}: one pool or several, and what is shared. */
export type VerifierOptions = (UserPoolOptions | UserPoolsOptions) & SharedOptions

/** Pools that are known only at run time, such as one for each tenant. */
export interface ResolvedUserPoolsOptions {
  readonly userPools: UserPoolResolver
}

/** Options of the plugin: those of the verifier, and those that concern requests; only here pools may be known at run time alone. */
export type CognitoAuthOptions = (UserPoolOptions | UserPoolsOptions | ResolvedUserPoolsOptions) & SharedOptions & RequestOptions

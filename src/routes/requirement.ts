/** What a route asks of its callers, after it was checked: what is shown of it, and what is judged. */
import type { CognitoUser } from '../claims/user.js'
import type { Failure } from '../errors/failure.js'
import type { AuthMode } from '../options/options.js'
import type { Clock } from '../time/clock.js'
import type { AuthRequirement, ClaimValue, MatchSource } from './auth-requirement.js'

/** Lists of names as they were written; `any`, `all` and `none` where they were. */
export type ShownNames = readonly string[] | { readonly any?: readonly string[], readonly all?: readonly string[], readonly none?: readonly string[] }

/** A requirement as `routes()` shows it: as it was written, but one name or value always in a list, and `check` by the function's name. */
export interface Requirement {
  readonly tokenUse?: readonly string[]
  readonly clientId?: readonly string[]
  readonly userPools?: readonly string[]
  /** Any of the names, or what the lists say. */
  readonly groups?: ShownNames
  /** Any of the names, or what the lists say. */
  readonly roles?: ShownNames
  /** All of the names, or what the lists say. */
  readonly scopes?: ShownNames
  readonly claims?: Readonly<Record<string, readonly ClaimValue[]>>
  readonly match?: Readonly<Record<string, MatchSource>>
  readonly anyOf?: readonly Requirement[]
  /** Seconds since `auth_time`. */
  readonly maxAge?: number
  readonly check?: string
  readonly revocation?: 'ask'
}

/** The part of a request that `match` looks at. */
export interface RequestFacts {
  readonly params: unknown
  readonly query: unknown
  readonly headers: object
  readonly raw: { readonly rawHeaders?: readonly string[] }
  readonly hostname?: string
}

/** One thing that is asked, and the refusal of those for whom it does not hold: made once, since it never differs. */
export interface Condition {
  readonly holds: (user: CognitoUser, request: RequestFacts, clock: Clock) => boolean
  readonly refusal: Failure
}

/** The application's own function, and the refusal when it does not answer `true`. */
export interface Check {
  readonly ask: NonNullable<AuthRequirement['check']>
  readonly refusal: Failure
}

/** Requirements of which one must hold, and the refusal when none does. */
export interface Alternatives {
  readonly requirements: readonly CompiledRequirement[]
  readonly refusal: Failure
}

/** A requirement ready to be judged; all of it must hold, in the order of the members here. */
export interface CompiledRequirement {
  readonly shown: Requirement
  readonly conditions: readonly Condition[]
  readonly anyOf: Alternatives | null
  /** After the rights: signing in again helps only those who have them. */
  readonly freshness: Condition | null
  readonly check: Check | null
  /** Whether there is a `check` here or in an alternative. */
  readonly hasChecks: boolean
  /** Whether the store of revoked tokens is to be asked, before all of this. */
  readonly asksRevocation: boolean
}

/** What is asked of the callers of a route: a mode, and with `'required'` possibly more. */
export interface AuthRule {
  readonly mode: AuthMode
  readonly requirement: CompiledRequirement | null
}

/** The rules without a requirement. */
export const rules: Readonly<Record<AuthMode, AuthRule>> = Object.freeze({
  public: Object.freeze({ mode: 'public', requirement: null }),
  optional: Object.freeze({ mode: 'optional', requirement: null }),
  required: Object.freeze({ mode: 'required', requirement: null })
})

/** The option `log`. */
import type { CognitoAuthErrorCode, Reason } from '../errors/failure.js'

/** A level at which a refused request is logged; `false` for not at all. */
export type RefusalLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | false

/** A refusal, for the option `log.refusals`. */
export interface Refusal {
  /** `null` where a `check` has refused with an error of its own. */
  readonly code: CognitoAuthErrorCode | null
  readonly reason: Reason
}

/** How refused requests and users are logged. */
export interface LogOptions {
  /**
   * The level of the line for a refused request, or a function that tells it for each. A function that throws, or gives anything
   * else, leaves the default. Default: `'error'` where a function of the application has failed or a hook has moved on early, else `'info'`.
   */
  readonly refusals?: RefusalLevel | ((refusal: Refusal) => RefusalLevel)
  /**
   * The most lines a second for one code and reason, from 1 to 10000. How many were left out is told with the first line after that second, and
   * when the application closes. Default: no limit.
   */
  readonly limit?: number
  /** Adds `sub` of the verified user to every later line of the request. It identifies a person. Default: `false`. */
  readonly user?: boolean
}

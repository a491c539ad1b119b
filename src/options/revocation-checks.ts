/** What a list of revoked tokens carries along with its function `isRevoked`, for the plugin that it is passed to. */
import type { CognitoUser } from '../claims/user.js'
import type { Milliseconds } from './options.js'

/** How a list stands, as far as the log says it. */
export interface RevocationStanding {
  readonly state: string
  readonly age: Milliseconds | null
  readonly entries: number
  readonly lastError: Error | null
}

/** The checks of one list. They are asked with the principal of the token: what `mapUser` made of it would not tell them which token it is. */
export interface RevocationChecks {
  /** By what this process knows. */
  readonly isRevoked: (user: CognitoUser) => boolean | Promise<boolean>
  /** By what the store holds now. */
  readonly ask: (user: CognitoUser) => Promise<boolean>
  /** What becomes of requests while nobody can tell. */
  readonly onStale: 'refuse' | 'accept'
  /** Calls the listener with every change; gives the function that ends that. */
  readonly watch: (listener: (standing: RevocationStanding) => void) => () => void
}

/** Where `isRevoked` of a list has its checks. A registered symbol: the list may come from another copy of this package. */
export const revocationChecks: unique symbol = Symbol.for('fastify-cognito-auth.revocation')

/** The checks of the list that a function `isRevoked` is of; `null` for any other function. */
export function revocationChecksOf (isRevoked: unknown): RevocationChecks | null {
  return typeof isRevoked === 'function' && Object.hasOwn(isRevoked, revocationChecks)
    ? (isRevoked as unknown as { readonly [revocationChecks]: RevocationChecks })[revocationChecks]
    : null
}

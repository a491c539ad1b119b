/** Whose tokens are trusted, and for how long. */
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { Failure } from '../errors/failure.js'
import type { KeySource, KeySourceStatus } from '../keys/key-source.js'
import type { JsonObject } from '../token/strict-json.js'
import type { WaitingRoom } from './waiting-room.js'

/** For how long a user pool is trusted: for ever, if it stands in the options. */
export interface Trust {
  /** When a token of the pool came last, in monotonic milliseconds. */
  usedAt: number
  /** From when on `renew` has to agree, in monotonic milliseconds. */
  dueAt: number
  /** Whether the pool is trusted no more, so that its tokens are refused, also those that are being verified. */
  isWithdrawn: boolean
  /** Tells whether a pool that is due still counts; may have it asked for in the background. */
  readonly renew: (monotonic: number) => boolean
}

/** One issuer that is trusted: its keys and its pool's rules. */
export interface TrustedIssuer {
  readonly keySource: KeySource
  readonly userPool: UserPoolSettings
  readonly room: WaitingRoom
  readonly trust: Trust
}

/**
 * Asks whether an issuer that is not among the trusted ones is to be: `null` once it is. The claims are those of a token whose
 * signature nobody has checked.
 */
export type FindIssuer = (claims: JsonObject) => Failure | Promise<Failure | null>

/** The trust in a pool of the options. */
export function lastingTrust (): Trust {
  return { usedAt: 0, dueAt: Infinity, isWithdrawn: false, renew: () => true }
}

/** Tells whether a pool is trusted at a reading of the monotonic clock, at which a token of its came. */
export function isTrusted (trust: Trust, monotonic: number): boolean {
  trust.usedAt = monotonic
  return monotonic < trust.dueAt || trust.renew(monotonic)
}

/** How the keys of the other issuers of a pool stand. */
export function siblingsOf (issuers: ReadonlyMap<string, TrustedIssuer>, issuer: string): KeySourceStatus[] {
  const others = issuers.get(issuer)?.userPool.issuers.filter((other) => other !== issuer) ?? []
  return others.flatMap((other) => issuers.get(other)?.keySource.status() ?? [])
}

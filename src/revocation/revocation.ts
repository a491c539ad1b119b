/** What one revocation says, and for how long it has to be known. */
import type { Seconds } from '../options/options.js'

/**
 * What is revoked: one token (by `jti`), all tokens of one sign-in (by `origin_jti`), the tokens that a user (by `sub`) or
 * an app client was issued up to a moment.
 */
export type RevocationKind = 'token' | 'session' | 'user' | 'client'

/** A revocation that is to be stored. */
export interface Revocation {
  readonly kind: RevocationKind
  /** The same `sub` or `jti` in another pool is somebody else's. */
  readonly userPoolId: string
  /** The `jti`, `origin_jti`, `sub` or app client id; up to 256 characters. */
  readonly id: string
  /** Of a user or client: tokens with `iat` up to this one are revoked, this second included. `null`: now, by the store's clock. */
  readonly before: Seconds | null
}

/** A revocation as it stands in the store. */
export interface StoredRevocation {
  readonly kind: RevocationKind
  readonly userPoolId: string
  readonly id: string
  /** Of a user or client: {@link Revocation.before}. Of a token or session: when it was stored, by the store's clock. */
  readonly moment: Seconds
}

const kinds: readonly unknown[] = ['token', 'session', 'user', 'client'] satisfies RevocationKind[]

/** The kinds as a store may write them down. */
export function isRevocationKind (value: unknown): value is RevocationKind {
  return kinds.includes(value)
}

const longestId = 256

/** Tells whether a value can name a pool, token, session, user or client: what is kept in memory is bounded in length too. */
export function isRevocationId (value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestId
}

/**
 * Seconds for which a revocation is kept: no token that it revokes lives longer. Cognito's longest lifetime is a day;
 * the rest, an hour, is for tolerances (300 seconds after `exp`, as many in `exp - iat`) and for clocks that are apart.
 */
export const keptFor: Seconds = 90_000

/** Seconds by which `before` may be ahead of the store's clock. Later, it would have to be kept for longer than {@link keptFor}. */
export const mostAhead: Seconds = 300

/** Tells whether a revocation has outlived the tokens that it is about. */
export function isOver (moment: Seconds, now: Seconds): boolean {
  return moment + keptFor <= now
}

/**
 * The moment with which a revocation is stored.
 *
 * @param now The store's clock.
 * @throws `RangeError` for a `before` more than 300 seconds ahead of that: milliseconds, for one.
 */
export function momentOf ({ before }: Pick<Revocation, 'before'>, now: Seconds): Seconds {
  if (before === null) return Math.floor(now)
  if (before - now > mostAhead) throw new RangeError(`before is ${Math.round(before - now)} seconds ahead of the store's clock; it is in seconds, and at most ${mostAhead} ahead`)
  return before
}

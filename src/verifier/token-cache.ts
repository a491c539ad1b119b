/** Verified tokens, remembered: bounded, and never trusted without comparing the whole token. */
import type { CacheSettings } from '../options/settings.js'
import { hashOf } from './token-hash.js'

/** What the cache needs to know of an entry. */
export interface CacheEntry {
  readonly token: string
  /** Milliseconds since the Unix epoch: `exp`. */
  readonly expiresAt: number
  /** Monotonic milliseconds: when it was verified. */
  readonly verifiedAt: number
}

/** A cache of verified tokens. */
export interface TokenCache<E extends CacheEntry> {
  /** The live entry of exactly this token. */
  get (token: string, now: number, monotonic: number): E | null
  /** Remembers an entry in place of the oldest, if there is no room. */
  set (entry: E): void
  readonly size: number
}

/** The cache that remembers nothing. */
export const noTokenCache: TokenCache<never> = Object.freeze({ get: () => null, set: () => {}, size: 0 })

/** Makes a cache; entries end at the earlier of `exp` and `maxAge`. Of two tokens with the same hash the later one is kept. */
export function createTokenCache<E extends CacheEntry> ({ maxEntries, maxAge }: CacheSettings): TokenCache<E> {
  const entries = new Map<number, E>()
  // The hashes in order of arrival, in a ring: a Map's own order is slow to take the oldest from once many were deleted.
  const arrivals: number[] = []
  let oldest = 0

  return {
    get (token, now, monotonic) {
      const entry = entries.get(hashOf(token))
      if (entry === undefined || entry.token !== token) return null
      return now < entry.expiresAt && monotonic - entry.verifiedAt < maxAge ? entry : null
    },
    set (entry) {
      const hash = hashOf(entry.token)
      if (!entries.has(hash)) {
        if (arrivals.length < maxEntries) {
          arrivals.push(hash)
        } else {
          entries.delete(arrivals[oldest] as number)
          arrivals[oldest] = hash
          oldest = (oldest + 1) % maxEntries
        }
      }
      entries.set(hash, entry)
    },
    get size () {
      return entries.size
    }
  }
}

/** Verified tokens, remembered: bounded, and never trusted without comparing the whole token. */
import type { CacheSettings } from './options/settings.js'

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

// V8 hashes every character of a string it has not met before. The end of an RSA signature is as distinct as the
// whole token, so it serves as the key; that another token may end alike is why the whole is compared after it.
const keyLength = 43

/** Makes a cache; entries end at the earlier of `exp` and `maxAge`. */
export function createTokenCache<E extends CacheEntry> ({ maxEntries, maxAge }: CacheSettings): TokenCache<E> {
  const entries = new Map<string, E>()
  // The keys in order of arrival, in a ring: a Map's own order is slow to take the oldest from once many were deleted.
  const arrivals: string[] = []
  let oldest = 0

  return {
    get (token, now, monotonic) {
      const entry = entries.get(keyOf(token))
      if (entry === undefined || entry.token !== token) return null
      return now < entry.expiresAt && monotonic - entry.verifiedAt < maxAge ? entry : null
    },
    set (entry) {
      const key = keyOf(entry.token)
      if (!entries.has(key)) {
        if (arrivals.length < maxEntries) {
          arrivals.push(key)
        } else {
          entries.delete(arrivals[oldest] as string)
          arrivals[oldest] = key
          oldest = (oldest + 1) % maxEntries
        }
      }
      entries.set(key, entry)
    },
    get size () {
      return entries.size
    }
  }
}

function keyOf (token: string): string {
  return token.slice(-keyLength)
}

/** Issuers that are none of the application's: remembered for a while, in a place of their own. */

/** Those remembered. */
export interface Strangers {
  has (issuer: string, now: number): boolean
  /** Remembers one, in place of the oldest if there is no room. */
  add (issuer: string, now: number): void
}

/** Remembers at most `most` issuers for `age` milliseconds each. */
export function createStrangers (most: number, age: number): Strangers {
  const until = new Map<string, number>()

  return {
    has: (issuer, now) => now < (until.get(issuer) ?? -Infinity),
    add: (issuer, now) => {
      // A map keeps the order in which its members came.
      until.delete(issuer)
      if (until.size === most) until.delete(until.keys().next().value as string)
      until.set(issuer, now + age)
    }
  }
}

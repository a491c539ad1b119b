/** How many fetches unknown keys may cause. */

/** A reserve of attempts: some at once, one more after each `interval`. */
export interface Reserve {
  /** Takes one attempt out, if there is one. */
  take (now: number): boolean
  isFull (now: number): boolean
  /** Milliseconds until there is an attempt to take; 0 if there is one. */
  wait (now: number): number
}

/**
 * Makes a full reserve of `size` attempts, refilled by one per `interval` milliseconds of a monotonic clock.
 *
 * Kept as one moment, as the generic cell rate algorithm does: the time at which the reserve will be full again.
 */
export function createReserve (size: number, interval: number): Reserve {
  let fullAt = -Infinity

  return {
    take: (now) => {
      const next = Math.max(fullAt, now) + interval
      if (next - now > size * interval) return false
      fullAt = next
      return true
    },
    isFull: (now) => now >= fullAt,
    wait: (now) => Math.max(0, fullAt - now - (size - 1) * interval)
  }
}

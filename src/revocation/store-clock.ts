/** The store's clock between two readings of it. */
import type { Seconds } from '../options/options.js'

/** An estimate of the store's clock that is never ahead of it. */
export interface StoreClock {
  /** Takes in a reading of the store's clock, made no later than the steady time, in milliseconds. */
  learn (reading: Seconds, steady: number): void
  /** The time at the store; `-Infinity` before anything is known of it. */
  at (steady: number): Seconds
}

/**
 * Makes the clock. It goes by steady time and is set by the reading that puts it furthest back: a store whose clock
 * jumps ahead, or a machine whose own one does, must not make anybody forget a revocation.
 */
export function createStoreClock (): StoreClock {
  let offset = Infinity

  return {
    learn: (reading, steady) => { offset = Math.min(offset, reading - steady / 1000) },
    at: (steady) => (offset === Infinity ? -Infinity : steady / 1000 + offset)
  }
}

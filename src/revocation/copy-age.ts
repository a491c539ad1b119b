/** How old a copy of the store is, by both clocks of the machine. */
import type { Clock } from '../time/clock.js'
import { createSteadyTime } from '../time/steady-time.js'

/** Readings of both clocks, in milliseconds. */
export interface Moment {
  readonly steady: number
  readonly wall: number
}

/** The moment of a copy that was never made. */
export const never: Moment = { steady: -Infinity, wall: -Infinity }

/** Makes the function that reads both clocks. */
export function createMoments (clock: Clock): () => Moment {
  const steadyTime = createSteadyTime()
  return () => ({ steady: steadyTime.at(clock.monotonic()), wall: clock.now() })
}

/**
 * Milliseconds since `then`, by the clock that says more: while a machine is suspended, or a function frozen, its
 * monotonic clock may stand still. A time of day that an operator has set forward costs no more than a reading.
 */
export function ageOf (then: Moment, now: Moment): number {
  return Math.max(now.steady - then.steady, now.wall - then.wall)
}

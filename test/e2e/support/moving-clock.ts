/** The system's clock, which a test can set forward: tokens of other processes stay in step with it. */
import { systemClock } from '../../../src/time/clock.js'
import type { Clock } from '../../../src/time/clock.js'

export interface MovingClock extends Clock {
  /** Lets milliseconds pass at once, on both clocks. */
  pass (milliseconds: number): void
}

export function createMovingClock (): MovingClock {
  let ahead = 0
  return {
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    pass: (milliseconds) => { ahead += milliseconds }
  }
}

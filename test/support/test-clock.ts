/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/time/clock.js'

export interface TestClock extends Clock {
  /** Lets milliseconds pass, on both clocks. */
  pass (milliseconds: number): void
  /** Sets the system clock forward or back, as an operator does; ages must not notice. */
  adjust (milliseconds: number): void
}

/** Starts at the present, since the tokens of a test user pool are issued at the present unless a test says otherwise. */
export function createTestClock (start: number = Date.now()): TestClock {
  let now = start
  let monotonic = 1_000
  return {
    now: () => now,
    monotonic: () => monotonic,
    pass: (milliseconds) => {
      now += milliseconds
      monotonic += milliseconds
    },
    adjust: (milliseconds) => { now += milliseconds }
  }
}

/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/time/clock.js'

export interface TestClock extends Clock {
  /** Lets milliseconds pass, on both clocks. */
  pass (milliseconds: number): void
  /** Sets the system clock forward or back, as an operator does; ages must not notice. */
  adjust (milliseconds: number): void
}

/**
 * A test clock whose system clock runs on with the machine's, so that a token which a pool issues at the present is never
 * from its future, however slow the machine is. Ages stand still until the test moves them.
 */
export function createRunningClock (): TestClock {
  const clock = createTestClock()
  // Not by `Date.now`, which a test may set.
  const begun = performance.now()
  return { ...clock, now: () => clock.now() + Math.floor(performance.now() - begun) }
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

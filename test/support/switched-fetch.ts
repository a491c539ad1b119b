/** A `fetch` for scenes whose fetches may take next to no time. */
import type { TestUserPool } from '../../src/testing/index.js'

export interface SwitchedFetch {
  readonly fetch: typeof fetch
  /** From now on fetches go through the network, to where they are addressed. */
  toNetwork (): void
  /** From now on fetches are answered from memory. So they are at first. */
  toMemory (): void
}

/**
 * Makes the function. A time-out short enough to be waited for could also strike a sound endpoint on a busy machine;
 * an answer from memory is there before any timer can run.
 */
export function createSwitchedFetch (pool: TestUserPool): SwitchedFetch {
  let isSwitched = false
  return {
    fetch: async (...call) => (isSwitched ? fetch(...call) : Response.json(await pool.jwks())),
    toNetwork: () => { isSwitched = true },
    toMemory: () => { isSwitched = false }
  }
}

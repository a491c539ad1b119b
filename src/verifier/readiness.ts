/** Waiting for the keys of all pools: for start-ups that have time for it, and for workers. */
import { unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { KeySource } from '../keys/key-source.js'
import { OwnAbortController } from '../time/cancellation.js'
import type { Clock } from '../time/clock.js'
import { createDeadline } from '../time/deadline.js'

/** Resolves when every pool has keys, to `null`, or to the failure of the first that has none after `timeout` milliseconds. Never rejects. */
export type Readiness = (timeout: number) => Promise<Failure | null>

/** The end of the wait. */
interface End {
  readonly isLate: () => boolean
  readonly reached: Promise<null>
  /** Monotonic milliseconds. */
  readonly at: number
}

/**
 * Makes the wait. A pool has one of two issuers, so keys of one are enough. An endpoint that has failed is asked again
 * as soon as its cooldown allows, if that is before the timeout; otherwise nobody waits for nothing.
 *
 * @param pools The key sources of each pool.
 */
export function createReadiness (pools: ReadonlyArray<readonly KeySource[]>, clock: Clock, closing: AbortSignal): Readiness {
  async function waitFor (sources: readonly KeySource[], end: End): Promise<Failure | null> {
    for (;;) {
      const failures = await Promise.race([load(sources), end.reached])
      if (failures === null && !end.isLate()) return null
      const pause = failures === null ? Infinity : pauseAfter(failures)
      if (closing.aborted || clock.monotonic() + pause >= end.at) return describe(sources, failures ?? [])
      await Promise.race([sleep(pause), end.reached])
    }
  }

  function sleep (milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const deadline = createDeadline(milliseconds, clock, resolve)
      closing.addEventListener('abort', () => {
        deadline.end()
        resolve()
      }, { once: true })
    })
  }

  return async (timeout) => {
    const late = new OwnAbortController()
    const reached = new Promise<null>((resolve) => late.signal.addEventListener('abort', () => resolve(null), { once: true }))
    const deadline = createDeadline(timeout, clock, () => late.abort())
    // Somebody waits: the process must not end meanwhile.
    deadline.hold()
    const end: End = { isLate: () => late.signal.aborted, reached, at: clock.monotonic() + timeout }
    const lacks = await Promise.all(pools.map((sources) => waitFor(sources, end)))
    deadline.end()
    return lacks.find((lack) => lack !== null) ?? null
  }
}

/** Resolves to `null` as soon as one of the sources has keys, or to the failures of all of them. */
function load (sources: readonly KeySource[]): Promise<readonly Failure[] | null> {
  // Of a pool's two issuers one never answers: it need not be asked once the other has.
  const known = sources.filter((source) => source.status().state !== 'empty')
  const asked = known.length === 0 ? sources : known
  return new Promise((resolve) => {
    const failures: Failure[] = []
    for (const source of asked) {
      void source.load().then((failure) => {
        if (failure === null) resolve(null)
        else if (failures.push(failure) === asked.length) resolve(failures)
      })
    }
  })
}

// Keys that were given and cannot be used will not become better.
function pauseAfter (failures: readonly Failure[]): number {
  return Math.min(...failures.map(({ reason, retryAfter = 1 }) => (reason === 'key_import' ? Infinity : retryAfter * 1000)))
}

function describe (sources: readonly KeySource[], failures: readonly Failure[]): Failure {
  const final = failures.find(({ reason }) => reason === 'closed' || reason === 'key_import')
  if (final !== undefined) return final
  const standings = sources.map((source) => source.status())
  const said = standings.map(({ issuer, lastError }) => `${issuer}: ${lastError?.message ?? 'no answer yet'}`)
  const cause = new AggregateError(standings.flatMap(({ lastError }) => lastError ?? []), `no keys of user pool ${standings[0]?.userPoolId}; ${said.join('; ')}`)
  return unavailable('key_endpoint', cause, Math.max(1, ...failures.map(({ retryAfter = 1 }) => retryAfter)))
}

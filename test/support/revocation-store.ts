/** A store of revocations in memory, with a clock of its own, that can be slow, down, trimmed or emptied. */
import { isOver, momentOf } from '../../src/revocation/revocation.js'
import type { RevocationStore } from '../../src/revocation/index.js'
import type { StoredRevocation } from '../../src/revocation/index.js'
import { createLatch } from './latch.js'
import type { TestClock } from './test-clock.js'

export interface TestStore extends RevocationStore {
  /** The store's clock in seconds. */
  now (): number
  /** Sets the store's clock forward or back, in seconds. */
  adjust (seconds: number): void
  /** Every later call rejects; `null` ends that. */
  fail (error: Error | null): void
  /** Every later call waits; the function lets them go on. */
  hold (): () => void
  /** Forgets what is over, as a server does when it trims. */
  trim (): void
  /** Loses everything but the first `kept` entries, and numbers the next ones as if there had been no more. */
  lose (kept?: number): void
  /** How often it was read. */
  readonly reads: number
  readonly size: number
}

interface Numbered { readonly id: number, readonly entry: StoredRevocation }

/** Makes an empty store whose clock runs with the test's. */
export function createTestStore (clock: Pick<TestClock, 'now'>, pageSize = 100): TestStore {
  let log: Numbered[] = []
  let next = 1
  let offset = 0
  let reads = 0
  let error: Error | null = null
  let held: ReturnType<typeof createLatch> | null = null
  const now = (): number => clock.now() / 1000 + offset

  async function answer<T> (give: () => T): Promise<T> {
    await held?.opened
    if (error !== null) throw error
    return give()
  }

  return {
    now,
    adjust: (seconds) => { offset += seconds },
    fail: (fault) => { error = fault },
    hold: () => {
      const latch = createLatch()
      held = latch
      return () => {
        held = null
        latch.open()
      }
    },
    trim: () => { log = log.filter(({ entry }) => !isOver(entry.moment, now())) },
    lose: (kept = 0) => {
      log = log.slice(0, kept)
      next = (log.at(-1)?.id ?? 0) + 1
    },
    get reads () { return reads },
    get size () { return log.length },
    append: (revocation) => answer(() => {
      const { kind, userPoolId, id } = revocation
      const entry = { kind, userPoolId, id, moment: momentOf(revocation, now()) }
      log.push({ id: next++, entry })
      return entry
    }),
    readAfter: (cursor) => {
      reads++
      return answer(() => {
        // Where it stands is known by number and content: numbers are given out anew after a loss.
        const at = cursor === null ? -1 : log.findIndex((one) => placeOf(one) === cursor)
        const page = log.slice(at + 1, at + 1 + pageSize)
        const last = page.at(-1) ?? log[at]
        return { entries: page.map(({ entry }) => entry), cursor: last === undefined ? null : placeOf(last), more: at + 1 + pageSize < log.length, now: now() }
      })
    }
  }
}

function placeOf ({ id, entry }: Numbered): string {
  return `${id} ${JSON.stringify(entry)}`
}

/** Reads the store into memory: everything once, and then what was appended since. */
import type { Seconds } from '../options/options.js'
import type { Clock } from '../time/clock.js'
import { createMoments, never } from './copy-age.js'
import type { Moment } from './copy-age.js'
import { readInTime } from './read-in-time.js'
import { isOver } from './revocation.js'
import type { StoredRevocation } from './revocation.js'
import { listClosed, listFull, RevocationListError } from './revocation-error.js'
import { createRevokedTokens } from './revoked-tokens.js'
import type { RevokedTokens } from './revoked-tokens.js'
import type { RevocationListSettings } from './settings.js'
import type { RevocationPage } from './store.js'
import { createStoreClock } from './store-clock.js'

/** The copy of a store, and what brings it up to date. */
export interface StoreReader {
  readonly revoked: Pick<RevokedTokens, 'has' | 'size'>
  /** When the store was last read to its end: the copy holds all that was stored by then. */
  readonly readAt: Moment
  /** The present, in the same terms. */
  moment (): Moment
  /** Reads what is new, to its end. Rejects with a `RevocationListError`, or whatever the store rejects with. */
  read (): Promise<void>
  /** Reads one page of it. Tells whether that was all. */
  readPage (): Promise<boolean>
  /** Takes in a revocation, such as one that this process has stored itself; `false` where there is no room for it. */
  add (revocation: StoredRevocation): boolean
  /** Whether there are revocations for which there was no room. */
  readonly isFull: boolean
  /** Ends all readings. */
  close (): void
}

// Milliseconds between two looks for what is over.
const sweepInterval = 1_000

/** Makes a reader that has read nothing yet. */
export function createStoreReader ({ store, timeout, maxEntries }: RevocationListSettings, clock: Clock): StoreReader {
  const moment = createMoments(clock)
  const revoked = createRevokedTokens(maxEntries)
  const storeClock = createStoreClock()
  let cursor: string | null = null
  let readAt = never
  let sweptAt = -Infinity
  let isFull = false
  let isClosed = false

  async function readPage (): Promise<boolean> {
    const began = moment()
    const isAll = await readOn()
    if (isAll) finish(began)
    return isAll
  }

  async function read (): Promise<void> {
    const began = moment()
    while (!await readOn()) { /* until the end */ }
    finish(began)
  }

  async function readOn (): Promise<boolean> {
    const from = cursor
    const page = await readInTime(Promise.resolve(store.readAfter(from)), timeout, clock)
    if (isClosed) throw listClosed()
    if (page.more && page.cursor === from) throw new RevocationListError('page', 'the store of revoked tokens has more to read, but its cursor stands still')
    take(page)
    // Only what has been taken in whole has been read.
    cursor = page.cursor
    return !page.more
  }

  function take ({ entries, now }: RevocationPage): void {
    const present = moment()
    storeClock.learn(now, present.steady)
    sweep(present)
    for (const entry of entries) if (!add(entry)) throw listFull(maxEntries)
  }

  function add (revocation: StoredRevocation): boolean {
    if (isOver(revocation.moment, earliest(moment())) || revoked.add(revocation)) return true
    isFull = true
    return false
  }

  function sweep (present: Moment): void {
    if (present.steady - sweptAt < sweepInterval) return
    sweptAt = present.steady
    revoked.sweep(earliest(present))
  }

  // By whichever clock is behind: a store that is ahead of the world must not make a process forget what it reads at its start.
  function earliest ({ steady, wall }: Moment): Seconds {
    return Math.min(storeClock.at(steady), wall / 1000)
  }

  // Of readings that overlap the later one says more.
  function finish (began: Moment): void {
    if (began.steady >= readAt.steady) readAt = began
    isFull = false
  }

  return {
    revoked, get readAt () { return readAt }, moment, read, readPage, add, get isFull () { return isFull }, close: () => { isClosed = true }
  }
}

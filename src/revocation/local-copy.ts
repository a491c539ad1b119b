/** When the copy in this process is read anew, when a request waits for that, and when nobody is let in. */
import type { Clock } from '../time/clock.js'
import { ageOf } from './copy-age.js'
import type { StoredRevocation } from './revocation.js'
import { asRevocationListError, listClosed, listFull, RevocationListError } from './revocation-error.js'
import type { RevocationListSettings } from './settings.js'
import { createStoreReader } from './store-reader.js'
import type { StoreReader } from './store-reader.js'

/** How a copy stands; see `RevocationStatus`. */
export interface CopyStanding {
  readonly state: 'empty' | 'fresh' | 'stale' | 'full' | 'closed'
  readonly age: number | null
  readonly lastError: RevocationListError | null
}

/** The copy in this process. */
export interface LocalCopy extends Pick<StoreReader, 'revoked'> {
  /** `null` where the copy can be asked now; otherwise resolves when it can, or rejects because nobody can tell. Has it read anew in the background where that is due. */
  ready (): Promise<void> | null
  /** Resolves once everything has been read that was stored before the call. */
  refresh (): Promise<void>
  /** The same by a reading of its own, which waits for no other one. */
  ask (): Promise<void>
  /** Takes in what this process has stored itself. */
  add (revocation: StoredRevocation): void
  standing (): CopyStanding
  /** Ends all later readings. */
  close (): void
}

// Milliseconds from one attempt to the next while the store fails, at most.
const longestPause = 1_000

/** Makes the copy; it reads nothing until it is used. `onChange` is called when its standing may have changed. */
export function createLocalCopy (settings: RevocationListSettings, clock: Clock, onChange: () => void): LocalCopy {
  const { pollInterval, maxStale, onStale } = settings
  const reader = createStoreReader(settings, clock)
  const pause = Math.min(pollInterval, longestPause)
  let reading: Promise<RevocationListError | null> | null = null
  let next: Promise<RevocationListError | null> | null = null
  let failure: RevocationListError | null = null
  let attemptedAt = -Infinity
  let isClosed = false

  /** Resolves to what went wrong, or `null`. */
  function begin (): Promise<RevocationListError | null> {
    attemptedAt = reader.moment().steady
    reading = reader.read().then(() => null, asRevocationListError).then((outcome) => {
      reading = null
      failure = outcome
      onChange()
      return outcome
    })
    return reading
  }

  /** One that has begun before may miss what was stored meanwhile. */
  function beginAnew (): Promise<RevocationListError | null> {
    if (reading === null) return begin()
    next ??= reading.then(() => {
      next = null
      return begin()
    })
    return next
  }

  function ready (): Promise<void> | null {
    if (isClosed) throw listClosed()
    const moment = reader.moment()
    const age = ageOf(reader.readAt, moment)
    const { isFull } = reader
    if (age < pollInterval && !isFull) return null
    if (reading === null && (failure === null || moment.steady - attemptedAt >= pause)) void begin()
    // Nobody waits for a store that is known to fail, nor for one that is asked often enough.
    if (age < maxStale && !isFull && (failure !== null || age < 2 * pollInterval)) return null
    return settle()
  }

  async function settle (): Promise<void> {
    // An outage that has been accepted must not slow anybody down.
    if (reading !== null && (failure === null || reader.isFull || onStale === 'refuse')) await reading
    const { state } = standing()
    // Time alone may have changed it.
    onChange()
    if (state === 'fresh' || (state !== 'full' && state !== 'closed' && onStale === 'accept')) return
    throw refusal(state)
  }

  function refusal (state: CopyStanding['state']): RevocationListError {
    if (state === 'closed') return listClosed()
    if (state === 'full') return listFull(settings.maxEntries)
    return new RevocationListError('stale', `the copy of revoked tokens ${state === 'empty' ? 'was never loaded' : `is older than ${maxStale} ms`}`, { cause: failure })
  }

  async function refresh (): Promise<void> {
    if (isClosed) throw listClosed()
    const outcome = await beginAnew()
    if (outcome !== null) throw outcome
  }

  async function ask (): Promise<void> {
    if (isClosed) throw listClosed()
    // Where much is missing, one reading serves all that ask.
    if (standing().state !== 'fresh' || !await readPage()) await refresh()
  }

  async function readPage (): Promise<boolean> {
    try {
      return await reader.readPage()
    } catch (cause) {
      throw asRevocationListError(cause)
    }
  }

  function standing (): CopyStanding {
    const age = ageOf(reader.readAt, reader.moment())
    return { state: stateAt(age), age: age === Infinity ? null : age, lastError: failure }
  }

  function stateAt (age: number): CopyStanding['state'] {
    if (isClosed) return 'closed'
    if (reader.isFull) return 'full'
    if (age === Infinity) return 'empty'
    return age < maxStale ? 'fresh' : 'stale'
  }

  // It is stored, whether or not this process has room for it: then nobody is let in here.
  function add (revocation: StoredRevocation): void {
    reader.add(revocation)
    onChange()
  }

  function close (): void {
    isClosed = true
    reader.close()
    onChange()
  }

  return { revoked: reader.revoked, ready, refresh, ask, add, standing, close }
}

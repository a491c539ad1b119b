/** The keys of one issuer, fetched: how long they are trusted, and what is said of a key that is not among them. */
import { OwnAbortController } from '../time/cancellation.js'
import type { Clock } from '../time/clock.js'
import { createSteadyTime } from '../time/steady-time.js'
import { tokenInvalid, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { AttemptOutcome } from './attempt.js'
import { createAttempts } from './attempts.js'
import type { Occasion, Result, SharedAttempt } from './attempts.js'
import { ageOf, isDue, isFetchedAfter, isUsable, never } from './key-age.js'
import type { Moment } from './key-age.js'
import { KeyFetchError } from './key-fetch-error.js'
import type { AttemptListener } from './keys-event.js'
import type { KeySettings } from './key-settings.js'
import type { KeyOwner, KeySearch, KeySource, KeySourceObserver, KeySourceStatus } from './key-source.js'
import { importSigningKeys, noSigningKeys, retireMissing } from './signing-keys.js'
import type { SigningKeys } from './signing-keys.js'

// One that was under way already, and one that is sure to have been sent after the token came.
const mostAttempts = 2

/** Makes the source of keys that are fetched from `jwksUri`. */
export function createRemoteKeySource (owner: KeyOwner, jwksUri: string, settings: KeySettings, clock: Clock, observe: KeySourceObserver, onAttempt: AttemptListener = () => {}): KeySource {
  const closing = new OwnAbortController()
  const time = createSteadyTime()
  const attempts = createAttempts(jwksUri, settings, {
    clock,
    closing: closing.signal,
    now: () => moment(clock.monotonic()),
    // Where requests would fail otherwise; a refresh in the background can wait for the next attempt.
    mayRepeat: () => !isUsable(fetched, time.at(clock.monotonic()), settings),
    take
  })
  let keys: SigningKeys = noSigningKeys
  let fetched: Moment = never
  let lastError: Error | null = null
  let observed = ''

  function moment (reading: number, wall: number = clock.now()): Moment {
    return { steady: time.at(reading), wall, setbacks: time.setbacks }
  }

  async function take (outcome: AttemptOutcome, began: number): Promise<Result> {
    const before = keys
    lastError = 'error' in outcome ? outcome.error : await replaceKeys(outcome.keys, outcome.askedAt)
    tell()
    const result = lastError === null ? 'loaded' : 'isLost' in outcome && outcome.isLost ? 'lost' : 'failed'
    onAttempt(status(), result, before, keys, time.at(clock.monotonic()) - began)
    return result
  }

  async function replaceKeys (published: Parameters<typeof importSigningKeys>[0], askedAt: Moment): Promise<KeyFetchError | null> {
    const imported = await importSigningKeys(published, keys)
    if (imported.size === 0) return new KeyFetchError('empty', 'none of the published keys could be imported')
    retireMissing(keys, imported)
    keys = imported
    // What was asked for then says nothing of what came later, however long the answer took.
    fetched = askedAt
    return null
  }

  function tell (): void {
    const standing = status()
    const observable = `${standing.state} ${lastError?.message}`
    if (observable === observed || closing.signal.aborted) return
    observed = observable
    try {
      observe(standing)
    } catch {
      // A logger that fails must not fail those who wait for keys, and it is the one that could be told.
    }
  }

  function find (kid: string, issuedBy: number): KeySearch | Promise<KeySearch> {
    const arrived = moment(clock.monotonic())
    const known = isUsable(fetched, arrived.steady, settings) ? keys.get(kid) : undefined
    const refresh = known === undefined ? null : awaitedRefresh(arrived)
    if (known !== undefined && refresh === null) return known
    const attempt = refresh ?? attempts.join(occasionFor(issuedBy, arrived))
    // At once while no attempt is running or allowed, so that a flood of unknown keys leaves nothing waiting.
    return attempt === null ? judge(kid, issuedBy, arrived) ?? notNow(issuedBy) : search(kid, issuedBy, arrived, attempt)
  }

  async function search (kid: string, issuedBy: number, arrived: Moment, first: SharedAttempt): Promise<KeySearch> {
    let attempt: SharedAttempt | null = first
    for (let made = 1; attempt !== null; made++) {
      await attempt.wait()
      const verdict = judge(kid, issuedBy, arrived)
      if (verdict !== null) return verdict
      attempt = made === mostAttempts ? null : attempts.join(occasionFor(issuedBy, moment(clock.monotonic())))
    }
    return notNow(issuedBy)
  }

  /** What can be said of a key now; `null` if nobody can say. */
  function judge (kid: string, issuedBy: number, arrived: Moment): KeySearch | null {
    const now = moment(clock.monotonic())
    const usable = isUsable(fetched, now.steady, settings)
    const found = usable ? keys.get(kid) : undefined
    if (found !== undefined) return found
    if (closing.signal.aborted) return unavailable('closed')
    // A set says that a key does not exist if it was asked for after the token was made: it was made before it came.
    return usable && (fetched.steady >= arrived.steady || isFetchedAfter(issuedBy, fetched, now)) ? tokenInvalid('kid') : null
  }

  function occasionFor (issuedBy: number, now: Moment): Occasion {
    if (!isUsable(fetched, now.steady, settings)) return 'keys'
    return fetched.steady >= now.steady || isFetchedAfter(issuedBy, fetched, now) ? 'doubt' : 'kid'
  }

  function notNow (issuedBy: number): Failure {
    const occasion = occasionFor(issuedBy, moment(clock.monotonic()))
    const seconds = Math.max(1, Math.ceil(attempts.timeUntil(occasion) / 1000))
    const reason = occasion === 'keys' || lastError !== null ? 'key_endpoint' : 'key_pending'
    return unavailable(reason, lastError ?? undefined, seconds)
  }

  function refreshWhenDue (now: Moment): SharedAttempt | null {
    return isDue(fetched, now, settings) ? attempts.join('refresh') : null
  }

  /** A refresh that a request has to wait for: those in the background come to nothing while the process stands still. */
  function awaitedRefresh (now: Moment): SharedAttempt | null {
    const refresh = refreshWhenDue(now)
    return refresh !== null && attempts.isInterrupted() ? refresh : null
  }

  async function load (): Promise<Failure | null> {
    const hasKeys = (): boolean => isUsable(fetched, time.at(clock.monotonic()), settings)
    for (let made = 0; !hasKeys() && made < mostAttempts; made++) await attempts.join('keys')?.wait()
    if (hasKeys()) return null
    return closing.signal.aborted ? unavailable('closed') : notNow(-Infinity)
  }

  function status (): KeySourceStatus {
    const age = ageOf(fetched, time.at(clock.monotonic()))
    return {
      ...owner,
      state: age < settings.refreshAfter ? 'fresh' : age < settings.maxStale ? 'stale' : 'empty',
      age: age === Infinity ? null : Math.round(age),
      lastError
    }
  }

  return {
    find,
    knows: (kid) => isUsable(fetched, time.at(clock.monotonic()), settings) && keys.has(kid),
    // Of every request with a remembered token: no clock is read for it.
    serves: (key, monotonic, now) => !key.retired && isUsable(fetched, time.at(monotonic), settings) && awaitedRefresh(moment(monotonic, now)) === null,
    load,
    status,
    warmUp: () => { refreshWhenDue(moment(clock.monotonic())) },
    close: () => closing.abort()
  }
}

/**
 * The keys of one issuer, fetched: when to fetch, how long to trust, what to say meanwhile.
 *
 * jose's remote key set, which this holds, fails every request once its keys have aged and the endpoint is down,
 * has no back-off after a failed fetch, and ages by the system clock; so it is asked to reload only from here.
 */
import { createRemoteJWKSet, customFetch } from 'jose'
import type { Clock } from '../time/clock.js'
import { tokenInvalid, unavailable } from '../errors/failure.js'
import type { KeySettings } from './key-settings.js'
import type { RsaSigningJwk } from './jwk.js'
import { createKeyFetch, KeyFetchError } from './key-endpoint.js'
import type { KeyOwner, KeySearch, KeySource, KeySourceStatus } from './key-source.js'
import { importSigningKeys, noSigningKeys, retireMissing } from './signing-keys.js'
import type { SigningKey, SigningKeys } from './signing-keys.js'

/**
 * Called after a fetch that left the source in another state than the one before it, or failed in another way:
 * the first, one that failed anew, one after which the keys were too old, one that recovered.
 */
export type KeySourceObserver = (status: KeySourceStatus) => void

/** Makes the source of keys that are fetched from `jwksUri`. */
export function createRemoteKeySource (owner: KeyOwner, jwksUri: string, settings: KeySettings, clock: Clock, observe: KeySourceObserver): KeySource {
  const closing = new AbortController()
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    [customFetch]: createKeyFetch(settings, closing.signal),
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity
  })

  let keys: SigningKeys = noSigningKeys
  // Monotonic times in milliseconds.
  let loadedAt = -Infinity
  let attemptedAt = -Infinity
  let attempt: Promise<void> | null = null
  let lastError: Error | null = null
  let observed = ''

  async function load (): Promise<void> {
    await remote.reload()
    // After a reload there is a set, and the fetch has let only usable keys pass.
    const published = remote.jwks() as unknown as { readonly keys: readonly RsaSigningJwk[] }
    const imported = await importSigningKeys(published.keys, remote, keys)
    if (imported.size === 0) throw new KeyFetchError('empty', 'none of the published keys could be imported')
    retireMissing(keys, imported)
    keys = imported
    loadedAt = clock.monotonic()
  }

  // One at a time, and one per cooldown, whether it succeeds or not and whoever asks. Never rejects.
  function attemptLoad (now: number): Promise<void> | null {
    if (attempt !== null || closing.signal.aborted || now - attemptedAt < settings.cooldown) return attempt
    attemptedAt = now
    attempt = load().then(() => settle(null), settle)
    return attempt
  }

  function settle (error: Error | null): void {
    attempt = null
    lastError = error
    const standing = status()
    const observable = `${standing.state} ${error?.message}`
    if (observable === observed || closing.signal.aborted) return
    observed = observable
    try {
      observe(standing)
    } catch {
      // A logger that fails must not fail those who wait for keys, and it is the one that could be told.
    }
  }

  function isUsable (now: number): boolean {
    return now - loadedAt < settings.maxStale
  }

  function usableKeys (kid: string, now: number): readonly SigningKey[] | undefined {
    return isUsable(now) ? keys.get(kid) : undefined
  }

  function find (kid: string): KeySearch | Promise<KeySearch> {
    const now = clock.monotonic()
    const known = usableKeys(kid, now)
    if (known !== undefined) {
      refreshWhenDue(now)
      return known
    }
    const loading = attemptLoad(now)
    // At once while no attempt is running or allowed, so that a flood of unknown keys leaves nothing waiting.
    return loading === null ? findNow(kid) : loading.then(() => findNow(kid))
  }

  function findNow (kid: string): KeySearch {
    const now = clock.monotonic()
    const found = usableKeys(kid, now)
    if (found !== undefined) return found
    if (closing.signal.aborted) return unavailable('closed')
    // Only a set that was fetched without error can say that a key does not exist.
    if (isUsable(now) && lastError === null) return tokenInvalid('kid')
    return unavailable('key_endpoint', lastError ?? undefined, Math.max(1, Math.ceil((attemptedAt + settings.cooldown - now) / 1000)))
  }

  function refreshWhenDue (now: number): void {
    if (now - loadedAt >= settings.refreshAfter) void attemptLoad(now)
  }

  function status (): KeySourceStatus {
    const age = clock.monotonic() - loadedAt
    return {
      ...owner,
      state: age < settings.refreshAfter ? 'fresh' : age < settings.maxStale ? 'stale' : 'empty',
      age: age === Infinity ? null : Math.round(age),
      lastError
    }
  }

  return {
    find,
    serves: (key, now) => {
      if (key.retired || !isUsable(now)) return false
      refreshWhenDue(now)
      return true
    },
    status,
    warmUp: () => refreshWhenDue(clock.monotonic()),
    close: () => closing.abort()
  }
}

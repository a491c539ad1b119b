/** Where a verifier finds the keys of one issuer: the interface, its states, and the source that never fetches. */
import { tokenInvalid, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { JsonWebKeySet, RsaSigningJwk } from './jwk.js'
import { importSigningKeys, noSigningKeys } from './signing-keys.js'
import type { SigningKey, SigningKeys } from './signing-keys.js'

/** The keys named by a `kid`, or why there are none: `kid` when it is unknown, `key_endpoint` when nobody can say. */
export type KeySearch = readonly SigningKey[] | Failure

/**
 * How the keys of one issuer stand, for readiness probes.
 *
 * - `fresh`: younger than `keys.refreshAfter`, or a static set.
 * - `stale`: older, still used while they are fetched again.
 * - `empty`: never had, or older than `keys.maxStale`; requests with tokens of this issuer get 503.
 */
export interface KeySourceStatus {
  readonly userPoolId: string
  readonly issuer: string
  readonly state: 'fresh' | 'stale' | 'empty'
  /** Milliseconds since the keys were fetched; `null` if they never were. */
  readonly age: number | null
  /** Why the last attempt to fetch failed; `null` if it succeeded or there was none. */
  readonly lastError: Error | null
}

/**
 * Called after an attempt that left the source in another state than the one before it, or failed in another way:
 * the first, one that failed anew, one after which the keys were too old, one that recovered.
 */
export type KeySourceObserver = (status: KeySourceStatus) => void

/** The keys of one issuer. */
export interface KeySource {
  /**
   * Finds keys by `kid`: at once where they are known or no fetch may be made, else after a fetch. Never rejects.
   *
   * @param issuedBy Milliseconds since the Unix epoch: the latest time at which the token can have been issued. A key set
   * fetched after it says that a key does not exist; an older one does not.
   */
  find (kid: string, issuedBy: number): KeySearch | Promise<KeySearch>
  /** Tells whether {@link KeySource.find} needs no fetch to give its last word on this id; starts none itself. */
  knows (kid: string): boolean
  /**
   * Tells whether what was verified with this key still counts at these readings of both clocks, without a look at the keys;
   * may start a fetch in the background.
   */
  serves (key: SigningKey, monotonic: number, now: number): boolean
  /** Waits until there are keys, or until it is known that there are none for now. Never rejects. */
  load (): Promise<Failure | null>
  status (): KeySourceStatus
  /** Starts a fetch in the background if one is due, such as the first. */
  warmUp (): void
  /** Aborts a running fetch; afterwards nothing is fetched any more. */
  close (): void
}

/** Who the keys belong to. */
export interface KeyOwner {
  readonly userPoolId: string
  readonly issuer: string
}

/** Makes the source of a key set that is used as it is: no network, no age. */
export function createStaticKeySource (owner: KeyOwner, jwks: JsonWebKeySet): KeySource {
  let imported: SigningKeys | null = null
  const importing = importSigningKeys(jwks.keys as readonly RsaSigningJwk[], noSigningKeys).then((keys) => { imported = keys })
  const search = (kid: string): KeySearch => imported === null || imported.size === 0 ? unavailable('key_import') : imported.get(kid) ?? tokenInvalid('kid')
  return {
    find: (kid) => imported === null ? importing.then(() => search(kid)) : search(kid),
    knows: () => true,
    serves: () => true,
    load: async () => {
      await importing
      return imported === null || imported.size === 0 ? unavailable('key_import') : null
    },
    status: () => ({ ...owner, state: 'fresh', age: null, lastError: null }),
    warmUp: () => {},
    close: () => {}
  }
}

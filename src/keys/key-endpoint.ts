/** One request to a JWKS endpoint. The only code that meets the network. */
import type { RsaSigningJwk } from './jwk.js'
import { readJson, readUsableKeys } from './key-body.js'
import { asKeyFetchError, KeyFetchError } from './key-fetch-error.js'
import type { KeySettings } from './key-settings.js'

/** Fetches a key set once. Rejects with a {@link KeyFetchError}. */
export type FetchKeys = (signal: AbortSignal) => Promise<readonly RsaSigningJwk[]>

// A plain object, and no class of the environment's: a test may have put another in its place.
const headers = { accept: 'application/json, application/jwk-set+json' }

/**
 * Makes the function that fetches one key set: it passes on only the keys of a 200 answer within the bounds that can
 * verify RS256, and only when there is one.
 *
 * Bounded in size, but not in time: the signal ends it, also where the `fetch` of the application does not heed it.
 */
export function createKeyFetch (jwksUri: string, settings: Pick<KeySettings, 'fetch' | 'maxBytes'>): FetchKeys {
  return (signal) => fetchOnce(jwksUri, settings, signal, readUsableKeys)
}

/** Fetches any other JSON of an issuer once, within the same bounds. Rejects with a {@link KeyFetchError}. */
export async function fetchJson (address: string, settings: Pick<KeySettings, 'fetch' | 'maxBytes'>, signal: AbortSignal): Promise<unknown> {
  return fetchOnce(address, settings, signal, readJson)
}

type Read<T> = (response: object, maxBytes: number) => Promise<T>

async function fetchOnce<T> (address: string, settings: Pick<KeySettings, 'fetch' | 'maxBytes'>, signal: AbortSignal, read: Read<T>): Promise<T> {
  return Promise.race([untilAborted(signal), load(address, settings, signal, read)])
}

async function load<T> (address: string, { fetch, maxBytes }: Pick<KeySettings, 'fetch' | 'maxBytes'>, signal: AbortSignal, read: Read<T>): Promise<T> {
  try {
    const response = await fetch(address, { method: 'GET', headers, redirect: 'manual', signal })
    if (response.redirected || (response.status >= 300 && response.status < 400)) {
      throw new KeyFetchError('redirect', `the key endpoint redirects (status ${response.status}), which is refused`)
    }
    if (response.status !== 200) throw new KeyFetchError('status', `the key endpoint answered ${response.status}`)
    return await read(response, maxBytes)
  } catch (cause) {
    throw asKeyFetchError(cause)
  }
}

function untilAborted (signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

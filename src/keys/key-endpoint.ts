/** One request to a JWKS endpoint. The only code that meets the network. */
import type { RsaSigningJwk } from './jwk.js'
import { readUsableKeys } from './key-body.js'
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
  return (signal) => Promise.race([untilAborted(signal), load(jwksUri, settings, signal)])
}

async function load (jwksUri: string, { fetch, maxBytes }: Pick<KeySettings, 'fetch' | 'maxBytes'>, signal: AbortSignal): Promise<readonly RsaSigningJwk[]> {
  try {
    const response = await fetch(jwksUri, { method: 'GET', headers, redirect: 'manual', signal })
    if (response.redirected || (response.status >= 300 && response.status < 400)) {
      throw new KeyFetchError('redirect', `the key endpoint redirects (status ${response.status}), which is refused`)
    }
    if (response.status !== 200) throw new KeyFetchError('status', `the key endpoint answered ${response.status}`)
    return await readUsableKeys(response, maxBytes)
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

/** One request to a JWKS endpoint, bounded in time and size. The only code that meets the network. */
import type { FetchImplementation } from 'jose'
import type { KeySettings } from './key-settings.js'
import { isUsableSigningKey } from './jwk.js'

/** What went wrong with a fetch of keys. */
export type KeyFetchFault = 'network' | 'timeout' | 'status' | 'redirect' | 'size' | 'parse' | 'empty' | 'closed'

/**
 * Why a key set could not be had. `cause` holds the underlying error: of DNS, TLS or the socket for `network`.
 *
 * Faults: `network`, `timeout` (milliseconds in the message), `status` (anything but 200), `redirect`, `size` (more
 * than `keys.maxBytes` after decompression), `parse` (no JSON Web Key Set), `empty` (no usable RSA signing key), `closed`.
 */
export class KeyFetchError extends Error {
  override readonly name = 'KeyFetchError'
  readonly fault: KeyFetchFault

  constructor (fault: KeyFetchFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

/**
 * Makes the function through which jose fetches one key set: it passes on only a 200 answer within the bounds,
 * reduced to the keys that can verify RS256, and only when there is one.
 *
 * jose itself reads a body of any size and would let an empty set replace a good one.
 *
 * @param closing Aborts a running fetch.
 */
export function createKeyFetch (settings: KeySettings, closing: AbortSignal): FetchImplementation {
  return async (url, { headers }) => {
    const controller = new AbortController()
    const abort = (): void => controller.abort(new KeyFetchError('closed', 'the verifier was closed'))
    const timer = setTimeout(() => controller.abort(
      new KeyFetchError('timeout', `no complete answer within ${settings.timeout} ms`)
    ), settings.timeout)
    // A process with nothing else to do may end; a request that is waiting keeps it alive by its socket.
    timer.unref()
    closing.addEventListener('abort', abort, { once: true })
    try {
      // Raced, because a `fetch` of the application's need not heed the signal.
      return await Promise.race([untilAborted(controller.signal), load(url, headers, settings, controller.signal)])
    } finally {
      clearTimeout(timer)
      closing.removeEventListener('abort', abort)
      // Frees the connection of an answer whose body nobody will read.
      controller.abort()
    }
  }
}

async function load (url: string, headers: Headers, settings: KeySettings, signal: AbortSignal): Promise<Response> {
  try {
    const response = await settings.fetch(url, { method: 'GET', headers, redirect: 'manual', signal })
    return Response.json({ keys: await readUsableKeys(response, settings.maxBytes) })
  } catch (cause) {
    if (cause instanceof KeyFetchError) throw cause
    throw new KeyFetchError('network', `the request for keys failed: ${describe(cause)}`, { cause })
  }
}

async function readUsableKeys (response: Response, maxBytes: number): Promise<unknown[]> {
  if (response.redirected || (response.status >= 300 && response.status < 400)) {
    throw new KeyFetchError('redirect', `the key endpoint redirects (status ${response.status}), which is refused`)
  }
  if (response.status !== 200) throw new KeyFetchError('status', `the key endpoint answered ${response.status}`)
  return parseUsableKeys(await readBody(response, maxBytes))
}

async function readBody ({ body }: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (body !== null) {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > maxBytes) throw new KeyFetchError('size', `the key set is larger than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
  }
  return Buffer.concat(chunks)
}

function parseUsableKeys (bytes: Buffer): unknown[] {
  let set: unknown
  try {
    set = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new KeyFetchError('parse', 'the key endpoint did not answer with JSON', { cause })
  }
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) {
    throw new KeyFetchError('parse', 'the key endpoint did not answer with a JSON Web Key Set')
  }
  const usable = set.keys.filter(isUsableSigningKey)
  if (usable.length === 0) throw new KeyFetchError('empty', `none of the ${set.keys.length} published keys is an RSA signing key of 2048 bits or more`)
  return usable
}

function untilAborted (signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

// fetch says "fetch failed" and keeps what happened in `cause`. A code (ECONNREFUSED, ERR_TLS_CERT_ALTNAME_INVALID) is
// preferred: messages name the address that was tried, so one outage would look like a new one with every address.
function describe (error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  if (!(inner instanceof Error)) return String(inner)
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
}

/** What can go wrong with a fetch of keys. */
import { escapeHidden } from '../errors/shown-text.js'

/** What went wrong with a fetch of keys. */
export type KeyFetchFault = 'network' | 'timeout' | 'paused' | 'status' | 'redirect' | 'size' | 'parse' | 'empty' | 'closed'

/**
 * Why a key set could not be had. `cause` holds the underlying error: of DNS, TLS or the socket for `network`.
 *
 * Faults: `network`, `timeout` (milliseconds in the message), `paused` (the process stood still during the fetch, several
 * times in a row), `status` (anything but 200), `redirect`, `size` (more than `keys.maxBytes` after decompression), `parse`
 * (no JSON Web Key Set), `empty` (no usable RSA signing key), `closed`.
 */
export class KeyFetchError extends Error {
  override readonly name = 'KeyFetchError'
  readonly fault: KeyFetchFault

  constructor (fault: KeyFetchFault, message: string, options?: ErrorOptions) {
    // It may repeat what another machine has sent.
    super(escapeHidden(message), options)
    this.fault = fault
  }
}

/** Makes an error of the network of whatever a `fetch` was rejected with; a {@link KeyFetchError} stays what it is. */
export function asKeyFetchError (cause: unknown): KeyFetchError {
  return cause instanceof KeyFetchError ? cause : new KeyFetchError('network', `the request for keys failed: ${describe(cause)}`, { cause })
}

// fetch says "fetch failed" and keeps what happened in `cause`. A code (ECONNREFUSED, ERR_TLS_CERT_ALTNAME_INVALID) is
// preferred: messages name the address that was tried, so one outage would look like a new one with every address.
function describe (error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  if (!(inner instanceof Error)) return String(inner)
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
}

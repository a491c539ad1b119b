/** Why a list of revoked tokens cannot answer. */
import { escapeHidden } from '../errors/shown-text.js'

/** What is wrong with a list. */
export type RevocationFault = 'store' | 'timeout' | 'page' | 'stale' | 'full' | 'closed' | 'user'

/**
 * Why a list of revoked tokens could not answer. Thrown by `isRevoked`, it becomes a 503 with the reason `is_revoked`.
 *
 * Faults: `store` (it rejected; see `cause`), `timeout` (it did not answer in time), `page` (it answered what cannot be
 * read), `stale` (the copy is older than `maxStale`, or was never loaded; see `cause`), `full` (more than `maxEntries`
 * revocations), `closed`, `user` (not the user of a verified token).
 */
export class RevocationListError extends Error {
  override readonly name = 'RevocationListError'
  readonly fault: RevocationFault

  constructor (fault: RevocationFault, message: string, options?: ErrorOptions) {
    // It may repeat what another machine has sent.
    super(escapeHidden(message), options)
    this.fault = fault
  }
}

/** Makes an error of the list of whatever a store was rejected with; a {@link RevocationListError} stays what it is. */
export function asRevocationListError (cause: unknown): RevocationListError {
  if (cause instanceof RevocationListError) return cause
  return new RevocationListError('store', `the store of revoked tokens failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}

/** The error of a list that was closed. */
export function listClosed (): RevocationListError {
  return new RevocationListError('closed', 'the list of revoked tokens was closed')
}

/** The error of a list that has no room for a revocation: whoever is not known to be revoked may be all the same. */
export function listFull (maxEntries: number): RevocationListError {
  return new RevocationListError('full', `there are more than ${maxEntries} revocations; raise maxEntries if the process has memory for more`)
}

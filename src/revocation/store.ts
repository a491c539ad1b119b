/** What a list needs of its store. */
import type { Seconds } from '../options/options.js'
import type { Revocation, StoredRevocation } from './revocation.js'

/** What has been appended after a cursor, or a part of it. */
export interface RevocationPage {
  /** Oldest first. Some that were read before do no harm. */
  readonly entries: readonly StoredRevocation[]
  /** The place of the last of these, or of the cursor where there are none; `null` for a store in which nothing was ever found. */
  readonly cursor: string | null
  /** Whether there is more to read at once. */
  readonly more: boolean
  /** The store's clock. */
  readonly now: Seconds
}

/**
 * A log that is only ever appended to. It may forget what is older than 90,000 seconds (25 hours).
 *
 * Both functions reject where the store does not answer, and never answer for it.
 */
export interface RevocationStore {
  /** Appends a revocation, and gives it as it was stored: by now it will be read by everyone. */
  append (revocation: Revocation): Promise<StoredRevocation>
  /**
   * Reads what was appended after a cursor; `null` for all there is. For a cursor whose place is gone, trimmed away or lost
   * with the store's data, it begins again with the oldest: to skip what lies between would be to miss revocations.
   */
  readAfter (cursor: string | null): Promise<RevocationPage>
}

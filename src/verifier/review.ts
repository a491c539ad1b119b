/** Whether a verified token still holds, after a function of the application has taken its time. */
import { judgeExpiry } from '../claims/claim-rules.js'
import { tokenInvalid } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { KeySource } from '../keys/key-source.js'
import type { SigningKey } from '../keys/signing-keys.js'
import type { Clock } from '../time/clock.js'
import type { Trust } from './trusted-issuer.js'

/** What time can take from a token that was verified. */
export interface Perishable {
  /** Milliseconds since the Unix epoch: `exp`. */
  readonly expiresAt: number
  readonly key: SigningKey
  readonly keySource: KeySource
  readonly trust: Pick<Trust, 'isWithdrawn'>
}

/**
 * Judges again by the trust in the pool, by `exp`, by the key and by the age of the keys; `null` if the token still holds. At once, unless the keys
 * have become too old meanwhile: then they are fetched within the request, which is refused only if that fails. Never rejects.
 */
export type Review = (verified: Perishable) => Failure | null | Promise<Failure | null>

/**
 * Makes the review.
 *
 * @param clockTolerance Seconds by which `exp` may have passed.
 */
export function createReview (clockTolerance: number, clock: Clock): Review {
  function judge ({ expiresAt, key, trust }: Perishable, now: number = clock.now()): Failure | null {
    if (trust.isWithdrawn) return tokenInvalid('issuer')
    // The key may have been withdrawn while nobody looked.
    if (key.retired) return tokenInvalid('kid')
    return judgeExpiry(expiresAt / 1000, clockTolerance, now / 1000)
  }

  async function judgeWithKeys (verified: Perishable): Promise<Failure | null> {
    const lack = await verified.keySource.load()
    // A pool that was withdrawn meanwhile has no keys either.
    return judge(verified) ?? lack
  }

  return (verified) => {
    const now = clock.now()
    return verified.keySource.serves(verified.key, clock.monotonic(), now) ? judge(verified, now) : judgeWithKeys(verified)
  }
}

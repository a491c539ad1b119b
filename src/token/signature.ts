/** The signature of a token, checked with a published key. */
import { verify } from 'node:crypto'
import type { SigningKey } from '../keys/signing-keys.js'

/**
 * Resolves to the key that made an RS256 signature, or to `null` when none of them did.
 *
 * @see RFC 7518 §3.3: RSASSA-PKCS1-v1_5 with SHA-256
 */
export async function findSigner (keys: readonly SigningKey[], signingInput: Buffer, signature: Buffer): Promise<SigningKey | null> {
  for (const key of keys) {
    if (await isSignedBy(key, signingInput, signature)) return key
  }
  return null
}

// The form with a callback runs on the thread pool, so that a flood of tokens does not hold up other requests.
// `jose.jwtVerify` with the same key does nearly as much on the main thread as the whole verification takes.
function isSignedBy ({ publicKey }: SigningKey, signingInput: Buffer, signature: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify('sha256', signingInput, publicKey, signature, (error, isValid) => {
      if (error === null) resolve(isValid)
      else reject(error)
    })
  })
}

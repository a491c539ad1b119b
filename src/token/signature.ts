/** The signature of a token, checked with a published key. */
import { verify } from 'node:crypto'
import type { SigningKey } from '../keys/signing-keys.js'
import type { CompactJws } from './compact-jws.js'

/**
 * Resolves to the key that made an RS256 signature, or to `null` when none of them did.
 *
 * `crypto.verify` in its form with a callback runs on the thread pool: it takes 3 to 8 µs of the main thread, where
 * `jose.jwtVerify` with the same key takes 22 to 38, nearly as much as the whole verification, and a flood of tokens
 * would hold up every other request. That is why the signature is checked here, with the keys that jose imported.
 *
 * @see RFC 7518 §3.3: RSASSA-PKCS1-v1_5 with SHA-256
 */
export function findSigner (keys: readonly SigningKey[], jws: Pick<CompactJws, 'signingInput' | 'signature'>): Promise<SigningKey | null> {
  const signingInput = Buffer.from(jws.signingInput, 'latin1')
  const signature = Buffer.from(jws.signature, 'base64url')
  return new Promise((resolve, reject) => {
    tryFrom(0)

    function tryFrom (index: number): void {
      const key = keys[index]
      if (key === undefined) {
        resolve(null)
        return
      }
      verify('sha256', signingInput, key.publicKey, signature, (error, isValid) => {
        if (error !== null) reject(error)
        else if (isValid) resolve(key)
        else tryFrom(index + 1)
      })
    }
  })
}

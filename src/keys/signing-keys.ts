/** Imported keys, found by `kid`; jose imports them and holds the set they come from. */
import { KeyObject } from 'node:crypto'
import { errors } from 'jose'
import type { CryptoKey, JWTVerifyGetKey } from 'jose'
import type { RsaSigningJwk } from './jwk.js'

/** One key that tokens may be signed with. The object stays the same as long as the key is published. */
export interface SigningKey {
  readonly kid: string
  readonly publicKey: KeyObject
  /** Set once a newer set does not hold this key any more: what was verified with it is no longer valid. */
  retired: boolean
}

/** All keys of one set. Two keys may share a `kid`; a signature by either counts. */
export type SigningKeys = ReadonlyMap<string, readonly SigningKey[]>

/** A key set without keys. */
export const noSigningKeys: SigningKeys = new Map()

/**
 * Imports the keys of a set through jose, keeping the objects of those that `previous` had. Keys that cannot be
 * imported are left out.
 */
export async function importSigningKeys (jwks: readonly RsaSigningJwk[], resolve: JWTVerifyGetKey, previous: SigningKeys): Promise<SigningKeys> {
  const next = new Map<string, readonly SigningKey[]>()
  for (const kid of new Set(jwks.map((jwk) => jwk.kid))) {
    const known = previous.get(kid) ?? []
    const keys = (await importAll(kid, resolve)).map((cryptoKey) => {
      const publicKey = KeyObject.from(cryptoKey)
      return known.find((key) => key.publicKey.equals(publicKey)) ?? { kid, publicKey, retired: false }
    })
    if (keys.length > 0) next.set(kid, keys)
  }
  return next
}

/** Retires the keys of `previous` that `next` does not hold; to be called in the moment that `next` takes its place. */
export function retireMissing (previous: SigningKeys, next: SigningKeys): void {
  for (const [kid, keys] of previous) {
    for (const key of keys) key.retired = next.get(kid)?.includes(key) !== true
  }
}

// A key that OpenSSL does not accept is left out like one of the wrong kind: the good keys beside it have to work.
async function importAll (kid: string, resolve: JWTVerifyGetKey): Promise<CryptoKey[]> {
  try {
    // jose's key sets resolve to the keys they have imported, never to the other forms the type allows.
    return [await resolve({ alg: 'RS256', kid }, { payload: '', signature: '' }) as CryptoKey]
  } catch (error) {
    const keys: CryptoKey[] = []
    if (error instanceof errors.JWKSMultipleMatchingKeys) for await (const key of error) keys.push(key)
    return keys
  }
}

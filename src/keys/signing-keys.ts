/** Imported keys, found by `kid`; jose imports them. */
import { KeyObject } from 'node:crypto'
import { importJWK } from 'jose/key/import'
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

/** The most keys of one `kid`: a signature that none of them made is checked with each. Cognito publishes one. */
export const mostKeysOfOneId = 4

/**
 * Imports the keys of a set, keeping the objects of those that `previous` had. Keys that cannot be imported are left
 * out, and so are those of a `kid` after the first {@link mostKeysOfOneId}.
 */
export async function importSigningKeys (jwks: readonly RsaSigningJwk[], previous: SigningKeys): Promise<SigningKeys> {
  const next = new Map<string, SigningKey[]>()
  for (const jwk of jwks) {
    const { kid } = jwk
    const keys = next.get(kid) ?? []
    if (keys.length === mostKeysOfOneId) continue
    const publicKey = await importKey(jwk)
    // A key that is published twice is one.
    if (publicKey === null || keys.some((key) => key.publicKey.equals(publicKey))) continue
    keys.push(previous.get(kid)?.find((key) => key.publicKey.equals(publicKey)) ?? { kid, publicKey, retired: false })
    next.set(kid, keys)
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
async function importKey ({ kty, n, e, key_ops: operations, ext }: RsaSigningJwk): Promise<KeyObject | null> {
  try {
    // Only what a key is made of: whatever else stands beside it is not looked at, however deep it is.
    const jwk = { kty, n, e, ...(operations === undefined ? {} : { key_ops: operations as string[] }), ...(ext === undefined ? {} : { ext: ext as boolean }) }
    const imported = await importJWK(jwk, 'RS256')
    return KeyObject.from(imported)
  } catch {
    return null
  }
}

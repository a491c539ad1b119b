/** Real RSA keys for tests, made once per process, since making one takes longer than most tests. */
import { createHash, generateKeyPair } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JsonWebKey } from '../keys/jwk.js'

/** An RSA key as a pool uses it. */
export interface TestKey {
  /** 44 characters of base64, like Cognito's; different for each pool. */
  readonly kid: string
  readonly privateKey: KeyObject
  /** The public half, as it is published. */
  readonly jwk: JsonWebKey
}

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const generate = promisify(generateKeyPair)
const keyPairs: Array<Promise<KeyPair>> = []

/** The key number `index` of a pool. Pools of one process share the key material, not the `kid`. */
export async function testKey (userPoolId: string, index: number): Promise<TestKey> {
  const { publicKey, privateKey } = await (keyPairs[index] ??= generate('rsa', { modulusLength: 2048 }))
  const kid = createHash('sha256').update(`${userPoolId} ${index}`).digest('base64')
  const { n, e } = publicKey.export({ format: 'jwk' })
  return { kid, privateKey, jwk: { alg: 'RS256', e: e as string, kid, kty: 'RSA', n: n as string, use: 'sig' } }
}

/** Real RSA keys for tests. Making one takes longer than most tests, so they are shared by a process, or handed in. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, KeyObject } from 'node:crypto'
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

/**
 * An RSA key pair to hand in. The public half is found from the private one, so what Node's `generateKeyPair` gives
 * fits as it is, and so does what {@link createTestKeyPairs} gives.
 */
export interface TestKeyPair {
  /** RSA of 2048 bits or more, exponent 65537: a `KeyObject`, PEM text (PKCS #8 or PKCS #1) or a private JSON Web Key. */
  readonly privateKey: KeyObject | string | JsonWebKey
}

const generate = promisify(generateKeyPair)
// Pools of one process share the key material, not the `kid`.
const sharedKeys: Array<Promise<KeyObject>> = []

/**
 * Makes RSA key pairs for `createTestUserPool({ keyPairs })`: about a tenth of a second each. They are plain data, so
 * that the set-up of a test suite can make them once and give them to the processes of its tests, in a temporary file
 * or an environment variable. They are for tests alone and belong in no repository.
 *
 * @param count How many. Two serve a pool until it rotates its keys, and each rotation takes two more. Default: 2.
 */
export async function createTestKeyPairs (count = 2): Promise<Array<{ readonly privateKey: string }>> {
  return Promise.all(Array.from({ length: count }, async () => {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 })
    return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
  }))
}

/**
 * The keys of a pool by number: first those handed in, then those that this process makes when it needs them.
 *
 * @throws `TypeError` for a pair that is no RSA key as Cognito has them.
 */
export function createKeyRing (userPoolId: string, keyPairs: readonly TestKeyPair[] = []): (index: number) => Promise<TestKey> {
  if (!Array.isArray(keyPairs)) throw new TypeError('keyPairs must be an array, as createTestKeyPairs() makes it')
  const handedIn = keyPairs.map(readPrivateKey)
  return async (index) => {
    const privateKey = handedIn[index] ?? await (sharedKeys[index] ??= generate('rsa', { modulusLength: 2048 }).then((pair) => pair.privateKey))
    const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' })
    // Of the modulus as well: one pool may be made with different keys in two tests.
    const kid = createHash('sha256').update(`${userPoolId} ${index} ${n}`).digest('base64')
    return { kid, privateKey, jwk: { alg: 'RS256', e: e as string, kid, kty: 'RSA', n: n as string, use: 'sig' } }
  }
}

function readPrivateKey (pair: TestKeyPair | null | undefined, index: number): KeyObject {
  const path = `keyPairs[${index}].privateKey`
  const key = toKeyObject(path, pair?.privateKey)
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {}
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa' || modulusLength < 2048 || publicExponent !== 65_537n) {
    throw new TypeError(`${path} must be the private key of an RSA pair of 2048 bits or more, with the exponent 65537`)
  }
  return key
}

function toKeyObject (path: string, given: unknown): KeyObject {
  if (given instanceof KeyObject) return given
  try {
    if (typeof given === 'string') return createPrivateKey(given)
    return createPrivateKey({ key: { ...given as object }, format: 'jwk' })
  } catch (cause) {
    // What came is a key, and so in no message.
    throw new TypeError(`${path} must be a KeyObject, PEM text or a private JSON Web Key`, { cause })
  }
}

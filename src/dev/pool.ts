/** What a development pool is at one moment: its keys, and whether its key endpoint answers. */
import type { JsonWebKey } from '../keys/jwk.js'
import { createKeyRing } from '../testing/key-pairs.js'
import type { TestKey, TestKeyPair } from '../testing/key-pairs.js'
import type { SigningJwks } from './provider.js'

/** The keys of a pool, and the switches for trying outages. */
export interface PoolKeys {
  /** The key that signs ID tokens now, and the one that signs access tokens. */
  current (): Promise<readonly [id: TestKey, access: TestKey]>
  /** Both with their private halves, for the provider. */
  privateJwks (): Promise<SigningJwks>
  /** What is published. */
  published (): Promise<{ readonly keys: readonly JsonWebKey[] }>
  /** Signs with two new keys once they are made; the old ones stay published with `overlap`. */
  rotate (overlap: boolean): Promise<void>
}

/** Makes the keys of a pool: first the pairs handed in, then such as it makes itself. */
export function createPoolKeys (userPoolId: string, keyPairs: readonly TestKeyPair[]): PoolKeys {
  const testKey = createKeyRing(userPoolId, keyPairs)
  let first = 0
  let firstPublished = 0

  async function current (): Promise<readonly [TestKey, TestKey]> {
    return Promise.all([testKey(first), testKey(first + 1)])
  }

  return {
    current,
    async privateJwks () {
      const [id, access] = await current()
      return { keys: [toPrivateJwk(id), toPrivateJwk(access)] }
    },
    async published () {
      const indexes = Array.from({ length: first + 2 - firstPublished }, (_, offset) => firstPublished + offset)
      const keys = await Promise.all(indexes.map((index) => testKey(index)))
      return { keys: keys.map(({ jwk }) => jwk) }
    },
    async rotate (overlap) {
      // Made before anyone asks for them: a key fetch must not wait for that.
      await Promise.all([testKey(first + 2), testKey(first + 3)])
      firstPublished = overlap ? first : first + 2
      first += 2
    }
  }
}

function toPrivateJwk ({ kid, privateKey }: TestKey): SigningJwks['keys'][0] {
  return { ...privateKey.export({ format: 'jwk' }), kty: 'RSA', kid, use: 'sig', alg: 'RS256' }
}

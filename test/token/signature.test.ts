/** RS256 signatures, by a published vector and by keys of a test user pool. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import type { JsonWebKeySet } from '../../src/index.js'
import type { SigningKey } from '../../src/keys/signing-keys.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { findSigner as findSignerOf } from '../../src/token/signature.js'
import { readFixture } from '../support/fixtures.js'

function findSigner (keys: readonly SigningKey[], signingInput: Buffer, signature: Buffer): Promise<SigningKey | null> {
  return findSignerOf(keys, { signingInput: signingInput.toString('latin1'), signature: signature.toString('base64url') })
}

function keysOf (set: JsonWebKeySet): SigningKey[] {
  return set.keys.map((jwk) => ({ kid: jwk.kid ?? '', publicKey: createPublicKey({ key: { ...jwk }, format: 'jwk' }), retired: false }))
}

function partsOf (token: string): [signingInput: Buffer, signature: Buffer] {
  const end = token.lastIndexOf('.')
  return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')]
}

const rfc7515 = keysOf(JSON.parse(readFixture('key-sets/rfc7515-a2.json')) as JsonWebKeySet)
const vector = partsOf(readFixture('tokens/rfc7515-a2.jws'))

t.test('finds the signer of the example of RFC 7515 A.2', async (t) => {
  t.equal(await findSigner(rfc7515, ...vector), rfc7515[0])
})

t.test('finds the signer among others, wherever it stands', async (t) => {
  const others = keysOf(JSON.parse(readFixture('key-sets/user-pool.json')) as JsonWebKeySet)
  t.equal(others.length, 2)
  t.equal(await findSigner([...others, ...rfc7515], ...vector), rfc7515[0])
  t.equal(await findSigner([...rfc7515, ...others], ...vector), rfc7515[0])
})

t.test('finds none where none has signed', async (t) => {
  const others = keysOf(JSON.parse(readFixture('key-sets/user-pool.json')) as JsonWebKeySet)
  const [signingInput, signature] = vector
  t.equal(await findSigner([], signingInput, signature), null, 'no key')
  t.equal(await findSigner(others, signingInput, signature), null, 'other keys')
  t.equal(await findSigner(rfc7515, Buffer.concat([signingInput, Buffer.from('.')]), signature), null, 'more than was signed')
  t.equal(await findSigner(rfc7515, signingInput.subarray(1), signature), null, 'less than was signed')
  t.equal(await findSigner(rfc7515, signingInput, Buffer.alloc(0)), null, 'an empty signature')
  t.equal(await findSigner(rfc7515, signingInput, signature.subarray(0, -1)), null, 'a signature cut short')
  t.equal(await findSigner(rfc7515, signingInput, Buffer.concat([signature, Buffer.alloc(1)])), null, 'a longer signature')
  t.equal(await findSigner(rfc7515, signingInput, Buffer.alloc(256)), null, 'a signature of zeros')
  t.equal(await findSigner(rfc7515, signingInput, Buffer.alloc(256, 0xff)), null, 'a signature above the modulus')
})

t.test('checks RS256 and no other algorithm of the same key', async (t) => {
  const pool = createTestUserPool()
  const keys = keysOf(await pool.jwks())
  t.equal((await findSigner(keys, ...partsOf(await pool.accessToken())))?.kid, (await pool.header()).kid)
  const [signingInput, signature] = partsOf(await pool.accessToken())
  for (const at of [0, 127, 255]) {
    const altered = Buffer.from(signature)
    altered[at] = (altered[at] ?? 0) ^ 1
    t.equal(await findSigner(keys, signingInput, altered), null, `byte ${at} altered`)
  }
})

t.test('rejects where a key cannot verify RS256 at all, which is no verdict on the signature', async (t) => {
  const { publicKey } = generateKeyPairSync('ed25519')
  await t.rejects(findSigner([{ kid: 'x', publicKey, retired: false }], ...vector))
})

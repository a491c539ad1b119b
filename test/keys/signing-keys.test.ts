import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import type { RsaSigningJwk } from '../../src/keys/jwk.js'
import { importSigningKeys, noSigningKeys, retireMissing } from '../../src/keys/signing-keys.js'
import type { SigningKeys } from '../../src/keys/signing-keys.js'

const pairs = [1, 2, 3].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)

function jwk (kid: string, pair: number, members: object = {}): RsaSigningJwk {
  const { n = '' } = pairs[pair]?.export({ format: 'jwk' }) ?? {}
  return { kty: 'RSA', kid, n, e: 'AQAB', ...members }
}

function importAll (jwks: readonly RsaSigningJwk[], previous: SigningKeys = noSigningKeys): Promise<SigningKeys> {
  return importSigningKeys(jwks, previous)
}

t.test('keys are imported and found by their kid', async (t) => {
  const keys = await importAll([jwk('a', 0), jwk('b', 1)])
  t.strictSame([...keys.keys()], ['a', 'b'])
  for (const [index, kid] of ['a', 'b'].entries()) {
    const [key, ...others] = keys.get(kid) ?? []
    t.match(key, { kid, retired: false })
    t.ok(key !== undefined && pairs[index]?.equals(key.publicKey))
    t.equal(others.length, 0)
  }
})

t.test('two keys under one kid are both there', async (t) => {
  const keys = await importAll([jwk('a', 0), jwk('a', 1)])
  t.equal(keys.get('a')?.length, 2)
})

t.test('a key that cannot be imported is left out', async (t) => {
  const bad = { key_ops: ['verify', 'encrypt'] }
  const beside = await importAll([jwk('a', 0, bad), jwk('b', 1)])
  t.strictSame([...beside.keys()], ['b'])
  const twins = await importAll([jwk('a', 0, bad), jwk('a', 1)])
  t.equal(twins.get('a')?.length, 1)
  t.equal((await importAll([jwk('a', 0, bad)])).size, 0)
})

t.test('a key keeps its object as long as kid and key stay the same', async (t) => {
  const before = await importAll([jwk('a', 0), jwk('b', 1)])
  const after = await importAll([jwk('b', 1, { alg: 'RS256' }), jwk('a', 0)], before)
  t.equal(after.get('a')?.[0], before.get('a')?.[0])
  t.equal(after.get('b')?.[0], before.get('b')?.[0])
})

t.test('a key gets a new object under another kid, and another key under its kid', async (t) => {
  const before = await importAll([jwk('a', 0)])
  const after = await importAll([jwk('b', 0), jwk('a', 1)], before)
  t.not(after.get('b')?.[0], before.get('a')?.[0])
  t.not(after.get('a')?.[0], before.get('a')?.[0])
})

t.test('importing retires nothing: the old keys count until the new ones take their place', async (t) => {
  const before = await importAll([jwk('a', 0)])
  await importAll([jwk('b', 1)], before)
  t.equal(before.get('a')?.[0]?.retired, false)
})

t.test('keys that are gone or replaced are retired, and only those', async (t) => {
  const before = await importAll([jwk('kept', 0), jwk('gone', 1), jwk('replaced', 1), jwk('twin', 0), jwk('twin', 1)])
  const after = await importAll([jwk('kept', 0), jwk('replaced', 2), jwk('twin', 1)], before)
  retireMissing(before, after)
  const retired = (kid: string): boolean[] | undefined => before.get(kid)?.map((key) => key.retired)
  t.strictSame(['kept', 'gone', 'replaced', 'twin'].map(retired), [[false], [true], [true], [true, false]])
  t.strictSame([...after.values()].flat().map((key) => key.retired), [false, false, false])
})

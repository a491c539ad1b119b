import t from 'tap'
import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createVerifier } from '../../src/index.js'
import { createTestKeyPairs, createTestUserPool } from '../../src/testing/index.js'
import type { TestKeyPair, TestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { createTestClock } from '../support/test-clock.js'

const pairs = await createTestKeyPairs(4)

function modulusOf (key: KeyObject | string): unknown {
  return createPublicKey(key).export({ format: 'jwk' }).n
}

async function moduliOf (pool: TestUserPool): Promise<unknown[]> {
  return (await pool.jwks()).keys.map(({ n }) => n)
}

const moduli = pairs.map(({ privateKey }) => modulusOf(privateKey))

t.test('key pairs are as many as were asked for, two if nobody says, and all different', async (t) => {
  t.equal(new Set(moduli).size, 4)
  t.equal((await createTestKeyPairs()).length, 2)
  t.strictSame(await createTestKeyPairs(0), [])
})

t.test('key pairs are plain data: what has gone through JSON serves as well', async (t) => {
  const copied = JSON.parse(JSON.stringify(pairs)) as TestKeyPair[]
  t.strictSame(await moduliOf(createTestUserPool({ keyPairs: copied })), moduli.slice(0, 2))
})

t.test('a pool signs and publishes with the pairs it was given, access and ID tokens alike', async (t) => {
  const pool = createTestUserPool({ keyPairs: pairs })
  t.strictSame(await moduliOf(pool), moduli.slice(0, 2))
  const verifier = createVerifier(pool.options)
  t.teardown(() => verifier.close())
  t.match(await verifier.verify(await pool.accessToken()), { tokenUse: 'access' })
  t.match(await verifier.verify(await pool.idToken()), { tokenUse: 'id' })
})

t.test('two pools with the same pairs and id are one: a token of either is good at the other', async (t) => {
  const [one, two] = [createTestUserPool({ keyPairs: pairs }), createTestUserPool({ keyPairs: pairs })]
  t.strictSame(await one.jwks(), await two.jwks())
  const verifier = createVerifier(two.options)
  t.teardown(() => verifier.close())
  t.match(await verifier.verify(await one.accessToken()), { username: 'test-user' })
})

t.test('pools with the same pairs and other ids, or the same id and other pairs, are strangers', async (t) => {
  const pool = createTestUserPool({ keyPairs: pairs })
  const verifier = createVerifier(pool.options)
  t.teardown(() => verifier.close())
  const namesake = createTestUserPool({ keyPairs: pairs.slice(2) })
  const other = createTestUserPool({ userPoolId: 'us-east-1_Other', keyPairs: pairs })
  await t.rejects(verifier.verify(await other.accessToken()), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'issuer' })
  await t.rejects(verifier.verify(await other.accessToken({ iss: pool.issuer })), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
  const header = await pool.header()
  t.not((await namesake.header()).kid, header.kid)
  await t.rejects(verifier.verify(await namesake.sign({ header })), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'signature' })
})

t.test('a rotation takes the next two pairs, and makes keys when none are left', async (t) => {
  const pool = createTestUserPool({ keyPairs: pairs })
  const clock = createTestClock()
  const verifier = createVerifierWithClock(pool.options, clock)
  t.teardown(() => verifier.close())
  const old = await pool.accessToken()
  await verifier.verify(old)
  pool.rotateKeys()
  t.strictSame(await moduliOf(pool), moduli.slice(2))
  clock.pass(30_000)
  t.match(await verifier.verify(await pool.accessToken()), { username: 'test-user' })
  await t.rejects(verifier.verify(old), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
  pool.rotateKeys({ overlap: true })
  const all = await moduliOf(pool)
  t.equal(new Set([...moduli, ...all]).size, 6)
  t.strictSame(all.slice(0, 2), moduli.slice(2))
})

t.test('a pair may be what Node makes, PEM of either kind, or a private JSON Web Key', async (t) => {
  const made = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const n = modulusOf(made.privateKey)
  const forms: readonly TestKeyPair[] = [
    made,
    { privateKey: made.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
    { privateKey: made.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string },
    { privateKey: { ...made.privateKey.export({ format: 'jwk' }) } }
  ]
  for (const pair of forms) t.equal((await moduliOf(createTestUserPool({ keyPairs: [pair] })))[0], n)
})

t.test('what is published of a pair that was handed in is the public half', async (t) => {
  for (const key of (await createTestUserPool({ keyPairs: pairs }).jwks()).keys) {
    t.strictSame(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  }
})

t.test('what is no key is refused where the pool is made, by its place and without a word of itself', async (t) => {
  const pem = String(pairs[0]?.privateKey)
  const slips: readonly unknown[] = [
    undefined, null, {}, { privateKey: undefined }, { privateKey: null }, { privateKey: 7 }, { privateKey: '' }, { privateKey: pem.slice(0, 400) },
    { privateKey: {} }, { privateKey: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }, { privateKey: createPublicKey(pem).export({ type: 'spki', format: 'pem' }) }, pem
  ]
  for (const slip of slips) {
    const keyPairs = [...pairs.slice(0, 1), slip] as TestKeyPair[]
    t.throws(() => createTestUserPool({ keyPairs }), new TypeError('keyPairs[1].privateKey must be a KeyObject, PEM text or a private JSON Web Key'))
  }
})

t.test('a key that Cognito could not have is refused: short, of another kind or exponent, public', async (t) => {
  const strangers: readonly TestKeyPair[] = [
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
    generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
    generateKeyPairSync('ed25519'),
    { privateKey: createSecretKey(Buffer.alloc(256, 1)) },
    { privateKey: createPublicKey(String(pairs[0]?.privateKey)) }
  ]
  for (const pair of strangers) {
    t.throws(() => createTestUserPool({ keyPairs: [pair] }), new TypeError('keyPairs[0].privateKey must be the private key of an RSA pair of 2048 bits or more, with the exponent 65537'))
  }
})

t.test('keyPairs that are no array are refused, as a promise that nobody has waited for', async (t) => {
  for (const keyPairs of [createTestKeyPairs(0), {}, 'pem', null] as unknown[]) {
    t.throws(() => createTestUserPool({ keyPairs: keyPairs as TestKeyPair[] }), new TypeError('keyPairs must be an array, as createTestKeyPairs() makes it'))
  }
})

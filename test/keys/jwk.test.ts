import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { isKeyId, isUsableSigningKey } from '../../src/keys/jwk.js'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
const good = { kty: 'RSA', kid: 'key', n, e }

/** A modulus of so many bits, and zero bytes before it. */
function modulus (bits: number, zeros = 0): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  bytes[0] = 0xff >> ((8 - bits % 8) % 8)
  return Buffer.concat([Buffer.alloc(zeros), bytes]).toString('base64url')
}

t.test('a key id is 1 to 128 characters of base64, in either alphabet', (t) => {
  const kids = ['CognitoLocal', '1', 'a'.repeat(128), 'BIz0QF6vEJvwuE8pCJVQZlGEw3OnZ/+Mx+Gx8kmNmZ0=', 'with-dash_and_underscore', '123e4567-e89b-12d3-a456-426614174000']
  for (const kid of kids) t.equal(isKeyId(kid), true, kid)
  t.end()
})

t.test('nothing else is a key id', (t) => {
  const others = ['', 'a'.repeat(129), 'a b', 'a\n', '../key', 'a.b', 'a\0', "' or 1=1", '%2e', 'é', null, undefined, 1, ['key'], { kid: 'key' }]
  for (const other of others) t.equal(isKeyId(other), false, JSON.stringify(other))
  t.end()
})

t.test('a public RSA key for signatures is usable, with', (t) => {
  const variants = {
    'nothing but its members': {},
    'what Cognito publishes': { alg: 'RS256', use: 'sig' },
    'operations that include verifying': { key_ops: ['verify'] },
    'a mark that it may be exported': { ext: true },
    'a mark that it may not be exported': { ext: false },
    'a certificate chain, which is not looked at': { x5c: ['AA'], x5t: 'AA', x5u: 'https://elsewhere.example' },
    'private members that are undefined': { d: undefined, p: undefined },
    '2048 bits': { n: modulus(2048) },
    '4096 bits': { n: modulus(4096) },
    'zero bytes before 2048 bits': { n: modulus(2048, 3) }
  }
  for (const [name, members] of Object.entries(variants)) t.equal(isUsableSigningKey({ ...good, ...members }), true, name)
  t.end()
})

t.test('a key is unusable with', (t) => {
  const variants = {
    'another type': { kty: 'EC' },
    'a type in lower case': { kty: 'rsa' },
    'no type': { kty: undefined },
    'no kid': { kid: undefined },
    'an empty kid': { kid: '' },
    'a numeric kid': { kid: 1 },
    'exponent 1': { e: 'AQ' },
    'exponent 3': { e: 'Aw' },
    'no exponent': { e: undefined },
    'an exponent with zero bytes before it': { e: 'AAEAAQ' },
    'no modulus': { n: undefined },
    'an empty modulus': { n: '' },
    'a modulus of zeros': { n: modulus(0, 256) },
    'a modulus that is a number': { n: 2048 },
    'a modulus in padded base64': { n: `${n}==` },
    'a modulus in the other alphabet': { n: `+/${n.slice(2)}` },
    '1024 bits': { n: modulus(1024) },
    '2047 bits': { n: modulus(2047) },
    '2047 bits and zero bytes before them': { n: modulus(2047, 9) },
    '4097 bits': { n: modulus(4097) },
    '16384 bits, which OpenSSL would still take': { n: modulus(16_384) },
    'use for encryption': { use: 'enc' },
    'an empty use': { use: '' },
    'a use that is null': { use: null },
    'another algorithm': { alg: 'PS256' },
    'a longer hash': { alg: 'RS512' },
    'an algorithm that is null': { alg: null },
    'other operations': { key_ops: ['encrypt'] },
    'no operations': { key_ops: [] },
    'operations as a string': { key_ops: 'verify' },
    'an export mark that is no boolean': { ext: 'true' }
  }
  for (const [name, members] of Object.entries(variants)) t.equal(isUsableSigningKey({ ...good, ...members }), false, name)
  t.end()
})

t.test('a key is unusable with any of its private members', (t) => {
  const { d, p, q, dp, dq, qi } = privateKey.export({ format: 'jwk' })
  for (const [name, value] of Object.entries({ d, p, q, dp, dq, qi, oth: [] })) {
    t.equal(isUsableSigningKey({ ...good, [name]: value }), false, name)
  }
  t.equal(isUsableSigningKey({ ...good, d: '' }), false, 'even an empty one')
  t.end()
})

t.test('what is no object is no key', (t) => {
  for (const value of [null, undefined, 'key', 1, true, [], () => {}]) t.equal(isUsableSigningKey(value), false)
  t.end()
})

t.test('the number of bits is the one OpenSSL counts', (t) => {
  for (const bits of [2047, 2048, 2049, 2055, 2056, 3072]) {
    const jwk = { ...good, n: modulus(bits, 1) }
    t.equal(createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyDetails?.modulusLength, bits)
    t.equal(isUsableSigningKey(jwk), bits >= 2048)
  }
  t.end()
})

/** Algorithm confusion: RS256 by the pool's key and nothing else, whatever the header says (RFC 8725 §3.1). */
import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { BinaryLike, SignKeyObjectInput } from 'node:crypto'
import t from 'tap'
import type { JsonWebKey } from '../../src/index.js'
import { createKeyRing } from '../../src/testing/key-pairs.js'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

const target = await createAttackTarget(t)
const { kid } = await target.pool.header()
const claims = { ...target.times(), iss: target.pool.issuer, sub: 'attacker', client_id: target.pool.clientId, token_use: 'access' }
const { privateKey, jwk } = await createKeyRing(target.pool.userPoolId)(1)

function encode (part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** A token with any header and any signature over it. */
function forge (header: object, makeSignature: (signingInput: string) => Buffer): string {
  const signingInput = `${encode(header)}.${encode(claims)}`
  return `${signingInput}.${makeSignature(signingInput).toString('base64url')}`
}

function signBy (hash: string, key: SignKeyObjectInput): (signingInput: string) => Buffer {
  return (signingInput) => sign(hash, Buffer.from(signingInput), key)
}

const rs256 = signBy('sha256', { key: privateKey })

t.test('accepts RS256 by the key of the pool', async (t) => {
  await assertAccepted(t, target, 'the same claims and key as below', forge({ kid, alg: 'RS256' }, rs256), { sub: 'attacker' })
})

t.test('refuses a token that is not signed', async (t) => {
  for (const alg of ['none', 'nOnE', 'None', 'NONE', '']) {
    const unsigned = forge({ kid, alg }, () => Buffer.alloc(0))
    await assertRefused(t, target, { says: `alg "${alg}", no signature`, token: unsigned, reason: 'format' })
    await assertRefused(t, target, { says: `alg "${alg}", two parts`, token: unsigned.slice(0, -1), reason: 'format' })
    await assertRefused(t, target, { says: `alg "${alg}", some signature`, token: forge({ kid, alg }, () => Buffer.alloc(1)), reason: 'algorithm' })
    await assertRefused(t, target, { says: `alg "${alg}", a signature by the pool`, token: forge({ kid, alg }, rs256), reason: 'algorithm' })
  }
  await assertRefused(t, target, { says: 'RS256, no signature', token: forge({ kid, alg: 'RS256' }, () => Buffer.alloc(0)), reason: 'format' })
  await assertRefused(t, target, { says: 'RS256, a signature of zeros', token: forge({ kid, alg: 'RS256' }, () => Buffer.alloc(256)), reason: 'signature' })
  await assertRefused(t, target, { says: 'RS256, a signature of one byte', token: forge({ kid, alg: 'RS256' }, () => Buffer.alloc(1)), reason: 'signature' })
})

t.test('refuses HMAC keyed with what is public', async (t) => {
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const published: JsonWebKey = jwk
  const secrets: Record<string, BinaryLike> = {
    'the key as PEM': pem,
    'the key as trimmed PEM': pem.trim(),
    'the key as PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'the key as PKCS #1 PEM': publicKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
    'the key as DER': publicKey.export({ format: 'der', type: 'spki' }),
    'the key as JSON': JSON.stringify(published),
    'the key set as JSON': JSON.stringify(await target.pool.jwks()),
    'the modulus': published.n ?? '',
    'the key id': kid,
    'an empty secret': ''
  }
  for (const [says, secret] of Object.entries(secrets)) {
    for (const bits of [256, 384, 512]) {
      const hmac = (signingInput: string): Buffer => createHmac(`sha${bits}`, secret).update(signingInput).digest()
      await assertRefused(t, target, { says: `HS${bits}, ${says}`, token: forge({ kid, alg: `HS${bits}` }, hmac), reason: 'algorithm' })
      await assertRefused(t, target, { says: `RS256 by name, HS${bits} in truth, ${says}`, token: forge({ kid, alg: 'RS256' }, hmac), reason: 'signature' })
    }
  }
})

t.test('refuses other signatures, even by the key of the pool', async (t) => {
  const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const ec = { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, dsaEncoding: 'ieee-p1363' } as const
  const signatures: Record<string, (signingInput: string) => Buffer> = {
    RS384: signBy('sha384', { key: privateKey }),
    RS512: signBy('sha512', { key: privateKey }),
    PS256: signBy('sha256', pss),
    PS384: signBy('sha384', pss),
    PS512: signBy('sha512', pss),
    RS1: signBy('sha1', { key: privateKey }),
    ES256: signBy('sha256', ec),
    EdDSA: (signingInput) => sign(null, Buffer.from(signingInput), generateKeyPairSync('ed25519').privateKey)
  }
  for (const [alg, makeSignature] of Object.entries(signatures)) {
    await assertRefused(t, target, { says: `${alg} as it says`, token: forge({ kid, alg }, makeSignature), reason: 'algorithm' })
    await assertRefused(t, target, { says: `${alg} called RS256`, token: forge({ kid, alg: 'RS256' }, makeSignature), reason: 'signature' })
    await assertRefused(t, target, { says: `RS256 called ${alg}`, token: forge({ kid, alg }, rs256), reason: 'algorithm' })
  }
})

t.test('refuses an alg that is no name, though the signature is good', async (t) => {
  for (const alg of [undefined, null, true, 256, ['RS256'], { name: 'RS256' }, { toString: 'RS256' }, 'rs256', 'RS256\0', ' RS256', 'RS256 ', 'RSA-SHA256']) {
    await assertRefused(t, target, { says: `alg ${JSON.stringify(alg)}`, token: forge({ kid, alg }, rs256), reason: 'algorithm' })
  }
})

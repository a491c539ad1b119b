// A key set that holds what nobody may verify with, beside a key that works.
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import type { Test } from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { createKeyScene } from '../support/key-scene.js'
import type { KeyScene } from '../support/key-scene.js'
import { assertRefused } from '../support/refusals.js'
import { startIssuer } from '../support/scripted-issuer.js'

const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const published = pair.publicKey.export({ format: 'jwk' })
const lost = pair.privateKey.export({ format: 'jwk' })
const rs256 = { kid: 'poison', alg: 'RS256', use: 'sig' }

const poisons: Readonly<Record<string, unknown>> = {
  'a private key': { ...lost, ...rs256 },
  'a key that gives its factors away': { ...published, ...rs256, p: lost.p, q: lost.q },
  'a symmetric key': { kty: 'oct', k: 'c2VjcmV0', ...rs256 },
  'a symmetric key for HS256': { kty: 'oct', k: 'c2VjcmV0', kid: 'poison', alg: 'HS256' },
  'an elliptic key': { ...elliptic, ...rs256, alg: 'ES256' },
  'an elliptic key that claims RS256': { ...elliptic, ...rs256 },
  'a key of 1024 bits': { ...small, ...rs256 },
  'a key of exponent 1': { ...published, ...rs256, e: 'AQ' },
  'a key of exponent 3': { ...published, ...rs256, e: 'Aw' },
  'a key for encryption': { ...published, ...rs256, use: 'enc' },
  'a key for other operations': { ...published, ...rs256, key_ops: ['encrypt'] },
  'a key that cannot be imported': { ...published, ...rs256, key_ops: ['verify', 'encrypt'] },
  'a key of another algorithm': { ...published, ...rs256, alg: 'PS256' },
  'a key without kid': { ...published, kid: undefined },
  'a key whose kid is a path': { ...published, ...rs256, kid: '../../etc/passwd' },
  'a key without modulus': { ...published, ...rs256, n: '' },
  'a modulus of zeros': { ...published, ...rs256, n: Buffer.alloc(256).toString('base64url') },
  null: null,
  'a string': 'key',
  'an array': []
}

for (const [name, poison] of Object.entries(poisons)) {
  t.test(`${name} beside a good key leaves the good one working and is good for nothing`, async (t) => {
    const pool = createTestUserPool()
    const { keys } = await pool.jwks()
    for (const set of [[poison, ...keys], [...keys, poison]]) {
      const ask = await publish(t, pool, set)
      t.equal((await ask(await pool.accessToken())).statusCode, 200)
      t.equal((await ask(await pool.idToken())).statusCode, 200)
      assertRefused(t, await ask(await pool.sign({ header: { alg: 'RS256', kid: 'poison' } })), 'FST_COGNITO_TOKEN_INVALID')
    }
  })

  t.test(`${name} alone is no key set`, async (t) => {
    const pool = createTestUserPool()
    const ask = await publish(t, pool, [poison])
    assertRefused(t, await ask(await pool.accessToken()), 'FST_COGNITO_UNAVAILABLE')
  })
}

t.test('two keys under one kid', (t) => {
  t.test('of which one is unusable: the other works', async (t) => {
    const pool = createTestUserPool()
    const { kid } = await pool.header()
    const { keys } = await pool.jwks()
    for (const twin of [{ ...elliptic, ...rs256, kid }, { ...published, ...rs256, kid, use: 'enc' }, { ...lost, ...rs256, kid }]) {
      for (const set of [[twin, ...keys], [...keys, twin]]) {
        t.equal((await (await publish(t, pool, set))(await pool.accessToken())).statusCode, 200)
      }
    }
  })

  t.test('which are both usable: either works, and no third', async (t) => {
    const pool = createTestUserPool()
    const { kid } = await pool.header()
    const { keys } = await pool.jwks()
    const renamed = keys.map((key) => ({ ...key, kid }))
    for (const set of [renamed, [...renamed].reverse()]) {
      const ask = await publish(t, pool, set)
      t.equal((await ask(await pool.accessToken())).statusCode, 200)
    }
    const ask = await publish(t, pool, [{ ...published, ...rs256, kid }, { ...published, ...rs256, kid }])
    assertRefused(t, await ask(await pool.accessToken()), 'FST_COGNITO_TOKEN_INVALID')
  })
  t.end()
})

t.test('a good key under the kid of another does not verify its tokens', async (t) => {
  const pool = createTestUserPool()
  const header = await pool.header()
  const ask = await publish(t, pool, [{ ...published, ...rs256, kid: header.kid }])
  assertRefused(t, await ask(await pool.accessToken()), 'FST_COGNITO_TOKEN_INVALID')
})

/** Starts an issuer that publishes these members as its key set, and an application before it. */
async function publish (t: Test, pool: TestUserPool, keys: readonly unknown[]): Promise<KeyScene['ask']> {
  const issuer = await startIssuer(t, pool)
  issuer.publish(keys)
  const { ask } = await createKeyScene(t, { pool, issuer })
  return ask
}

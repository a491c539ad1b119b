/** Row 46: key sets made to cost time or memory, through requests; the good key beside it works. */
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import type { Test } from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { mostKeysOfOneId } from '../../src/keys/signing-keys.js'
import { createKeyScene } from '../support/key-scene.js'
import type { KeyScene } from '../support/key-scene.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const good = await pool.jwks()
const rs256 = { kty: 'RSA', e: 'AQAB', alg: 'RS256', use: 'sig' }
// An odd number of so many bits is all that the form of a public key asks.
const modulus = (bits: number, last = 1): string => {
  const bytes = Buffer.alloc(bits / 8, 0xa5)
  bytes[bytes.length - 1] = last
  return bytes.toString('base64url')
}
const another = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
const { kid: used } = await pool.header()

/** A scene whose endpoint answers with exactly this, whatever a key set is made of. */
async function sceneOf (test: Test, answer: () => Response): Promise<KeyScene> {
  return createKeyScene(test, { pool, keys: { fetch: async () => answer(), timeout: 600_000 } })
}

async function assertServed (test: Test, scene: KeyScene, says: string): Promise<void> {
  test.equal((await scene.ask(await pool.accessToken())).statusCode, 200, `${says}: the good key works`)
  assertRefused(test, await scene.ask(`${(await pool.accessToken()).slice(0, -20)}${'A'.repeat(20)}`), 'FST_COGNITO_TOKEN_INVALID')
}

t.test('a key of 16,384 bits is not there, and the good key beside it works', async (t) => {
  const huge = { ...rs256, kid: 'huge', n: modulus(16_384) }
  const scene = await sceneOf(t, () => Response.json({ keys: [huge, ...good.keys, { ...huge, kid: used }] }))
  await assertServed(t, scene, 'a huge key')
  assertRefused(t, await scene.ask(await pool.sign({ header: { alg: 'RS256', kid: 'huge' } })), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('of twenty keys of one kid the first four count: a bad signature is checked with no more', async (t) => {
  const twins = Array.from({ length: 20 }, (_none, index) => ({ ...rs256, kid: used, n: modulus(2048, 2 * index + 1) }))
  const mine = good.keys.filter(({ kid }) => kid === used)
  const among = (place: number): object[] => [...twins.slice(0, place), ...mine, ...twins.slice(place)]
  t.equal(mostKeysOfOneId, 4)
  for (const place of [0, 3]) await assertServed(t, await sceneOf(t, () => Response.json({ keys: among(place) })), `at place ${place + 1}`)
  for (const place of [4, 19]) {
    const scene = await sceneOf(t, () => Response.json({ keys: among(place) }))
    assertRefused(t, await scene.ask(await pool.accessToken()), 'FST_COGNITO_TOKEN_INVALID')
  }
  const other = good.keys.filter(({ kid }) => kid !== used)
  const idToken = await pool.idToken()
  t.equal((await (await sceneOf(t, () => Response.json({ keys: [...twins, ...other] }))).ask(idToken)).statusCode, 200, 'the keys of other kids are not touched')
  const copies = [...Array.from({ length: 20 }, () => ({ ...another, ...rs256, kid: used })), ...mine]
  await assertServed(t, await sceneOf(t, () => Response.json({ keys: copies })), 'one key twenty times is one')
})

t.test('members nested 20,000 deep do no harm, in the key itself and beside it', async (t) => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const keys = good.keys.map((key) => `${JSON.stringify(key).slice(0, -1)}`)
  const texts: ReadonlyArray<readonly [says: string, text: string]> = [
    ['beside the keys', `{"x":${deep},"keys":${JSON.stringify(good.keys)}}`],
    ['as a key', `{"keys":[${deep},${JSON.stringify(good.keys).slice(1)}}`],
    ['in the good key', `{"keys":[${keys.map((key, index) => `${key}${index === 0 ? `,"x5c":${deep}` : ''}}`).join()}]}`],
    ['as the kid of a key', `{"keys":[{"kty":"RSA","kid":${deep}},${JSON.stringify(good.keys).slice(1)}}`],
    ['as key_ops of a key', `{"keys":[{"kty":"RSA","kid":"x","n":"${modulus(2048)}","e":"AQAB","key_ops":${deep}},${JSON.stringify(good.keys).slice(1)}}`]
  ]
  for (const [says, text] of texts) await assertServed(t, await sceneOf(t, () => new Response(text)), says)
})

t.test('a body in chunks of text is read, and cut at its bound like one of bytes', async (t) => {
  const text = JSON.stringify(good)
  const inChunks = (whole: string): Response => {
    const chunks = whole.match(/[^]{1,100}/g) ?? []
    const answer: unknown = {
      status: 200,
      redirected: false,
      headers: new Headers(),
      body: new ReadableStream({
        start (controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        }
      })
    }
    // As a `fetch` of another library answers: like a response, and not one.
    return answer as Response
  }
  await assertServed(t, await sceneOf(t, () => inChunks(text)), 'chunks of text')
  const long = await sceneOf(t, () => inChunks(text + ' '.repeat(51_201 - text.length)))
  assertRefused(t, await long.ask(await pool.accessToken()), 'FST_COGNITO_UNAVAILABLE')
  t.match(long.status(), { state: 'empty', lastError: { fault: 'size' } })
  await assertServed(t, await sceneOf(t, () => inChunks(text + ' '.repeat(51_200 - text.length))), 'as long as allowed')
})

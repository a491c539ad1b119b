// The answer of a `fetch` comes in many forms: of Node.js, of polyfills, of the mocks in people's tests.
import { Readable } from 'node:stream'
import t from 'tap'
import type { Test } from 'tap'
import { readUsableKeys } from '../../src/keys/key-body.js'
import { KeyFetchError } from '../../src/keys/key-fetch-error.js'
import type { KeyFetchFault } from '../../src/keys/key-fetch-error.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { rejectionOf } from '../support/rejection.js'

const { keys } = await createTestUserPool().jwks()
const set = JSON.stringify({ keys, note: 'é€😀' })
const bytes = Buffer.from(set)
const maxBytes = bytes.length
const half = Math.floor(set.length / 2)

async function * generate (...chunks: unknown[]): AsyncGenerator<unknown> {
  yield * chunks
}

/** A stream that can be read, but not iterated, as older environments have them. */
function readerOnly (...chunks: unknown[]): { getReader: () => object, cancelled: () => boolean } {
  const left = [...chunks]
  let isCancelled = false
  return {
    getReader: () => ({
      read: async () => (left.length === 0 ? { done: true } : { done: false, value: left.shift() }),
      cancel: async () => { isCancelled = true }
    }),
    cancelled: () => isCancelled
  }
}

async function assertFault (t: Test, response: object, fault: KeyFetchFault, says: string, bound = maxBytes): Promise<void> {
  const error = await rejectionOf(readUsableKeys(response, bound))
  t.equal(error instanceof KeyFetchError && error.fault, fault, says)
}

class Body {
  readonly #content = set

  async text (): Promise<string> {
    return this.#content
  }
}

/** Every form with the same content, which is exactly as long as allowed. */
const bounded: ReadonlyArray<readonly [says: string, response: () => object]> = [
  ['a Response of Node.js', () => new Response(set)],
  ['a stream of bytes', () => ({ body: generate(bytes.subarray(0, half), bytes.subarray(half)) })],
  ['a stream of Node.js', () => ({ body: Readable.from([bytes]) })],
  ['a stream of array buffers', () => ({ body: generate(new Uint8Array(bytes).buffer) })],
  ['a stream of views of another width', () => ({ body: generate(new DataView(new Uint8Array(bytes).buffer)) })],
  ['a stream of text', () => ({ body: generate(set.slice(0, half), set.slice(half)) })],
  ['a stream that can only be read', () => ({ body: readerOnly(bytes) })],
  ['a body that is a buffer, as node-fetch 2 has it in a mock', () => ({ body: bytes })],
  ['a body that is text', () => ({ body: set })],
  ['arrayBuffer() alone', () => ({ arrayBuffer: async () => new Uint8Array(bytes).buffer })],
  ['text() alone', () => ({ text: async () => set })],
  ['text() that is no promise', () => ({ text: () => set })],
  ['a body of an unknown kind beside text()', () => ({ body: { some: 'thing' }, text: async () => set })],
  ['a body that is null beside text()', () => ({ body: null, text: async () => set })],
  ['methods that need their object', () => new Body()]
]

t.test('a key set is read in every form, up to the last byte that is allowed and not one more', async (t) => {
  for (const [says, response] of bounded) {
    t.strictSame(await readUsableKeys(response(), maxBytes), keys, says)
    await assertFault(t, response(), 'size', says, maxBytes - 1)
  }
})

t.test('json() is read where there is nothing else, parsed already and so without a bound', async (t) => {
  t.strictSame(await readUsableKeys({ status: 200, json: async () => ({ keys }) }, 1), keys)
  await assertFault(t, { json: async () => [] }, 'parse', 'what is no key set')
  await assertFault(t, { json: async () => ({ keys: [] }) }, 'empty', 'what has no keys')
})

t.test('what cannot be read is no key set', async (t) => {
  await assertFault(t, {}, 'parse', 'no body and no method')
  for (const chunk of [7, null, undefined, {}, { byteLength: 1 }, [1, 2]]) await assertFault(t, { body: generate(chunk) }, 'parse', `a chunk ${JSON.stringify(chunk)}`)
  await assertFault(t, { body: 7 }, 'parse', 'a number')
  await assertFault(t, new Response(null), 'parse', 'no body at all')
})

t.test('a stream is left at the chunk that is too much, before that is joined or parsed', async (t) => {
  for (const chunk of ['x'.repeat(100), Buffer.alloc(100)]) {
    let pulled = 0
    let isLeft = false
    const endless = {
      async * [Symbol.asyncIterator] () {
        try {
          for (;;) {
            pulled++
            yield chunk
          }
        } finally {
          isLeft = true
        }
      }
    }
    await assertFault(t, { body: endless }, 'size', 'too large', 350)
    t.strictSame([pulled, isLeft], [4, true])
  }
  const read = readerOnly(bytes, bytes)
  await assertFault(t, { body: read }, 'size', 'too large', bytes.length)
  t.equal(read.cancelled(), true)
})

t.test('a stream that does not take note of being left is left all the same', async (t) => {
  const body = { getReader: () => ({ read: async () => ({ done: false, value: bytes }), cancel: async () => { throw new Error('no') } }) }
  await assertFault(t, { body }, 'size', 'too large')
})

t.test('text is measured in bytes', async (t) => {
  const wide = JSON.stringify({ keys, note: '€'.repeat(100) })
  t.ok(wide.length < Buffer.byteLength(wide))
  await assertFault(t, { body: wide }, 'size', 'as characters it would pass', wide.length)
})

t.test('a good key works beside a member that is nested 20,000 deep', async (t) => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const [first, second] = keys.map((key) => JSON.stringify(key))
  const texts = [
    `{"keys":[${deep},${first}]}`,
    `{"keys":[${first}],"x":${deep}}`,
    `{"keys":[${second?.slice(0, -1)},"x5c":${deep}},${first}]}`,
    `{"keys":[${second?.slice(0, -1)},"key_ops":${deep}},${first}]}`
  ]
  for (const text of texts) t.match((await readUsableKeys(new Response(text), 51_200)).at(-1), keys[0])
})

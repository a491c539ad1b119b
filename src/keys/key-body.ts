/** The body of an answer, read within its bounds, whatever form the `fetch` of the application or its tests gives it. */
// Not the global one, which an application may have replaced.
import { TextDecoder } from 'node:util'
import { escapeHidden } from '../errors/shown-text.js'
import { KeyFetchError } from './key-fetch-error.js'
import { isUsableSigningKey } from './jwk.js'
import type { RsaSigningJwk } from './jwk.js'

/** As much of a `Response` as there may be of one that is none. */
interface LooseResponse {
  readonly body?: unknown
  readonly arrayBuffer?: unknown
  readonly text?: unknown
  readonly json?: unknown
}

/** Reads the usable keys of a body; bounded as {@link readJson} is. */
export async function readUsableKeys (response: object, maxBytes: number): Promise<RsaSigningJwk[]> {
  return usableKeysOf(await readJson(response, maxBytes))
}

/**
 * Reads the JSON of a body.
 *
 * The bound on its size holds before anything is joined or parsed: a stream is left at the chunk that is too much, text
 * and bytes that are there already are measured first. `text()` and `arrayBuffer()` have read the whole body before it
 * can be measured, and what `json()` has parsed is not measured at all: they are asked only where there is no body to read.
 */
export async function readJson (response: object, maxBytes: number): Promise<unknown> {
  const { body, arrayBuffer, text, json } = response as LooseResponse
  const chunks = chunksOf(body)
  if (chunks !== null) return parse(await join(chunks, maxBytes))
  // A `Response` without a body has none in any form. Text first: the bytes of some need a `FileReader`, which Node.js lacks.
  if (isMethod(text)) return parse(await join([await text.call(response)], maxBytes))
  if (isMethod(arrayBuffer)) return parse(await join([await arrayBuffer.call(response)], maxBytes))
  if (isMethod(json)) return await json.call(response)
  throw unreadable()
}

type Chunks = Iterable<unknown> | AsyncIterable<unknown>

// Of a body that is a promise, a form or another thing nothing is known but the methods of its response.
function chunksOf (body: unknown): Chunks | null {
  if (typeof body === 'string' || isBytes(body)) return [body]
  if (typeof body !== 'object' || body === null) return null
  if (Symbol.asyncIterator in body) return body as AsyncIterable<unknown>
  if ('getReader' in body && isMethod(body.getReader)) return readAll(body.getReader() as ReadableStreamDefaultReader<unknown>)
  return null
}

// The streams of some environments are not iterable.
async function * readAll (reader: ReadableStreamDefaultReader<unknown>): AsyncGenerator<unknown, void, void> {
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value
  } finally {
    // Also when the reading ends early, and whether or not the other side takes note.
    reader.cancel().catch(() => {})
  }
}

async function join (chunks: Chunks, maxBytes: number): Promise<Buffer> {
  const bytes: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    // Measured before it is copied or encoded. No character takes less than a byte.
    const least = typeof chunk === 'string' ? chunk.length : isBytes(chunk) ? chunk.byteLength : null
    if (least === null) throw unreadable()
    if (size + least > maxBytes) throw tooLarge(maxBytes)
    const read = toBuffer(chunk as string | Bytes)
    size += read.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    bytes.push(read)
  }
  return Buffer.concat(bytes, size)
}

type Bytes = ArrayBufferView | ArrayBufferLike

// Told by their tag: a test environment may have array buffers of another realm.
function isBytes (value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || ['[object ArrayBuffer]', '[object SharedArrayBuffer]'].includes(Object.prototype.toString.call(value))
}

function toBuffer (chunk: string | Bytes): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  return ArrayBuffer.isView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.from(chunk)
}

function parse (bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    // Its message repeats the beginning of the body, which a log shows.
    const cause = new SyntaxError(escapeHidden((error as Error).message))
    throw new KeyFetchError('parse', 'the key endpoint did not answer with JSON', { cause })
  }
}

function usableKeysOf (set: unknown): RsaSigningJwk[] {
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) {
    throw new KeyFetchError('parse', 'the key endpoint did not answer with a JSON Web Key Set')
  }
  const usable = set.keys.filter(isUsableSigningKey)
  if (usable.length === 0) {
    throw new KeyFetchError('empty', `none of the ${set.keys.length} published keys is an RSA signing key of 2048 to 4096 bits`)
  }
  return usable
}

function isMethod (value: unknown): value is (this: unknown) => unknown {
  return typeof value === 'function'
}

function tooLarge (maxBytes: number): KeyFetchError {
  return new KeyFetchError('size', `the key set is larger than ${maxBytes} bytes`)
}

function unreadable (): KeyFetchError {
  return new KeyFetchError('parse', 'the answer of keys.fetch has no body that can be read')
}

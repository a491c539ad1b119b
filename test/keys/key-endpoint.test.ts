import t from 'tap'
import type { Test } from 'tap'
import { createKeyFetch } from '../../src/keys/key-endpoint.js'
import { KeyFetchError } from '../../src/keys/key-fetch-error.js'
import type { KeyFetchFault } from '../../src/keys/key-fetch-error.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { rejectionOf } from '../support/rejection.js'

const url = 'https://keys.example/jwks.json'
const maxBytes = 2_000
const { keys } = await createTestUserPool().jwks()

/** Fetches once through an implementation of `fetch`. */
function fetchOnce (implementation: typeof fetch, signal = new AbortController().signal): Promise<readonly unknown[]> {
  return createKeyFetch(url, { maxBytes, fetch: implementation })(signal)
}

function answer (body: string | Uint8Array<ArrayBuffer> | ReadableStream | null, init?: ResponseInit): typeof fetch {
  return async () => new Response(body, init)
}

/** Asserts that a fetch fails with this fault, and that the message tells what is not in the fault. */
async function assertFault (t: Test, implementation: typeof fetch, fault: KeyFetchFault, message: RegExp): Promise<KeyFetchError> {
  const error = await rejectionOf(fetchOnce(implementation))
  if (!(error instanceof KeyFetchError)) throw new Error('no KeyFetchError', { cause: error })
  t.match(error, { name: 'KeyFetchError', fault, message })
  return error
}

t.test('a key set comes back as its usable keys, whatever else was in it', async (t) => {
  t.strictSame(await fetchOnce(answer(JSON.stringify({ keys: [{ kty: 'oct', k: 'AA' }, ...keys, null], extra: true }))), keys)
})

t.test('the request goes to the address, without following redirects, and with nothing of a class that a test may replace', async (t) => {
  const calls: unknown[][] = []
  const { signal } = new AbortController()
  await fetchOnce(async (...call) => {
    calls.push(call)
    return Response.json({ keys })
  }, signal)
  t.strictSame(calls, [[url, { method: 'GET', redirect: 'manual', headers: { accept: 'application/json, application/jwk-set+json' }, signal }]])
})

t.test('any status but 200 is refused, even with a key set', async (t) => {
  for (const status of [201, 206, 400, 403, 404, 429, 500, 503]) {
    const error = await assertFault(t, answer(JSON.stringify({ keys }), { status }), 'status', new RegExp(`${status}`))
    t.equal(error.cause, undefined)
  }
  await assertFault(t, answer(null, { status: 204 }), 'status', /204/)
})

t.test('a redirect is refused, also one that the fetch of the application has followed', async (t) => {
  for (const status of [301, 302, 303, 307, 308]) await assertFault(t, answer(null, { status, headers: { location: url } }), 'redirect', new RegExp(`${status}`))
  const followed = Response.json({ keys })
  Object.defineProperty(followed, 'redirected', { value: true })
  await assertFault(t, async () => followed, 'redirect', /200/)
})

t.test('a body that is no JSON Web Key Set is refused', async (t) => {
  const bodies = ['[]', 'null', '"keys"', '{}', '{"keys":null}', '{"keys":{}}', '{"keys":"keys"}']
  for (const body of bodies) await assertFault(t, answer(body), 'parse', /JSON Web Key Set/)
  for (const body of ['', '<html>', '{"keys":[', Buffer.from(`{"keys":${JSON.stringify(keys)},"note":"\xff"}`, 'latin1'), Buffer.from('{"keys":[]}', 'utf16le')]) {
    const error = await assertFault(t, answer(body), 'parse', /JSON/)
    t.ok(error.cause instanceof Error, 'the cause is the error of the parser')
  }
  await assertFault(t, answer(null), 'parse', /JSON/)
})

t.test('a set without a usable key is refused, and the error says how many there were', async (t) => {
  await assertFault(t, answer('{"keys":[]}'), 'empty', /none of the 0 /)
  await assertFault(t, answer('{"keys":[{"kty":"EC"},{"kty":"oct"}]}'), 'empty', /none of the 2 /)
})

t.test('a body may have as many bytes as allowed, not one more', async (t) => {
  const json = JSON.stringify({ keys })
  await t.resolves(fetchOnce(answer(json.padEnd(maxBytes))))
  await assertFault(t, answer(json.padEnd(maxBytes + 1)), 'size', /2000 bytes/)
})

t.test('a body that is too large is not read to its end', async (t) => {
  let pulled = 0
  let isCancelled = false
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled++
      controller.enqueue(Buffer.alloc(500, ' '))
    },
    cancel: () => { isCancelled = true }
  })
  await assertFault(t, answer(endless), 'size', /larger/)
  t.equal(isCancelled, true)
  t.ok(pulled <= 6, 'reading ended with the first chunk that was too much')
})

t.test('an error of the network is kept as the cause, and the message names what is at its bottom', async (t) => {
  const dns = Object.assign(new Error('getaddrinfo ENOTFOUND keys.example'), { code: 'ENOTFOUND' })
  const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:1')], ''), { code: 'ECONNREFUSED' })
  // A promise may be rejected with anything, whatever the types of a language say.
  const noError = 'not even an error' as unknown as Error
  const failures: ReadonlyArray<readonly [Error, RegExp]> = [
    [new TypeError('fetch failed', { cause: dns }), /: ENOTFOUND$/],
    [new TypeError('fetch failed', { cause: refused }), /: ECONNREFUSED$/],
    [new TypeError('fetch failed', { cause: new Error('proxy says no', { cause: 'a reason' }) }), /: proxy says no$/],
    [Object.assign(new Error('no string for a code'), { code: 7 }), /: no string for a code$/],
    [noError, /: not even an error$/]
  ]
  for (const [cause, message] of failures) {
    const error = await assertFault(t, () => Promise.reject(cause), 'network', message)
    t.equal(error.cause, cause)
  }
})

t.test('a fetch that throws instead of rejecting, or answers with nothing, is a failed one', async (t) => {
  await assertFault(t, () => { throw new Error('thrown') }, 'network', /thrown/)
  // An application that is not compiled may hand over anything.
  const nothing = (async () => undefined) as unknown as typeof fetch
  t.type((await assertFault(t, nothing, 'network', /undefined/)).cause, TypeError)
})

t.test('a connection that breaks within the body is an error of the network', async (t) => {
  const broken = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from('{"keys":[')),
    pull: (controller) => controller.error(new TypeError('terminated', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) }))
  })
  await assertFault(t, answer(broken), 'network', /ECONNRESET/)
})

t.test('a fetch that is aborted ends at once with the reason, whether or not it heeds its signal', async (t) => {
  const stalled = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{"keys":[')) })
  const heeding: typeof fetch = (_url, init) => new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('This operation was aborted', 'AbortError')))
  })
  for (const implementation of [() => new Promise<never>(() => {}), answer(stalled), heeding]) {
    const controller = new AbortController()
    const fetching = rejectionOf(fetchOnce(implementation, controller.signal))
    const reason = new KeyFetchError('timeout', 'too late')
    controller.abort(reason)
    t.equal(await fetching, reason)
  }
  const early = new KeyFetchError('closed', 'over already')
  t.equal(await rejectionOf(fetchOnce(() => new Promise<never>(() => {}), AbortSignal.abort(early))), early)
})

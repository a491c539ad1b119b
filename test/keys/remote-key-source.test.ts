import t from 'tap'
import type { Test } from 'tap'
import type { KeySearch, KeySource, KeySourceStatus } from '../../src/keys/key-source.js'
import { KeyFetchError } from '../../src/keys/key-fetch-error.js'
import { createRemoteKeySource } from '../../src/keys/remote-key-source.js'
import type { SigningKey } from '../../src/keys/signing-keys.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { durations } from '../support/key-scene.js'
import { createLatch } from '../support/latch.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

const owner = { userPoolId: 'us-east-1_EXAMPLE01', issuer: 'https://issuer.example' }
const pool = createTestUserPool()
const { keys } = await pool.jwks()
const { kid } = await pool.header()
const failing: typeof fetch = async () => { throw new TypeError('fetch failed') }
const serving: typeof fetch = async () => Response.json({ keys })

interface Bench {
  readonly source: KeySource
  readonly clock: TestClock
  readonly observed: KeySourceStatus[]
  readonly fetches: number
  /** From now on fetches are answered like this. */
  answer (implementation: typeof fetch): void
}

function createBench (settings: object = {}): Bench {
  const clock = createTestClock()
  const observed: KeySourceStatus[] = []
  let fetches = 0
  let implementation = serving
  const counted: typeof fetch = (...call) => {
    fetches++
    return implementation(...call)
  }
  const complete = { ...durations, timeout: 600_000, maxBytes: 51_200, fetch: counted, ...settings }
  const source = createRemoteKeySource(owner, 'https://keys.example/jwks.json', complete, clock, (status) => observed.push(status))
  return { source, clock, observed, get fetches () { return fetches }, answer: (next) => { implementation = next } }
}

function assertFound (t: Test, search: KeySearch): SigningKey {
  if ('code' in search || search[0] === undefined) throw new Error('the key was not found')
  t.equal(search[0].kid, kid)
  return search[0]
}

t.test('a known key is given in the same moment, fresh or stale, whatever is being fetched', async (t) => {
  const { source, clock, answer } = createBench()
  assertFound(t, await source.find(kid, Infinity))
  answer(() => new Promise(() => {}))
  for (const passing of [0, durations.refreshAfter, 2_999]) {
    clock.pass(passing)
    const found = source.find(kid, Infinity)
    if (found instanceof Promise) throw new Error('the request would have to wait')
    assertFound(t, found)
  }
})

t.test('an unknown key is answered in the same moment as long as no fetch may be made', async (t) => {
  const { source, clock, answer } = createBench()
  t.match(await source.find('unknown', Infinity), { reason: 'kid' }, 'the first one asks')
  t.match(source.find('unknown', Infinity), { reason: 'kid' }, 'not a promise')
  clock.pass(durations.cooldown)
  answer(failing)
  t.ok(source.find('unknown', Infinity) instanceof Promise, 'after the cooldown, the next one asks')
  t.ok(source.find('another', Infinity) instanceof Promise, 'and others wait for its answer')
  await source.find('unknown', Infinity)
  t.match(source.find('unknown', Infinity), { reason: 'key_endpoint' }, 'after a failed fetch nobody can say')
  source.close()
  t.match(source.find('unknown', Infinity), { reason: 'closed' })
})

t.test('only one fetch is under way at a time, and everybody joins it', async (t) => {
  const bench = createBench({ cooldown: 1 })
  const finds = Array.from({ length: 100 }, async (_, index) => bench.source.find(index % 2 === 0 ? kid : 'unknown', Infinity))
  bench.clock.pass(durations.refreshAfter)
  bench.source.warmUp()
  const answers = await Promise.all(finds)
  t.equal(bench.fetches, 1)
  t.match(answers.slice(0, 2), [[{ kid }], { reason: 'kid' }])
})

t.test('there is one attempt per cooldown while the endpoint fails, whoever asks, with keys or without', (t) => {
  const unavailable: typeof fetch = async () => new Response(null, { status: 500 })
  for (const hasKeys of [false, true]) {
    t.test(hasKeys ? 'with keys' : 'without', async (t) => {
      const bench = createBench()
      if (hasKeys) {
        await bench.source.find(kid, Infinity)
        bench.clock.pass(durations.cooldown)
      }
      const before = bench.fetches
      bench.answer(unavailable)
      for (let attempts = 1; attempts <= 5; attempts++) {
        for (const passing of [0, 1, durations.cooldown - 2]) {
          bench.clock.pass(passing)
          bench.source.warmUp()
          t.match(await bench.source.find('unknown', Infinity), { reason: 'key_endpoint' })
          t.equal(bench.fetches - before, attempts)
        }
        bench.clock.pass(1)
      }
    })
  }
  t.end()
})

t.test('a token that may be newer than the keys has them fetched at once, out of a reserve of three and one more per cooldown', async (t) => {
  const bench = createBench()
  const { source, clock } = bench
  await source.find(kid, Infinity)
  for (const fetches of [2, 3, 4]) {
    clock.pass(1)
    t.match(await source.find('unknown', Infinity), { reason: 'kid' }, 'the set was asked for after the token came')
    t.equal(bench.fetches, fetches)
  }
  clock.pass(1)
  t.match(source.find('unknown', Infinity), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_pending', retryAfter: 30 }, 'at once')
  assertFound(t, await source.find(kid, Infinity))
  t.equal(bench.fetches, 4)
  clock.pass(durations.cooldown - 4)
  t.match(source.find('unknown', Infinity), { reason: 'key_pending', retryAfter: 1 })
  clock.pass(1)
  t.match(await source.find('unknown', Infinity), { reason: 'kid' })
  t.match(source.find('unknown', clock.now() - 1), { reason: 'kid' }, 'one that is older needs no fetch')
  t.equal(bench.fetches, 5)
})

t.test('a token that is older than the keys is refused without a fetch, but for one per cooldown that takes nothing from others', async (t) => {
  const bench = createBench()
  const { source, clock } = bench
  await source.find(kid, Infinity)
  const issuedBy = clock.now() - 1
  clock.pass(durations.cooldown - 1)
  t.match(source.find('unknown', issuedBy), { reason: 'kid' }, 'at once')
  t.equal(bench.fetches, 1)
  clock.pass(1)
  t.match(await source.find('unknown', issuedBy), { reason: 'kid' })
  clock.pass(1)
  t.match(source.find('unknown', issuedBy), { reason: 'kid' })
  t.equal(bench.fetches, 2)
  for (const fetches of [3, 4]) {
    clock.pass(1)
    await source.find('unknown', Infinity)
    t.equal(bench.fetches, fetches)
  }
})

t.test('whether a set is newer than a token is told by the clock that says less', async (t) => {
  for (const jump of [10_800_000, -10_800_000]) {
    const bench = createBench()
    const { source, clock } = bench
    clock.adjust(jump)
    await source.find(kid, Infinity)
    clock.adjust(-jump)
    clock.pass(1_000)
    const issuedBy = clock.now() - 500
    t.match(await source.find('unknown', issuedBy), { reason: 'kid' })
    t.equal(bench.fetches, 2, 'the set may be older')
  }
})

t.test('a flood of new key ids costs its reserve and no more, and a new key gets in as soon as a fetch may be made', async (t) => {
  const bench = createBench()
  const { source, clock } = bench
  await source.find(kid, Infinity)
  const answers: KeySearch[] = []
  for (let second = 1; second <= 300; second++) {
    clock.pass(1_000)
    answers.push(...await Promise.all(Array.from({ length: 20 }, async (_, one) => source.find(`made-up-${second}-${one}`, Infinity))))
  }
  t.equal(bench.fetches - 1, 3 + 300_000 / durations.cooldown - 1)
  t.strictSame(new Set(answers.map((answer) => 'reason' in answer && answer.reason)), new Set(['kid', 'key_pending']))
  assertFound(t, await source.find(kid, Infinity))
})

t.test('the cooldown counts from the start of an attempt, not from its end', async (t) => {
  const bench = createBench()
  bench.answer(async () => {
    bench.clock.pass(durations.cooldown - 1)
    throw new TypeError('fetch failed')
  })
  t.match(await bench.source.find(kid, Infinity), { reason: 'key_endpoint', retryAfter: 1 })
  bench.clock.pass(1)
  bench.answer(serving)
  assertFound(t, await bench.source.find(kid, Infinity))
})

t.test('an attempt that began before a token came does not say that its key does not exist', async (t) => {
  const bench = createBench({ timeout: 60_000 })
  const gate = createLatch()
  bench.answer(async (...call) => {
    await gate.opened
    return serving(...call)
  })
  const first = bench.source.find('unknown', Infinity)
  bench.clock.pass(durations.cooldown)
  const second = bench.source.find('unknown', Infinity)
  gate.open()
  t.match(await Promise.all([first, second]), [{ reason: 'kid' }, { reason: 'kid' }])
  t.equal(bench.fetches, 2, 'the second token had one of its own')
})

t.test('a key that jose refuses is left out without another fetch', async (t) => {
  const bench = createBench()
  const refused = keys.map((jwk) => (jwk.kid === kid ? jwk : { ...jwk, key_ops: ['verify', 'verify'] }))
  bench.answer(async () => Response.json({ keys: refused }))
  assertFound(t, await bench.source.find(kid, Infinity))
  t.match(await bench.source.find(refused.find((jwk) => jwk.kid !== kid)?.kid ?? '', Infinity), { reason: 'kid' })
  t.equal(bench.fetches, 1)
})

t.test('an unknown kid is the fault of the token after a good fetch, of the endpoint after a bad one', async (t) => {
  const { source, clock, answer } = createBench()
  t.match(await source.find('unknown', Infinity), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
  answer(failing)
  clock.pass(durations.cooldown)
  t.match(await source.find('unknown', Infinity), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint', retryAfter: 30, cause: { fault: 'network' } })
  answer(serving)
  clock.pass(durations.cooldown)
  t.match(await source.find('unknown', Infinity), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
})

t.test('a set of which no key can be imported does not replace the last good one', async (t) => {
  const { source, clock, answer } = createBench()
  const key = assertFound(t, await source.find(kid, Infinity))
  answer(async () => Response.json({ keys: keys.map((jwk) => ({ ...jwk, key_ops: ['verify', 'encrypt'] })) }))
  clock.pass(durations.cooldown)
  t.match(await source.find('unknown', Infinity), { reason: 'key_endpoint', cause: { fault: 'empty' } })
  t.equal(assertFound(t, await source.find(kid, Infinity)), key)
  t.equal(key.retired, false)
})

t.test('what was verified counts while its key is published and not too old, and has keys that are due fetched', async (t) => {
  const bench = createBench()
  const { source, clock } = bench
  const key = assertFound(t, await source.find(kid, Infinity))
  bench.answer(failing)
  clock.pass(durations.refreshAfter - 1)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), true)
  t.equal(bench.fetches, 1)
  clock.pass(1)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), true)
  t.equal(bench.fetches, 2)
  await new Promise((resolve) => { setImmediate(resolve) })
  clock.pass(durations.maxStale - durations.refreshAfter - 1)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), true)
  clock.pass(1)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), false)
  t.match(await source.find(kid, Infinity), { reason: 'key_endpoint' })

  const [other] = keys.filter((jwk) => jwk.kid !== kid)
  bench.answer(async () => Response.json({ keys: [other] }))
  clock.pass(durations.cooldown)
  await source.find('unknown', Infinity)
  t.equal(key.retired, true)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), false)
})

t.test('the status tells state, age and the last error', async (t) => {
  const { source, clock, answer } = createBench()
  t.strictSame(source.status(), { ...owner, state: 'empty', age: null, lastError: null })
  await source.find(kid, Infinity)
  t.strictSame(source.status(), { ...owner, state: 'fresh', age: 0, lastError: null })
  clock.pass(durations.refreshAfter - 1)
  t.strictSame(source.status(), { ...owner, state: 'fresh', age: durations.refreshAfter - 1, lastError: null })
  clock.pass(1)
  t.match(source.status(), { state: 'stale', age: durations.refreshAfter, lastError: null })
  answer(failing)
  clock.pass(durations.maxStale - durations.refreshAfter)
  t.match(source.status(), { state: 'empty', age: durations.maxStale, lastError: null })
  await source.find(kid, Infinity)
  t.match(source.status(), { state: 'empty', age: durations.maxStale, lastError: { fault: 'network' } })
})

t.test('keys that are too old are fetched within the request, unless the endpoint has just failed', async (t) => {
  const bench = createBench({ refreshAfter: 1, maxStale: 2, cooldown: 10_000 })
  await bench.source.find(kid, Infinity)
  bench.clock.pass(2)
  assertFound(t, await bench.source.find(kid, Infinity))
  t.equal(bench.fetches, 2)
  bench.answer(failing)
  bench.clock.pass(2)
  t.match(await bench.source.find(kid, Infinity), { reason: 'key_endpoint', retryAfter: 10 })
  t.equal(bench.fetches, 4, 'an attempt of two connections')
  bench.clock.pass(9_999)
  t.match(bench.source.find(kid, Infinity), { reason: 'key_endpoint', retryAfter: 1 })
  t.equal(bench.fetches, 4)
})

t.test('keys whose refreshes came to nothing while the process stood still are refreshed within the next request', async (t) => {
  const bench = createBench({ timeout: 3_000 })
  const { source, clock } = bench
  const key = assertFound(t, await source.find(kid, Infinity))
  let lose = (_error: Error): void => {}
  bench.answer(() => new Promise((_resolve, reject) => { lose = reject }))
  clock.pass(durations.refreshAfter)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), true, 'the request that finds them due does not wait')
  t.equal(bench.fetches, 2)

  // Frozen after its answer, and gone on for the next request: the connection has died meanwhile.
  clock.pass(durations.maxStale - durations.refreshAfter - 1)
  bench.answer(serving)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), false, 'a token that is remembered has to be looked at again')
  const found = source.find(kid, Infinity)
  t.ok(found instanceof Promise)
  lose(new TypeError('fetch failed'))
  t.equal(assertFound(t, await found), key)
  t.match(source.status(), { state: 'fresh', age: 0, lastError: null })
  t.equal(bench.fetches, 3)
  t.equal(source.serves(key, clock.monotonic(), clock.now()), true)
})

t.test('a request waits for such a refresh, but is served by the old keys if the endpoint is really down', async (t) => {
  const bench = createBench({ timeout: 3_000 })
  const { source, clock } = bench
  const key = assertFound(t, await source.find(kid, Infinity))
  let lose = (_error: Error): void => {}
  bench.answer(() => new Promise((_resolve, reject) => { lose = reject }))
  clock.pass(durations.refreshAfter)
  source.warmUp()
  clock.pass(60_000)
  bench.answer(failing)
  const found = source.find(kid, Infinity)
  lose(new TypeError('fetch failed'))
  t.equal(assertFound(t, await found), key)
  t.match(source.status(), { state: 'stale', lastError: { fault: 'network' } })
  t.equal(source.serves(key, clock.monotonic(), clock.now()), true, 'and nobody waits any more')
})

t.test('a monotonic clock that falls back makes keys due and nothing else, and its return ages nothing', async (t) => {
  let reading = 10_000_000
  let fetches = 0
  const clock = { now: () => 1_780_000_000_000, monotonic: () => reading }
  const settings = { ...durations, timeout: 3_000, maxBytes: 51_200, fetch: async () => { fetches++; return Response.json({ keys }) } }
  const source = createRemoteKeySource(owner, 'https://keys.example/jwks.json', settings, clock, () => {})
  const key = assertFound(t, await source.find(kid, Infinity))
  reading = 0
  t.equal(source.serves(key, reading, clock.now()), true)
  t.match(source.status(), { state: 'fresh', age: 0 })
  reading = durations.cooldown
  source.warmUp()
  await source.find('unknown', -Infinity)
  t.equal(fetches, 2, 'once per cooldown')
  reading = 10_000_000 + durations.cooldown
  t.equal(source.serves(key, reading, clock.now()), true)
  t.match(source.status(), { state: 'fresh', age: 0 })
})

t.test('loading waits for keys and tells why there are none', async (t) => {
  const bench = createBench()
  bench.answer(failing)
  t.match(await bench.source.load(), { reason: 'key_endpoint', retryAfter: 30, cause: { fault: 'network' } })
  bench.answer(serving)
  t.match(await bench.source.load(), { reason: 'key_endpoint' }, 'not within the cooldown')
  bench.clock.pass(durations.cooldown)
  t.equal(await bench.source.load(), null)
  t.equal(await bench.source.load(), null)
  t.equal(bench.fetches, 3)
  bench.source.close()
  t.equal(await bench.source.load(), null)
  const closed = createBench()
  closed.source.close()
  t.match(await closed.source.load(), { reason: 'closed' })
})

t.test('closing ends a running fetch and all later ones; known keys stay until they are too old', async (t) => {
  const idle = createBench()
  idle.source.close()
  t.match(await idle.source.find(kid, Infinity), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
  t.equal(idle.fetches, 0)

  const bench = createBench()
  assertFound(t, await bench.source.find(kid, Infinity))
  bench.answer(() => new Promise(() => {}))
  bench.clock.pass(durations.cooldown)
  const waiting = bench.source.find('unknown', Infinity)
  bench.source.close()
  t.match(await waiting, { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
  t.match(bench.source.status(), { state: 'fresh', lastError: { fault: 'closed' } })
  t.equal(bench.observed.length, 1, 'nobody hears of it')
  bench.clock.pass(durations.refreshAfter)
  assertFound(t, await bench.source.find(kid, Infinity))
  bench.clock.pass(durations.maxStale)
  t.match(await bench.source.find(kid, Infinity), { reason: 'closed' })
  t.equal(bench.fetches, 2)
})

t.test('an attempt that a pause has cost is told, and costs no cooldown', async (t) => {
  const { source, answer } = createBench()
  answer(async () => { throw new KeyFetchError('paused', 'the process stood still') })
  t.match(await source.find(kid, Infinity), { code: 'FST_COGNITO_UNAVAILABLE' })
  answer(serving)
  assertFound(t, await source.find(kid, Infinity))
})

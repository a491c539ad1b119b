import t from 'tap'
import type { Test } from 'tap'
import type { KeySearch, KeySource, KeySourceStatus } from '../../src/keys/key-source.js'
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
  assertFound(t, await source.find(kid))
  answer(() => new Promise(() => {}))
  for (const passing of [0, durations.refreshAfter, durations.maxStale - durations.refreshAfter - 1]) {
    clock.pass(passing)
    const found = source.find(kid)
    if (found instanceof Promise) throw new Error('the request would have to wait')
    assertFound(t, found)
  }
})

t.test('an unknown key is answered in the same moment as long as no fetch may be made', async (t) => {
  const { source, clock, answer } = createBench()
  t.match(await source.find('unknown'), { reason: 'kid' }, 'the first one asks')
  t.match(source.find('unknown'), { reason: 'kid' }, 'not a promise')
  clock.pass(durations.cooldown)
  answer(failing)
  t.ok(source.find('unknown') instanceof Promise, 'after the cooldown, the next one asks')
  t.ok(source.find('another') instanceof Promise, 'and others wait for its answer')
  await source.find('unknown')
  t.match(source.find('unknown'), { reason: 'key_endpoint' }, 'after a failed fetch nobody can say')
  source.close()
  t.match(source.find('unknown'), { reason: 'closed' })
})

t.test('only one fetch is under way at a time, and everybody joins it', async (t) => {
  const bench = createBench({ cooldown: 1 })
  const finds = Array.from({ length: 100 }, async (_, index) => bench.source.find(index % 2 === 0 ? kid : 'unknown'))
  bench.clock.pass(durations.maxStale)
  bench.source.warmUp()
  const answers = await Promise.all(finds)
  t.equal(bench.fetches, 1)
  t.match(answers.slice(0, 2), [[{ kid }], { reason: 'kid' }])
})

t.test('there is one attempt per cooldown, whoever asks, be the last one', (t) => {
  for (const [name, implementation, reason] of [['good', serving, 'kid'], ['bad', failing, 'key_endpoint']] as const) {
    t.test(name, async (t) => {
      const bench = createBench()
      bench.answer(implementation)
      for (let attempts = 1; attempts <= 5; attempts++) {
        for (const passing of [0, 1, durations.cooldown - 2]) {
          bench.clock.pass(passing)
          bench.source.warmUp()
          t.match(await bench.source.find('unknown'), { reason })
          t.equal(bench.fetches, attempts)
        }
        bench.clock.pass(1)
      }
    })
  }
  t.end()
})

t.test('the cooldown counts from the start of an attempt, not from its end', async (t) => {
  const bench = createBench()
  bench.answer(async () => {
    bench.clock.pass(durations.cooldown - 1)
    throw new TypeError('fetch failed')
  })
  t.match(await bench.source.find(kid), { reason: 'key_endpoint', retryAfter: 1 })
  bench.clock.pass(1)
  bench.answer(serving)
  assertFound(t, await bench.source.find(kid))
})

t.test('to join an attempt that takes long does not put off the next one', async (t) => {
  const bench = createBench()
  const gate = createLatch()
  bench.answer(async (...call) => {
    await gate.opened
    return serving(...call)
  })
  const first = bench.source.find('unknown')
  bench.clock.pass(durations.cooldown)
  const second = bench.source.find('unknown')
  gate.open()
  t.match(await Promise.all([first, second]), [{ reason: 'kid' }, { reason: 'kid' }])
  t.equal(bench.fetches, 1)
  await bench.source.find('unknown')
  t.equal(bench.fetches, 2)
})

t.test('a key that jose refuses is left out without another fetch', async (t) => {
  const bench = createBench()
  const refused = keys.map((jwk) => (jwk.kid === kid ? jwk : { ...jwk, key_ops: ['verify', 'verify'] }))
  bench.answer(async () => Response.json({ keys: refused }))
  assertFound(t, await bench.source.find(kid))
  t.match(await bench.source.find(refused.find((jwk) => jwk.kid !== kid)?.kid ?? ''), { reason: 'kid' })
  t.equal(bench.fetches, 1)
})

t.test('an unknown kid is the fault of the token after a good fetch, of the endpoint after a bad one', async (t) => {
  const { source, clock, answer } = createBench()
  t.match(await source.find('unknown'), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
  answer(failing)
  clock.pass(durations.cooldown)
  t.match(await source.find('unknown'), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint', retryAfter: 30, cause: { fault: 'network' } })
  answer(serving)
  clock.pass(durations.cooldown)
  t.match(await source.find('unknown'), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
})

t.test('a set of which no key can be imported does not replace the last good one', async (t) => {
  const { source, clock, answer } = createBench()
  const key = assertFound(t, await source.find(kid))
  answer(async () => Response.json({ keys: keys.map((jwk) => ({ ...jwk, key_ops: ['verify', 'encrypt'] })) }))
  clock.pass(durations.cooldown)
  t.match(await source.find('unknown'), { reason: 'key_endpoint', cause: { fault: 'empty' } })
  t.equal(assertFound(t, await source.find(kid)), key)
  t.equal(key.retired, false)
})

t.test('what was verified counts while its key is published and not too old, and has keys that are due fetched', async (t) => {
  const bench = createBench()
  const { source, clock } = bench
  const key = assertFound(t, await source.find(kid))
  bench.answer(failing)
  clock.pass(durations.refreshAfter - 1)
  t.equal(source.serves(key, clock.monotonic()), true)
  t.equal(bench.fetches, 1)
  clock.pass(1)
  t.equal(source.serves(key, clock.monotonic()), true)
  t.equal(bench.fetches, 2)
  clock.pass(durations.maxStale - durations.refreshAfter - 1)
  t.equal(source.serves(key, clock.monotonic()), true)
  clock.pass(1)
  t.equal(source.serves(key, clock.monotonic()), false)
  t.match(await source.find(kid), { reason: 'key_endpoint' })

  const [other] = keys.filter((jwk) => jwk.kid !== kid)
  bench.answer(async () => Response.json({ keys: [other] }))
  clock.pass(durations.cooldown)
  await source.find('unknown')
  t.equal(key.retired, true)
  t.equal(source.serves(key, clock.monotonic()), false)
})

t.test('the status tells state, age and the last error', async (t) => {
  const { source, clock, answer } = createBench()
  t.strictSame(source.status(), { ...owner, state: 'empty', age: null, lastError: null })
  await source.find(kid)
  t.strictSame(source.status(), { ...owner, state: 'fresh', age: 0, lastError: null })
  clock.pass(durations.refreshAfter - 1)
  t.strictSame(source.status(), { ...owner, state: 'fresh', age: durations.refreshAfter - 1, lastError: null })
  clock.pass(1)
  t.match(source.status(), { state: 'stale', age: durations.refreshAfter, lastError: null })
  answer(failing)
  clock.pass(durations.maxStale - durations.refreshAfter)
  t.match(source.status(), { state: 'empty', age: durations.maxStale, lastError: null })
  await source.find(kid)
  t.match(source.status(), { state: 'empty', age: durations.maxStale, lastError: { fault: 'network' } })
})

t.test('keys that are too old are refused even if no fetch has failed', async (t) => {
  const { source, clock } = createBench({ refreshAfter: 1, maxStale: 2, cooldown: 10 })
  await source.find(kid)
  clock.pass(2)
  const refused = await source.find(kid)
  t.match(refused, { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint', retryAfter: 1 })
  t.equal('cause' in refused && refused.cause, undefined)
})

t.test('closing ends a running fetch and all later ones; known keys stay until they are too old', async (t) => {
  const idle = createBench()
  idle.source.close()
  t.match(await idle.source.find(kid), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
  t.equal(idle.fetches, 0)

  const bench = createBench()
  assertFound(t, await bench.source.find(kid))
  bench.answer(() => new Promise(() => {}))
  bench.clock.pass(durations.cooldown)
  const waiting = bench.source.find('unknown')
  bench.source.close()
  t.match(await waiting, { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
  t.match(bench.source.status(), { state: 'fresh', lastError: { fault: 'closed' } })
  t.equal(bench.observed.length, 1, 'nobody hears of it')
  bench.clock.pass(durations.refreshAfter)
  assertFound(t, await bench.source.find(kid))
  bench.clock.pass(durations.maxStale)
  t.match(await bench.source.find(kid), { reason: 'closed' })
  t.equal(bench.fetches, 2)
})

// Warm-up: it never blocks or fails the start, the first request joins it, and a probe is enough to repeat it.
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import * as scripts from '../support/issuer-scripts.js'
import { createKeyScene, durations } from '../support/key-scene.js'
import { assertRefused } from '../support/refusals.js'
import { rejectionOf } from '../support/rejection.js'
import { createSwitchedFetch } from '../support/switched-fetch.js'
import { createTestClock } from '../support/test-clock.js'

const faults = [
  ['resets connections', scripts.reset, 3_000, 2],
  ['answers 503', scripts.status(503), 3_000, 1],
  ['hangs', scripts.hang, 50, 1]
] as const

for (const [name, script, timeout, requests] of faults) {
  t.test(`an application starts while its key endpoint ${name}, and recovers by itself`, async (t) => {
    const pool = createTestUserPool()
    const switched = createSwitchedFetch(pool)
    switched.toNetwork()
    const scene = await createKeyScene(t, { pool, script, keys: { timeout, fetch: switched.fetch } })
    const { app, clock, ask, status } = scene
    const token = await pool.accessToken()

    t.equal((await app.inject('/public')).statusCode, 200, 'a public route')
    for (const answer of await Promise.all([ask(token), ask(token)])) assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
    for (const answer of await Promise.all([ask(token), ask(token)])) assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
    t.equal(scene.fetches, requests, 'requests joined the warm-up, then waited for the cooldown to pass')
    t.match(status(), { state: 'empty', age: null })

    clock.pass(durations.cooldown - 1)
    assertRefused(t, await ask(token), 'FST_COGNITO_UNAVAILABLE')
    t.equal(scene.fetches, requests, 'up to its last moment')

    switched.toMemory()
    clock.pass(1)
    t.equal((await ask(token)).statusCode, 200)
    t.match(status(), { state: 'fresh', lastError: null })
  })
}

t.test('registration does not wait for the keys, the first request does, on the same fetch', async (t) => {
  const gate = scripts.createGate()
  const { app, pool, issuer, ask } = await createKeyScene(t, { script: gate.script })
  t.equal((await app.inject('/public')).statusCode, 200, 'the application is ready')

  const answer = ask(await pool.accessToken())
  gate.open()
  t.equal((await answer).statusCode, 200)
  t.equal(issuer.requests, 1)
})

t.test('a token that cannot be ours is refused without waiting for the warm-up', async (t) => {
  const gate = scripts.createGate()
  const { pool, ask } = await createKeyScene(t, { script: gate.script })
  assertRefused(t, await ask(await pool.accessToken({ iss: 'https://elsewhere.example' })), 'FST_COGNITO_TOKEN_INVALID')
  gate.open()
})

t.test('readiness probes alone have keys fetched', (t) => {
  t.test('that an instance without traffic could not get when it started', async (t) => {
    const pool = createTestUserPool()
    const clock = createTestClock()
    pool.goDown()
    const verifier = createVerifierWithClock({ ...pool.options, keys: { ...pool.options.keys, ...durations } }, clock)
    t.match(await rejectionOf(verifier.verify(await pool.accessToken())), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint' })
    t.strictSame(verifier.status().map(({ state }) => state), ['empty', 'empty'])
    t.equal(pool.fetchCount, 2, 'one attempt of two connections, and none within the cooldown')

    pool.recover()
    clock.pass(durations.cooldown)
    t.strictSame(verifier.status().map(({ state }) => state), ['empty', 'empty'], 'a probe does not wait')
    t.equal(pool.fetchCount, 3, 'but has begun a fetch')
    await t.resolves(verifier.verify(await pool.accessToken()), 'which is joined like any other')
    t.equal(pool.fetchCount, 3)
    t.strictSame(verifier.status().map(({ state }) => state), ['fresh', 'empty'])
  })

  t.test('that are due, but not those of the issuer that the pool does not have', async (t) => {
    const pool = createTestUserPool()
    const clock = createTestClock()
    const asked: string[] = []
    const verifier = createVerifierWithClock({
      ...pool.options,
      keys: {
        ...durations,
        fetch: (input, init) => {
          asked.push(String(input))
          return pool.options.keys.fetch(input, init)
        }
      }
    }, clock)
    const [own, other] = verifier.status().map(({ issuer }) => `${issuer}/.well-known/jwks.json`)
    await verifier.verify(await pool.accessToken())
    t.strictSame(asked, [own, other], 'warm-up asks both')

    clock.pass(durations.refreshAfter - 1)
    verifier.status()
    t.equal(asked.length, 2, 'nothing is due')
    clock.pass(1)
    t.equal(verifier.status()[0]?.state, 'stale')
    t.strictSame(asked, [own, other, own])

    t.equal(verifier.status()[0]?.state, 'stale')
    t.match(await rejectionOf(verifier.verify(await pool.sign({ header: { alg: 'RS256', kid: 'unknown' } }))), { reason: 'kid' })
    t.equal(verifier.status()[0]?.state, 'fresh')
    t.equal(asked.length, 3)
  })
  t.end()
})

t.test('a static key set is never fetched', async (t) => {
  const pool = createTestUserPool()
  const fetchNothing: typeof fetch = () => { throw new Error('nothing is to be fetched') }
  const { userPoolId, clientId } = pool
  const clock = createTestClock()
  const verifier = createVerifierWithClock({ userPoolId, clientId, jwks: await pool.jwks(), keys: { fetch: fetchNothing } }, clock)

  t.match(await verifier.verify(await pool.accessToken({ sub: 'one' })), { sub: 'one' })
  t.match(await rejectionOf(verifier.verify(await pool.sign({ header: { alg: 'RS256', kid: 'unknown' } }))), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
  clock.pass(50 * 60_000)
  t.match(await verifier.verify(await pool.accessToken({ sub: 'two' })), { sub: 'two' })
  for (const status of verifier.status()) t.match(status, { state: 'fresh', age: null, lastError: null })
  verifier.close()
  t.match(await verifier.verify(await pool.accessToken({ sub: 'three' })), { sub: 'three' })
})

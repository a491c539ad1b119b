// Many requests at once: one fetch for all of them, none that waits for what it does not need, none that pays for another.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import * as scripts from '../support/issuer-scripts.js'
import { createKeyScene, durations } from '../support/key-scene.js'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
import { rejectionOf } from '../support/rejection.js'
import { createTestClock } from '../support/test-clock.js'

t.test('100 concurrent requests, all different, to a cold application cost one fetch', async (t) => {
  const { pool, issuer, ask } = await createKeyScene(t)
  const tokens = await Promise.all(Array.from({ length: 100 }, () => pool.accessToken()))
  const answers = await Promise.all(tokens.map(ask))
  t.strictSame(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]))
  t.equal(issuer.requests, 1)
  t.equal(issuer.connections, 1)
})

t.test('100 concurrent requests to a cold application whose endpoint resets connections cost one attempt of two connections', async (t) => {
  const { pool, issuer, ask } = await createKeyScene(t, { script: scripts.reset })
  const tokens = await Promise.all(Array.from({ length: 100 }, () => pool.accessToken()))
  const answers = await Promise.all(tokens.map(ask))
  t.strictSame(new Set(answers.map(({ statusCode }) => statusCode)), new Set([503]))
  t.equal(issuer.requests, 2)
})

t.test('10,000 concurrent cold tokens, good and forged, cost one fetch', async (t) => {
  const pool = createTestUserPool()
  const fetchKeys = pool.options.keys.fetch
  const gate = createLatch()
  const verifier = createVerifierWithClock({
    ...pool.options,
    issuer: pool.issuer,
    keys: {
      fetch: async (...call) => {
        await gate.opened
        return fetchKeys(...call)
      }
    }
  }, createTestClock())
  const good = await Promise.all(Array.from({ length: 100 }, () => pool.accessToken()))
  const forged = await forge(pool, 9_900)

  const verified = good.map(async (token) => verifier.verify(token))
  const refused = forged.map((token) => rejectionOf(verifier.verify(token)))
  gate.open()
  t.equal((await Promise.all(verified)).length, 100)
  t.strictSame(reasonsOf(await Promise.all(refused)), new Set(['waiting', 'signature']), 'of the forged ones only some may wait')
  t.equal(pool.fetchCount, 1)
})

t.test('10,000 concurrent cold tokens while the endpoint is down cost one attempt of two connections per cooldown', async (t) => {
  const pool = createTestUserPool()
  pool.goDown()
  const clock = createTestClock()
  const verifier = createVerifierWithClock({ ...pool.options, issuer: pool.issuer, keys: { ...pool.options.keys, ...durations } }, clock)
  const tokens = await forge(pool, 10_000)

  for (let cooldowns = 1; cooldowns <= 3; cooldowns++) {
    const refused = await Promise.all(tokens.map((token) => rejectionOf(verifier.verify(token))))
    const reasons = reasonsOf(refused)
    // Beyond those that may wait for an attempt.
    reasons.delete('waiting')
    t.strictSame(reasons, new Set(['key_endpoint']))
    t.equal(pool.fetchCount, 2 * cooldowns)
    clock.pass(durations.cooldown)
  }
})

t.test('a hanging endpoint is waited for once; for the rest of the cooldown requests are refused at once', async (t) => {
  const scene = await createKeyScene(t, { script: scripts.hang, keys: { timeout: 50 } })
  const { app, pool, clock, ask } = scene
  assertRefused(t, await ask(await pool.accessToken()), 'FST_COGNITO_UNAVAILABLE')

  clock.pass(durations.cooldown - 1)
  const token = await pool.accessToken()
  // Nothing that takes time can happen before the next turn of the event loop.
  const turn = new Promise((resolve) => setImmediate(resolve, 'later'))
  t.match(await Promise.race([rejectionOf(app.cognitoAuth.verify(token)), turn]), { code: 'FST_COGNITO_UNAVAILABLE', headers: { 'retry-after': '1' } })
  t.equal(scene.fetches, 1)
})

t.test('a refresh keeps nobody waiting, be the token remembered or new', async (t) => {
  const gate = scripts.createGate()
  const { pool, issuer, clock, ask, status } = await createKeyScene(t)
  const [remembered, unseen] = [await pool.accessToken(), await pool.idToken()]
  await ask(remembered)

  issuer.play(gate.script)
  clock.pass(durations.refreshAfter)
  const arrival = issuer.arrival(2)
  // The gate is still closed: whoever waited for the fetch would wait for ever.
  for (const token of [remembered, unseen, remembered]) t.equal((await ask(token)).statusCode, 200)
  await arrival
  t.equal(status().state, 'stale')
  t.equal(issuer.requests, 2, 'it was started once')
  gate.open()
})

t.test('a client that goes away does not fail the others that wait for the same fetch and the same token', async (t) => {
  const gate = scripts.createGate()
  const { app, pool, issuer } = await createKeyScene(t, { script: gate.script })
  const token = await pool.accessToken()
  const [first, all, gone] = [createLatch(), createLatch(), createLatch()]
  let arrived = 0
  app.server.prependListener('request', (request) => {
    arrived++
    if (arrived === 1) request.socket.once('close', gone.open)
    // The handlers that follow are synchronous up to the fetch that is held.
    setImmediate(arrived === 4 ? all.open : first.open)
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo

  const leaver = connect(port, '127.0.0.1')
  leaver.write(`GET /guarded HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`)
  await first.opened
  const stayers = [1, 2, 3].map(() => fetch(`http://127.0.0.1:${port}/guarded`, { headers: pool.authorization(token) }))
  await all.opened
  leaver.resetAndDestroy()
  await gone.opened
  gate.open()
  t.strictSame((await Promise.all(stayers)).map(({ status }) => status), [200, 200, 200])
  t.equal(issuer.requests, 1)
})

/** Tokens with the claims and the `kid` of real ones, and signatures of noise. */
async function forge (pool: TestUserPool, count: number): Promise<string[]> {
  const [header = '', payload = ''] = (await pool.accessToken()).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return Array.from({ length: count }, (_, jti) => {
    const forged = Buffer.from(JSON.stringify({ ...claims, jti: String(jti) })).toString('base64url')
    return `${header}.${forged}.${randomBytes(256).toString('base64url')}`
  })
}

function reasonsOf (errors: unknown[]): Set<unknown> {
  return new Set(errors.map((error) => (error as { reason?: unknown } | null)?.reason))
}

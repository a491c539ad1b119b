// Who watches a key source hears of every change once, and of nothing else, however many requests there are.
import t from 'tap'
import type { KeySourceStatus } from '../../src/keys/key-source.js'
import { createRemoteKeySource } from '../../src/keys/remote-key-source.js'
import { createTestUserPool } from '../../src/testing/index.js'
import * as scripts from '../support/issuer-scripts.js'
import { createKeyScene, durations } from '../support/key-scene.js'
import { captureLog } from '../support/log-capture.js'
import { createTestClock } from '../support/test-clock.js'

const failed = 'signing keys could not be fetched'
const fetched = 'signing keys fetched'

t.test('an outage is logged when it begins, when the keys become too old and when it ends', async (t) => {
  const log = captureLog()
  const scene = await createKeyScene(t, { server: { logger: log.logger } })
  const { pool, issuer, clock, ask, askUnknown } = scene
  const tokens = await Promise.all(Array.from({ length: 10 }, () => pool.accessToken()))
  const heard = (): unknown[] => log.lines().filter(({ msg }) => msg === failed || msg === fetched).map(({ msg, state }) => [msg, state])
  await Promise.all(tokens.map(ask))
  t.strictSame(heard(), [[fetched, 'fresh']])

  issuer.play(scripts.status(500))
  clock.pass(durations.refreshAfter)
  for (let attempt = 0; attempt < 5; attempt++) {
    await Promise.all(tokens.map(ask))
    await askUnknown()
    clock.pass(durations.cooldown)
  }
  t.equal(scene.fetches, 6)
  t.strictSame(heard().slice(1), [[failed, 'stale']])

  clock.pass(durations.maxStale)
  for (let attempt = 0; attempt < 5; attempt++) {
    await Promise.all(tokens.map(ask))
    clock.pass(durations.cooldown)
  }
  t.equal(scene.fetches, 11)
  t.strictSame(heard().slice(2), [[failed, 'empty']])

  issuer.play(scripts.serve)
  await Promise.all(tokens.map(ask))
  clock.pass(durations.cooldown)
  await askUnknown()
  t.equal(scene.fetches, 13)
  t.strictSame(heard().slice(3), [[fetched, 'fresh']])
})

t.test('a line about an outage is a warning with the error, its fault and its causes', async (t) => {
  const log = captureLog()
  const { ask, pool } = await createKeyScene(t, { script: scripts.reset, server: { logger: log.logger } })
  await ask(await pool.accessToken())
  const lines = log.where('msg', failed)
  t.match(lines, [{
    level: 40,
    userPoolId: pool.userPoolId,
    issuer: pool.issuer,
    state: 'empty',
    err: { type: 'KeyFetchError', fault: 'network', message: /^the request for keys failed: \w+: fetch failed: / }
  }])
  t.equal(lines.length, 1)
})

t.test('requests refused for an outage do not repeat its error', async (t) => {
  const log = captureLog()
  const { ask, pool } = await createKeyScene(t, { script: scripts.status(503), server: { logger: log.logger } })
  const tokens = await Promise.all(Array.from({ length: 10 }, () => pool.accessToken()))
  await Promise.all(tokens.map(ask))
  const lines = log.where('reason', 'key_endpoint')
  t.equal(lines.length, 10)
  for (const line of lines) t.match(line, { level: 30, err: undefined })
  t.equal(log.lines().filter((line) => 'err' in line && line.msg === failed).length, 1)
})

t.test('an observer hears of', (t) => {
  /** Lets one attempt after the other go this way, and gives what the observer heard. */
  async function observeAll (...attempts: Array<typeof fetch>): Promise<string[]> {
    const observed: KeySourceStatus[] = []
    const clock = createTestClock()
    let attempt = 0
    const settings = {
      ...durations,
      timeout: 600_000,
      maxBytes: 51_200,
      fetch: (...call: Parameters<typeof fetch>) => attempts[attempt++]?.(...call) ?? Promise.reject(new Error('no more attempts'))
    }
    const source = createRemoteKeySource({ userPoolId: 'us-east-1_EXAMPLE01', issuer: 'https://issuer.example' }, 'https://issuer.example/keys', settings, clock, (status) => observed.push(status))
    while (attempt < attempts.length) {
      await source.find('unknown', Infinity)
      clock.pass(durations.cooldown)
    }
    return observed.map(({ state, lastError }) => `${state}: ${lastError?.message ?? 'ok'}`)
  }

  const good: typeof fetch = async () => Response.json(await createTestUserPool().jwks())
  const status = (code: number): typeof fetch => async () => new Response(null, { status: code })
  const refused = (address: string): typeof fetch => () => Promise.reject(Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' }))
  const broken = 'the request for keys failed: ECONNREFUSED'

  t.test('the first fetch, good or bad', async (t) => {
    t.strictSame(await observeAll(good), ['fresh: ok'])
    t.strictSame(await observeAll(status(500)), ['empty: the key endpoint answered 500'])
  })

  t.test('no fetch that went like the one before it', async (t) => {
    t.strictSame(await observeAll(good, good, good), ['fresh: ok'])
    t.strictSame(await observeAll(status(500), status(500)), ['empty: the key endpoint answered 500'])
  })

  t.test('a failure, another failure and the recovery', async (t) => {
    t.strictSame(await observeAll(good, status(500), status(403), status(403), good), [
      'fresh: ok', 'fresh: the key endpoint answered 500', 'stale: the key endpoint answered 403', 'fresh: ok'
    ])
  })

  t.test('one failure where each attempt tried another address', async (t) => {
    t.strictSame(await observeAll(refused('203.0.113.1:443'), refused('203.0.113.2:443'), refused('203.0.113.3:443'), refused('203.0.113.4:443')), [`empty: ${broken}`])
  })
  t.end()
})

import t from 'tap'
import { readVerifierOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { siblingsOf } from '../../src/verifier/trusted-issuer.js'
import { createVerifierService } from '../../src/verifier/verifier-service.js'
import type { VerifierService } from '../../src/verifier/verifier-service.js'
import type { KeySourceStatus } from '../../src/index.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

interface Scene {
  readonly pool: TestUserPool
  readonly service: VerifierService
  readonly clock: TestClock
  readonly observed: KeySourceStatus[]
}

function createScene (options: object = {}): Scene {
  const pool = createTestUserPool()
  const clock = createTestClock()
  const observed: Scene['observed'] = []
  const settings = readVerifierOptions({ ...pool.options, ...options })
  const service = createVerifierService(settings, clock, (changed) => observed.push(changed))
  return { pool, service, clock, observed }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('has one key source for each issuer that is trusted', async (t) => {
  const { pool, service } = createScene()
  const second = pool.issuer.replace('https://', 'https://issuer-')
  t.strictSame([...service.issuers.keys()], [pool.issuer, second])
  t.strictSame(service.status().map(({ userPoolId, issuer, state }) => [userPoolId, issuer, state]), [
    [pool.userPoolId, pool.issuer, 'empty'], [pool.userPoolId, second, 'empty']
  ])
})

t.test('an issuer of the options takes the place of both', async (t) => {
  const { service } = createScene({ issuer: 'http://127.0.0.1:9229/us-east-1_TestPool1' })
  t.strictSame(service.status().map(({ issuer }) => issuer), ['http://127.0.0.1:9229/us-east-1_TestPool1'])
})

t.test('warming up fetches in the background, and tells the observer of each source', async (t) => {
  const { pool, service, observed } = createScene()
  await pool.jwks()
  t.equal(service.warmUp(), undefined)
  t.equal(pool.fetchCount, 1)
  while (observed.length < 2) await settled()
  t.strictSame(observed.map(({ issuer, lastError }) => [issuer === pool.issuer, lastError === null]).sort(), [[false, false], [true, true]])
  t.match(service.status(), [{ state: 'fresh', lastError: null }, { state: 'empty', lastError: { fault: 'status' } }])
})

t.test('of the issuers of a pool each has the others as siblings, however many pools there are', async (t) => {
  const others = Array.from({ length: 3 }, (_, index) => ({ userPoolId: `us-east-1_Other${index}`, clientId: 'other' }))
  const pool = createTestUserPool()
  const settings = readVerifierOptions({ userPools: [...others, { userPoolId: pool.userPoolId, clientId: 'app' }] })
  const service = createVerifierService(settings, createTestClock(), () => {})
  const second = pool.issuer.replace('https://', 'https://issuer-')
  t.equal(service.issuers.size, 8)
  t.strictSame(siblingsOf(service.issuers, pool.issuer).map(({ issuer }) => issuer), [second])
  t.strictSame(siblingsOf(service.issuers, second).map(({ issuer }) => issuer), [pool.issuer])
  service.issuers.delete(second)
  t.strictSame(siblingsOf(service.issuers, pool.issuer), [], 'one that is trusted no more has no word')
  t.strictSame(siblingsOf(service.issuers, second), [], 'nor is it asked for others')
})

t.test('nothing is fetched before somebody asks', async (t) => {
  const { pool, service } = createScene()
  await settled()
  t.equal(pool.fetchCount, 0)
  service.close()
})

t.test('closing ends it for all sources', async (t) => {
  const { pool, service, observed } = createScene()
  service.close()
  service.warmUp()
  service.status()
  await settled()
  t.equal(pool.fetchCount, 0)
  t.equal(observed.length, 0)
})

t.test('a readiness probe alone has keys fetched again that are due, and an endpoint asked again that was down', async (t) => {
  const { pool, service, clock } = createScene()
  pool.goDown()
  service.warmUp()
  while (service.status()[0]?.lastError === null) await settled()
  t.equal(pool.fetchCount, 2, 'an attempt of two connections')
  pool.recover()
  service.status()
  t.equal(pool.fetchCount, 2, 'not within the cooldown')
  clock.pass(30_000)
  t.match(service.status()[0], { state: 'empty' }, 'the probe does not wait')
  while (service.status()[0]?.state !== 'fresh') await settled()
  t.equal(pool.fetchCount, 3)
})

t.test('the issuer that a pool does not have is left in peace by probes once the other one answers', async (t) => {
  let askedOfOther = 0
  const pool = createTestUserPool()
  const fetch: typeof globalThis.fetch = (url, init) => {
    if (!String(url).startsWith(pool.issuer)) askedOfOther++
    return pool.options.keys.fetch(url, init)
  }
  const { service, clock } = createScene({ keys: { fetch } })
  service.warmUp()
  while (service.status()[0]?.state !== 'fresh' || service.status()[1]?.lastError === null) await settled()
  t.equal(askedOfOther, 1)
  for (let probe = 0; probe < 5; probe++) {
    clock.pass(60_000)
    service.status()
    await settled()
  }
  t.equal(askedOfOther, 1)
})

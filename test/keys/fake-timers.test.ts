// The fake timers of Vitest and Jest, which are those of @sinonjs/fake-timers: the clocks of this process taken away and brought back.
import { install } from '@sinonjs/fake-timers'
import type { Clock, FakeMethod } from '@sinonjs/fake-timers'
import t from 'tap'
import type { Test } from 'tap'
import { createVerifier } from '../../src/index.js'
import type { KeyOptions, Verifier } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { rejectionOf } from '../support/rejection.js'

const hour = 3_600_000

const byVitest: FakeMethod[] = ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'Date', 'performance']
// Without these two nothing that waits for a stream would ever go on, and Jest's own documentation has them left alone then.
const byJest: FakeMethod[] = [...byVitest, 'hrtime']
const byJestWhole: FakeMethod[] = [...byJest, 'nextTick', 'queueMicrotask']
// A machine that was suspended: only the time of day has moved.
const bySuspend: FakeMethod[] = ['Date']

interface Scene {
  readonly pool: TestUserPool
  readonly verifier: Verifier
  readonly fetches: () => number
  /** From now on the endpoint answers only after the function that this returns is called. */
  hold (): () => void
  /** From now on the endpoint is down. */
  goDown (): void
  /** Resolves when no fetch is under way. */
  settled (): Promise<void>
}

async function createScene (t: Test, options: KeyOptions & { readonly isCached?: boolean } = {}): Promise<Scene> {
  const { isCached = true, ...keys } = options
  const pool = createTestUserPool()
  await pool.jwks()
  let fetches = 0
  let isDown = false
  let held = Promise.resolve()
  const verifier = createVerifier({
    ...pool.options,
    issuer: pool.issuer,
    ...(isCached ? {} : { cache: false }),
    keys: {
      // Due means due now: the attempt at the start is not long ago.
      cooldown: 1,
      ...keys,
      fetch: async () => {
        fetches++
        await held
        return isDown ? new Response('down', { status: 503 }) : Response.json(await pool.jwks())
      }
    }
  })
  t.teardown(() => verifier.close())
  await verifier.ready()
  return {
    pool,
    verifier,
    fetches: () => fetches,
    hold: () => {
      let release = (): void => {}
      held = new Promise((resolve) => { release = resolve })
      return release
    },
    goDown: () => { isDown = true },
    // A token of a key that nobody has waits for the fetch under way, whatever becomes of it; an old one causes none.
    settled: async () => {
      const now = Math.floor(Date.now() / 1000)
      const [, payload = ''] = (await pool.accessToken({ iat: now - 7_000, exp: now + 7_000 })).split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
      await rejectionOf(verifier.verify(await pool.sign({ header: { alg: 'RS256', kid: 'nobody-has-this-key' }, payload: claims })))
    }
  }
}

function fake (t: Test, toFake: FakeMethod[], now = Date.now()): Clock {
  const clock = install({ now, toFake })
  t.teardown(() => { clock.uninstall() })
  return clock
}

async function subjectOf (verifier: Verifier, token: string): Promise<string> {
  return (await verifier.verify(token)).sub
}

for (const [name, toFake] of [['Vitest', byVitest], ['Jest', byJest]] as const) {
  t.test(`fake timers of ${name}: known keys go on serving when the clocks are taken and when they come back`, async (t) => {
    const { pool, verifier, fetches, settled } = await createScene(t)
    const token = await pool.accessToken({ sub: 'ann' })
    t.equal(await subjectOf(verifier, token), 'ann')
    const clock = install({ now: Date.now(), toFake: [...toFake] })
    try {
      t.ok(performance.now() < 1, 'the monotonic clock begins anew')
      t.equal(await subjectOf(verifier, token), 'ann')
      for (const { age } of verifier.status()) t.ok(age === null || age >= 0, 'no age is negative')
      await settled()
      t.equal(fetches(), 2, 'a clock that has fallen back has lost count: keys are fetched again, once')
      t.equal(await subjectOf(verifier, await pool.accessToken({ sub: 'bob' })), 'bob')
      t.equal(fetches(), 2)
    } finally {
      clock.uninstall()
    }
    t.equal(await subjectOf(verifier, token), 'ann')
    t.match(verifier.status(), [{ state: 'fresh' }])
  })

  t.test(`fake timers of ${name}: in an outage nothing expires by them, and nobody is kept waiting`, async (t) => {
    const { pool, verifier, goDown, settled } = await createScene(t, { isCached: false })
    const token = await pool.accessToken({ sub: 'ann' })
    goDown()
    const clock = install({ now: Date.now(), toFake: [...toFake] })
    try {
      t.equal(await subjectOf(verifier, token), 'ann')
      await settled()
      t.equal(await subjectOf(verifier, token), 'ann')
    } finally {
      clock.uninstall()
    }
    t.equal(await subjectOf(verifier, token), 'ann')
    await settled()
    t.equal(await subjectOf(verifier, token), 'ann')
  })
}

t.test('fake timers of Jest, with nextTick and queueMicrotask: what is known serves while nothing else can go on, and afterwards', async (t) => {
  const { pool, verifier } = await createScene(t)
  const token = await pool.accessToken({ sub: 'ann' })
  t.equal(await subjectOf(verifier, token), 'ann')
  const clock = install({ now: Date.now(), toFake: [...byJestWhole] })
  const whileTaken = subjectOf(verifier, token)
  clock.uninstall()
  t.equal(await whileTaken, 'ann')
  t.equal(await subjectOf(verifier, token), 'ann')
  t.equal(await subjectOf(verifier, await pool.accessToken({ sub: 'bob' })), 'bob')
})

for (const isCached of [true, false]) {
  t.test(`the time of day jumps by 48 hours: a withdrawn key's token is refused after the refresh, ${isCached ? 'remembered' : 'new'}`, async (t) => {
    const { pool, verifier, hold, settled } = await createScene(t, { isCached })
    const later = Math.floor((Date.now() + 48 * hour) / 1000)
    const ofOldKey = await pool.accessToken({ sub: 'ann', iat: later - 60, exp: later + 3600 })
    await pool.accessToken()
    pool.rotateKeys()
    const ofNewKey = await pool.accessToken({ sub: 'bob', iat: later - 60, exp: later + 3600 })
    fake(t, bySuspend, Date.now() + 48 * hour)

    const release = hold()
    t.equal(await subjectOf(verifier, ofOldKey), 'ann', 'the jump is no expiry: what is known serves')
    release()
    await settled()
    t.match(await rejectionOf(verifier.verify(ofOldKey)), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
    t.equal(await subjectOf(verifier, ofNewKey), 'bob')
  })
}

t.test('the time of day jumps by 48 hours in an outage: keys are used as before', async (t) => {
  const { pool, verifier, fetches, goDown, settled } = await createScene(t)
  const later = Math.floor((Date.now() + 48 * hour) / 1000)
  const token = await pool.accessToken({ sub: 'ann', iat: later - 60, exp: later + 3600 })
  goDown()
  fake(t, bySuspend, Date.now() + 48 * hour)
  for (let request = 0; request < 3; request++) {
    t.equal(await subjectOf(verifier, token), 'ann')
    await settled()
  }
  t.ok(fetches() > 1, `${fetches()} fetches`)
})

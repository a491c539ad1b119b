// One attempt: what it bounds, what it repeats, what it makes anew.
import { getEventListeners } from 'node:events'
import { mock } from 'node:test'
import t from 'tap'
import { startAttempt } from '../../src/keys/attempt.js'
import type { Attempt } from '../../src/keys/attempt.js'
import type { RsaSigningJwk } from '../../src/keys/jwk.js'
import { KeyFetchError } from '../../src/keys/key-fetch-error.js'
import type { KeyFetchFault } from '../../src/keys/key-fetch-error.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

const timeout = 8_000
const keys = (await createTestUserPool().jwks()).keys as readonly RsaSigningJwk[]
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

t.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }))
t.afterEach(() => mock.timers.reset())

interface Request {
  readonly signal: AbortSignal
  answer (): void
  fail (fault: KeyFetchFault): void
}

interface Scene {
  readonly attempt: Attempt
  readonly clock: TestClock
  readonly closing: AbortController
  readonly requests: Request[]
  /** The process runs for so long. */
  run (milliseconds: number): Promise<void>
  /** The process stands still for so long, then its timers have their turn. */
  pause (milliseconds: number): Promise<void>
}

function createScene ({ mayRepeat = true } = {}): Scene {
  const clock = createTestClock()
  const closing = new AbortController()
  const requests: Request[] = []
  const attempt = startAttempt((signal) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    requests.push({
      signal,
      answer: () => resolve(keys),
      fail: (fault) => reject(new KeyFetchError(fault, fault))
    })
  }), {
    timeout,
    clock,
    closing: closing.signal,
    now: () => ({ steady: clock.monotonic(), wall: clock.now(), setbacks: 0 }),
    mayRepeat: () => mayRepeat
  })
  return {
    attempt,
    clock,
    closing,
    requests,
    run: async (milliseconds) => {
      for (let passed = 0; passed < milliseconds; passed += 1_000) {
        clock.pass(1_000)
        mock.timers.tick(1_000)
        await turn()
      }
      await turn()
    },
    pause: async (milliseconds) => {
      clock.pass(milliseconds)
      mock.timers.tick(1_000)
      await turn()
    }
  }
}

t.test('an answer is passed on with the moment at which it was asked for', async (t) => {
  const { attempt, clock, requests } = createScene()
  const askedAt = { steady: clock.monotonic(), wall: clock.now(), setbacks: 0 }
  clock.pass(500)
  requests[0]?.answer()
  t.strictSame(await attempt.outcome, { keys, askedAt })
  t.equal(requests[0]?.signal.aborted, true, 'nothing of the answer is kept waiting')
})

t.test('no answer in time is a time-out, and is not tried again', async (t) => {
  const { attempt, requests, run } = createScene()
  await run(7_000)
  t.equal(requests[0]?.signal.aborted, false)
  await run(1_000)
  t.match(await attempt.outcome, { error: { fault: 'timeout', message: /8000 ms/ }, isLost: false })
  t.equal(requests.length, 1)
  t.equal(requests[0]?.signal.aborted, true)
})

t.test('a connection that fails is tried once more at once, in the same time', async (t) => {
  const lucky = createScene()
  lucky.requests[0]?.fail('network')
  await turn()
  lucky.requests[1]?.answer()
  t.match(await lucky.attempt.outcome, { keys })

  const unlucky = createScene()
  await unlucky.run(5_000)
  unlucky.requests[0]?.fail('network')
  await turn()
  unlucky.requests[1]?.fail('network')
  t.match(await unlucky.attempt.outcome, { error: { fault: 'network' }, isLost: false })
  t.equal(unlucky.requests.length, 2)

  const late = createScene()
  await late.run(5_000)
  late.requests[0]?.fail('network')
  await late.run(3_000)
  t.match(await late.attempt.outcome, { error: { fault: 'timeout' }, isLost: false })
})

t.test('it is not while there are keys, and nothing else is', async (t) => {
  const inUse = createScene({ mayRepeat: false })
  inUse.requests[0]?.fail('network')
  t.match(await inUse.attempt.outcome, { error: { fault: 'network' } })
  t.equal(inUse.requests.length, 1)
  for (const fault of ['status', 'redirect', 'size', 'parse', 'empty'] as const) {
    const { attempt, requests } = createScene()
    requests[0]?.fail(fault)
    t.match(await attempt.outcome, { error: { fault }, isLost: false })
    t.equal(requests.length, 1, fault)
  }
})

t.test('a pause does not count: an answer that is there when the process goes on is taken', async (t) => {
  const { attempt, requests, pause } = createScene()
  await pause(3_600_000)
  t.equal(attempt.wasPaused(), true)
  requests[0]?.answer()
  t.match(await attempt.outcome, { keys })
  t.equal(requests.length, 1)
})

t.test('a request that a pause has spoilt is made anew, with all its time, when nothing comes after it', async (t) => {
  const { attempt, requests, run, pause } = createScene()
  await pause(60_000)
  await run(1_000)
  t.equal(requests.length, 2)
  t.equal(requests[0]?.signal.aborted, true)
  await run(7_000)
  t.equal(attempt.wasPaused(), true, 'it tells of all of them')
  requests[1]?.answer()
  t.match(await attempt.outcome, { keys })
})

t.test('a request that a pause has spoilt is made anew when its connection was lost by it, which does not use up the second try', async (t) => {
  const { attempt, requests, clock } = createScene()
  clock.pass(60_000)
  requests[0]?.fail('network')
  await turn()
  requests[1]?.fail('network')
  await turn()
  requests[2]?.answer()
  t.match(await attempt.outcome, { keys })
})

t.test('a pause does not spoil what the endpoint has answered', async (t) => {
  const { attempt, requests, clock } = createScene()
  clock.pass(60_000)
  requests[0]?.fail('status')
  t.match(await attempt.outcome, { error: { fault: 'status' }, isLost: false })
  t.equal(requests.length, 1)
})

t.test('a request is not made anew for ever: after three in a row the attempt is given up as lost', async (t) => {
  const { attempt, requests, run, pause } = createScene()
  for (let spoilt = 1; spoilt <= 3; spoilt++) {
    t.equal(requests.length, spoilt)
    await pause(60_000)
    await run(1_000)
  }
  t.match(await attempt.outcome, { error: { fault: 'paused', cause: { fault: 'timeout' } }, isLost: true })
  t.equal(requests.length, 3)
})

t.test('a request whose timer was taken away is made anew once somebody asks', async (t) => {
  const { attempt, requests, clock } = createScene()
  attempt.revive()
  await turn()
  await turn()
  t.equal(requests.length, 1, 'not while it may tick')
  // No tick comes, however much time has passed.
  clock.pass(2 * timeout + 1)
  attempt.revive()
  attempt.revive()
  for (let turns = 0; turns < 4; turns++) await turn()
  t.equal(requests.length, 2)
  t.match(requests[0]?.signal.reason, { fault: 'paused' })
  requests[1]?.answer()
  t.match(await attempt.outcome, { keys })
})

t.test('the timer of a process that was only stopped ticks first', async (t) => {
  const { attempt, requests, clock } = createScene()
  clock.pass(60_000)
  attempt.revive()
  mock.timers.tick(1_000)
  for (let turns = 0; turns < 4; turns++) await turn()
  t.equal(requests.length, 1)
  requests[0]?.answer()
  t.match(await attempt.outcome, { keys })
})

t.test('one that is over is not revived', async (t) => {
  const { attempt, requests, clock } = createScene()
  clock.pass(60_000)
  attempt.revive()
  requests[0]?.answer()
  t.match(await attempt.outcome, { keys })
  for (let turns = 0; turns < 4; turns++) await turn()
  t.equal(requests.length, 1)
})

t.test('closing ends it at once, leaves no listener behind and tries nothing more', async (t) => {
  const { attempt, requests, closing, clock } = createScene()
  clock.pass(60_000)
  closing.abort()
  t.match(await attempt.outcome, { error: { fault: 'closed' }, isLost: false })
  t.equal(requests.length, 1)
  const other = createScene()
  other.requests[0]?.answer()
  await other.attempt.outcome
  t.equal(getEventListeners(other.closing.signal, 'abort').length, 0)
})

t.test('holding it keeps the process alive, also once it is made anew, and until it is over', async (t) => {
  mock.timers.reset()
  const count = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = count()
  const { attempt, requests, clock } = createScene()
  t.equal(count() - before, 0)
  attempt.hold()
  t.equal(count() - before, 1)
  clock.pass(60_000)
  requests[0]?.fail('network')
  await turn()
  t.equal(requests.length, 2)
  t.equal(count() - before, 1)
  requests[1]?.answer()
  await attempt.outcome
  t.equal(count() - before, 0)
})

/** How old the copy may be, who waits for the store, and what happens when it does not answer. */
import { mock } from 'node:test'
import t from 'tap'
import type { Test } from 'tap'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import { RevocationListError } from '../../src/revocation/index.js'
import type { RevocationList, RevocationListOptions } from '../../src/revocation/index.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'
import { createTestStore } from '../support/revocation-store.js'
import type { TestStore } from '../support/revocation-store.js'
import { userOf } from '../support/revocation-users.js'

const start = 1_800_000_000
const pool = 'us-east-1_A'
const token = userOf({ iat: start, jti: 't1', session: 's1' })
const down = new Error('no connection')
const turns = async (): Promise<void> => { for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => { setImmediate(resolve) }) }

interface Scene { readonly clock: TestClock, readonly store: TestStore, readonly list: RevocationList, readonly other: RevocationList }

function createScene (t: Test, options: Partial<RevocationListOptions> = {}): Scene {
  const clock = createTestClock(start * 1000)
  const store = createTestStore(clock)
  const list = createRevocationListWithClock({ store, ...options }, clock)
  const other = createRevocationListWithClock({ store }, clock)
  t.teardown(() => { list.close(); other.close() })
  return { clock, store, list, other }
}

/** The fault that an answer is refused with, or the answer. */
async function answerOf (list: RevocationList, user: object = token, way: 'isRevoked' | 'ask' = 'isRevoked'): Promise<boolean | string> {
  try {
    return await list[way](user)
  } catch (error) {
    if (error instanceof RevocationListError) return error.fault
    throw error
  }
}

t.test('nothing is read before somebody asks, and the first one waits for all of it', async (t) => {
  const { store, list, other } = createScene(t)
  await other.revokeSession(token)
  t.match(list.status(), { state: 'empty', age: null, entries: 0, lastError: null })
  t.equal(store.reads, 0)
  const go = store.hold()
  const answers = [answerOf(list), answerOf(list), answerOf(list, userOf({ iat: start, session: 's2' }))]
  await turns()
  t.equal(store.reads, 1, 'one reading serves all that wait')
  go()
  t.strictSame(await Promise.all(answers), [true, true, false])
  t.match(list.status(), { state: 'fresh', age: 0, entries: 1 })
})

t.test('a copy is asked without waiting until it is due, and is then read in the background, once', async (t) => {
  const { clock, store, list } = createScene(t)
  await list.refresh()
  clock.pass(1_999)
  t.equal(list.isRevoked(token), false)
  t.equal(store.reads, 1)
  clock.pass(1)
  const go = store.hold()
  for (let requests = 0; requests < 100; requests++) t.equal(list.isRevoked(token), false)
  t.equal(store.reads, 2)
  go()
  await turns()
  t.match(list.status(), { age: 0 })
})

t.test('a request after a quiet time waits for the reading: what was revoked meanwhile is refused at once', async (t) => {
  const { clock, list, other } = createScene(t)
  await list.refresh()
  clock.pass(3_999)
  t.equal(list.isRevoked(token), false, 'twice pollInterval is the oldest copy that answers without waiting')
  await turns()
  await other.revokeSession(token)
  clock.pass(4_000)
  t.equal(await list.isRevoked(token), true)
  clock.pass(29_999)
  t.equal(await list.isRevoked(userOf({ iat: start, session: 's2' })), false)
})

t.test('while the store is down the copy answers without waiting up to maxStale, then nobody is let in', async (t) => {
  const { clock, store, list, other } = createScene(t)
  await other.revokeSession(token)
  const stranger = userOf({ iat: start, session: 's2' })
  await list.refresh()
  store.fail(down)
  clock.pass(2_000)
  t.equal(list.isRevoked(stranger), false)
  await turns()
  clock.pass(27_999)
  const go = store.hold()
  t.equal(list.isRevoked(stranger), false, 'nobody waits for a store that is known to fail')
  go()
  await turns()
  t.match(list.status(), { state: 'fresh', age: 29_999, lastError: { fault: 'store', message: 'the store of revoked tokens failed: no connection', cause: down } })
  clock.pass(1)
  t.equal(await answerOf(list, stranger), 'stale')
  t.match(list.status(), { state: 'stale', age: 30_000 })
  t.equal(await answerOf(list, token), true, 'what is known to be revoked stays so')
  store.fail(null)
  clock.pass(1_000)
  t.equal(await answerOf(list, stranger), false, 'the first request after the outage is let in')
  t.match(list.status(), { state: 'fresh', age: 0, lastError: null })
})

t.test('an outage at the start lets nobody in, with the cause, and ends by itself', async (t) => {
  const { clock, store, list } = createScene(t)
  store.fail(down)
  await t.rejects(Promise.resolve(list.isRevoked(token)), { fault: 'stale', message: 'the copy of revoked tokens was never loaded', cause: { fault: 'store', cause: down } })
  await t.rejects(list.refresh(), { name: 'RevocationListError', message: /failed: no connection/ })
  store.fail(null)
  t.equal(await answerOf(list), 'stale', 'the next attempt is not made at once')
  clock.pass(1_000)
  t.equal(await answerOf(list), false)
})

t.test('however many ask during an outage, the store is tried once a second', async (t) => {
  const { clock, store, list } = createScene(t)
  store.fail(down)
  for (let second = 0; second < 5; second++) {
    for (let request = 0; request < 100; request++) t.equal(await answerOf(list), 'stale')
    clock.pass(1_000)
  }
  t.equal(store.reads, 5)
})

t.test('onStale: accept lets in whoever is not known to be revoked, and does not have them wait for an outage', async (t) => {
  const { clock, store, list, other } = createScene(t, { onStale: 'accept' })
  await other.revokeSession(token)
  const stranger = userOf({ iat: start, session: 's2' })
  store.fail(down)
  t.equal(await list.isRevoked(stranger), false, 'even before anything was loaded')
  const go = store.hold()
  clock.pass(1_000)
  t.equal(await list.isRevoked(stranger), false)
  store.fail(null)
  go()
  await turns()
  t.equal(await list.isRevoked(token), true)
  store.fail(down)
  clock.pass(86_400_000)
  t.equal(await list.isRevoked(stranger), false)
  t.match(list.status(), { state: 'stale' })
  t.equal(await list.isRevoked(token), true)
  t.equal(await answerOf(list, stranger, 'ask'), 'store', 'those who ask the store itself are refused')
})

t.test('a store that does not answer is given up after the timeout, and does not stand in the way of the next attempt', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const { clock, store, list } = createScene(t, { timeout: 800 })
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      clock.pass(100)
      mock.timers.tick(100)
      await turns()
    }
  }
  const go = store.hold()
  const answer = answerOf(list)
  const revoked = list.revokeSession(token)
  revoked.catch(() => {})
  await pass(800)
  t.equal(await answer, 'stale')
  await t.rejects(revoked, { fault: 'timeout', message: 'the store of revoked tokens did not answer within 800 ms' })
  t.match(list.status(), { state: 'empty', lastError: { fault: 'timeout' } })
  await pass(1_000)
  t.equal(store.reads, 1)
  const again = answerOf(list)
  go()
  t.equal(await again, true, 'what was appended late counts as well')
  t.equal(store.reads, 2)
})

t.test('beyond maxEntries nobody is let in, until there is room again', async (t) => {
  for (const onStale of ['refuse', 'accept'] as const) {
    const { clock, list, other } = createScene(t, { maxEntries: 3, onStale })
    for (const [seconds, session] of [[0, 'a'], [1, 'b'], [2, 'c'], [100, 's1']] as const) {
      await other.revokeSession(userOf({ iat: start, session }))
      clock.pass(seconds * 1000)
    }
    const stranger = userOf({ iat: start, session: 's2' })
    t.equal(await answerOf(list, stranger), 'full')
    t.match(list.status(), { state: 'full', entries: 3, lastError: { fault: 'full', message: /more than 3 revocations; raise maxEntries/ } })
    t.equal(await answerOf(list, userOf({ iat: start, session: 'a' })), true)
    t.equal(await answerOf(list, stranger, 'ask'), 'full')
    clock.pass(89_896_000)
    t.equal(await answerOf(list, stranger), 'full', 'all of them may still be about a living token')
    clock.pass(2_000)
    t.equal(await answerOf(list, stranger), false)
    t.equal(await answerOf(list), true)
    t.match(list.status(), { state: 'fresh', lastError: null })
  }
})

t.test('a revocation for which this process has no room is stored, and nobody is let in here', async (t) => {
  const { clock, list, other } = createScene(t, { maxEntries: 1 })
  await list.revokeUser(pool, 'bob')
  await list.refresh()
  t.equal(await answerOf(list), false)
  t.match(await list.revokeSession(token), { kind: 'session', id: 's1' })
  t.equal(await answerOf(list), 'full', 'at once')
  clock.pass(2_000)
  t.equal(await answerOf(list), 'full', 'and after the next reading')
  t.equal(await answerOf(other), true)
})

t.test('a machine that was suspended reads before it answers, although its monotonic clock stood still', async (t) => {
  const { clock, list, other } = createScene(t)
  t.equal(await list.isRevoked(token), false)
  await other.revokeSession(token)
  clock.adjust(600_000)
  t.equal(await list.isRevoked(token), true)
})

t.test('clocks that are set lose nothing and stop nothing', async (t) => {
  const clock = createTestClock(start * 1000)
  let shift = 0
  const store = createTestStore(clock)
  const moved = { now: () => clock.now(), monotonic: () => clock.monotonic() + shift }
  const list = createRevocationListWithClock({ store }, moved)
  await list.revokeSession(token)
  await list.refresh()
  for (const seconds of [172_800, -172_800]) {
    store.adjust(seconds)
    await list.refresh()
    t.equal(await list.isRevoked(token), true, 'the store\'s clock')
  }
  clock.adjust(172_800_000)
  await list.refresh()
  clock.adjust(-172_800_000)
  await list.refresh()
  t.equal(await list.isRevoked(token), true, 'the machine\'s clock')
  shift = -900
  clock.pass(2_000)
  t.equal(list.isRevoked(userOf({ iat: start })), false)
  await turns()
  t.match(list.status(), { state: 'fresh', age: 0 }, 'the monotonic clock of fake timers')
})

t.test('a process that starts while the store\'s clock is ahead takes in what is not over by its own', async (t) => {
  const { store, list, other } = createScene(t)
  await other.revokeSession(token)
  store.adjust(172_800)
  t.equal(await list.isRevoked(token), true)
  store.adjust(-172_800)
  await list.refresh()
  t.equal(await list.isRevoked(token), true)
})

t.test('a closed list lets nobody in, reads nothing more, and still knows what it knew', async (t) => {
  const { clock, store, list } = createScene(t)
  await list.revokeSession(token)
  clock.pass(10_000)
  const go = store.hold()
  const stranger = userOf({ iat: start, session: 's2' })
  const waiting = [answerOf(list, stranger), answerOf(list, stranger, 'ask')]
  const next = list.refresh().catch((error: unknown) => error)
  list.close()
  go()
  t.strictSame(await Promise.all(waiting), ['closed', 'closed'])
  t.match(await next, { fault: 'closed' })
  const { reads } = store
  t.equal(await answerOf(list, stranger), 'closed')
  t.equal(await answerOf(list, stranger, 'ask'), 'closed')
  await t.rejects(list.refresh(), { message: 'the list of revoked tokens was closed' })
  t.equal(await answerOf(list), true)
  t.match(list.status(), { state: 'closed' })
  await turns()
  t.equal(store.reads, reads)
})

t.test('a store that answers nonsense is an outage', async (t) => {
  const clock = createTestClock(start * 1000)
  const more = { entries: [], cursor: 'x', more: true, now: start }
  for (const [readAfter, fault] of [
    [async () => null, 'store'], [() => { throw down }, 'store'], [async () => { throw Object('odd') }, 'store'], [async () => more, 'page']
  ] as const) {
    const list = createRevocationListWithClock({ store: { append: () => Promise.reject(down), readAfter: readAfter as never } }, clock)
    t.equal(await answerOf(list), 'stale')
    t.match(list.status().lastError, { fault })
  }
})

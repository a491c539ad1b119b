/** Routes that cannot wait for the copy ask the store itself. */
import t from 'tap'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import { createTestClock } from '../support/test-clock.js'
import { createTestStore } from '../support/revocation-store.js'
import { userOf } from '../support/revocation-users.js'

const start = 1_800_000_000
const token = userOf({ iat: start, session: 's1' })
const turns = async (): Promise<void> => { for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => { setImmediate(resolve) }) }

function createScene (pageSize = 100) {
  const clock = createTestClock(start * 1000)
  const store = createTestStore(clock, pageSize)
  const list = createRevocationListWithClock({ store }, clock)
  const other = createRevocationListWithClock({ store }, clock)
  return { clock, store, list, other }
}

t.test('what another process has revoked is refused at once', async (t) => {
  const { list, other } = createScene()
  t.equal(await list.ask(token), false)
  await other.revokeSession(token)
  t.equal(list.isRevoked(token), false)
  t.equal(await list.ask(token), true)
  t.equal(list.isRevoked(token), true, 'and by the copy from then on')
})

t.test('one reading for each, sent without waiting for those before it; none for what is known', async (t) => {
  const { store, list, other } = createScene()
  await list.refresh()
  const go = store.hold()
  const answers = [1, 2, 3].map(() => list.ask(token))
  t.equal(store.reads, 4)
  go()
  t.strictSame(await Promise.all(answers), [false, false, false])
  await other.revokeSession(token)
  t.equal(await list.ask(token), true)
  t.equal(await list.ask(token), true)
  t.equal(store.reads, 5)
})

t.test('a reading counts for the copy', async (t) => {
  const { clock, store, list } = createScene()
  await list.refresh()
  clock.pass(1_500)
  await list.ask(token)
  clock.pass(1_500)
  t.equal(list.isRevoked(token), false)
  t.equal(store.reads, 2)
  t.match(list.status(), { age: 1_500 })
})

t.test('those who ask an empty copy share its loading, and one reading that begins after they have asked', async (t) => {
  const { store, list, other } = createScene()
  const go = store.hold()
  const first = list.isRevoked(userOf({ iat: start }))
  const answers = Array.from({ length: 50 }, () => list.ask(token))
  await turns()
  t.equal(store.reads, 1)
  // Appended after the loading has begun: its own answer may not hold it.
  const revoked = other.revokeSession(token)
  go()
  await revoked
  t.equal(await first, false)
  t.strictSame(await Promise.all(answers), answers.map(() => true))
  t.equal(store.reads, 2)
})

t.test('where more was appended than one page holds, all of it is read before the answer', async (t) => {
  const { store, list, other } = createScene(10)
  await list.refresh()
  for (let at = 0; at < 35; at++) await other.revokeSession(userOf({ iat: start, session: `other ${at}` }))
  await other.revokeSession(token)
  const answers = Array.from({ length: 20 }, () => list.ask(token))
  t.strictSame(await Promise.all(answers), answers.map(() => true))
  t.ok(store.reads < 1 + 20 + 2 * 4, `${store.reads} readings: the rest was read once for all`)
})

t.test('a store that is down lets nobody in who asks, however fresh the copy is', async (t) => {
  const { store, list } = createScene()
  await list.revokeSession(token)
  await list.refresh()
  const down = new Error('no connection')
  store.fail(down)
  await t.rejects(list.ask(userOf({ iat: start })), { fault: 'store', cause: down })
  t.equal(await list.ask(token), true, 'what is known to be revoked stays so')
  t.equal(list.isRevoked(userOf({ iat: start })), false)
})

t.test('an older reading that comes late takes nothing back', async (t) => {
  const { store, list, other } = createScene()
  await list.refresh()
  const goSlow = store.hold()
  const slow = list.ask(token)
  const goFast = store.hold()
  const fast = list.ask(token)
  goFast()
  await fast
  await other.revokeSession(token)
  t.equal(await list.ask(token), true)
  goSlow()
  await slow
  t.equal(await list.ask(token), true)
  t.equal(list.isRevoked(token), true)
  store.lose()
  await list.refresh()
  t.equal(list.isRevoked(token), true)
})

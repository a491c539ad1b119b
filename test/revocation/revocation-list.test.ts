import t from 'tap'
import type { Test } from 'tap'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import type { RevocationList } from '../../src/revocation/index.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'
import { createTestStore } from '../support/revocation-store.js'
import type { TestStore } from '../support/revocation-store.js'
import { userOf } from '../support/revocation-users.js'

const start = 1_800_000_000
const pool = 'us-east-1_A'

interface Scene { readonly clock: TestClock, readonly store: TestStore, readonly here: RevocationList, readonly there: RevocationList }

function createScene (t: Test): Scene {
  const clock = createTestClock(start * 1000)
  const store = createTestStore(clock)
  const [here, there] = [createRevocationListWithClock({ store }, clock), createRevocationListWithClock({ store }, clock)]
  t.teardown(() => { here.close(); there.close() })
  return { clock, store, here, there }
}

t.test('what one process revokes is refused by it at once, and by another within pollInterval', async (t) => {
  const { clock, here, there } = createScene(t)
  const token = userOf({ iat: start, jti: 't1', session: 's1' })
  t.equal(await there.isRevoked(token), false)
  t.equal(await here.isRevoked(token), false)
  t.strictSame(await here.revokeSession(token), { kind: 'session', userPoolId: pool, id: 's1', moment: start })
  t.equal(here.isRevoked(token), true, 'without waiting')
  t.equal(there.isRevoked(token), false)
  clock.pass(2_000)
  t.equal(there.isRevoked(token), false, 'the request that finds the copy due does not wait')
  await there.refresh()
  t.equal(there.isRevoked(token), true)
})

t.test('a token is revoked by jti, and its session and user are not', async (t) => {
  const { here } = createScene(t)
  const token = userOf({ iat: start, jti: 't1', session: 's1' })
  t.match(await here.revokeToken(token), { kind: 'token', id: 't1' })
  t.equal(await here.isRevoked(token), true)
  t.equal(await here.isRevoked(userOf({ iat: start, jti: 't2', session: 's1' })), false)
})

t.test('a token without jti takes along all that its user was issued before it', async (t) => {
  const { here } = createScene(t)
  for (const jti of [undefined, '', 'x'.repeat(257)]) {
    const token = userOf({ sub: `of ${String(jti).length}`, iat: start - 60, ...(jti === undefined ? {} : { jti }) })
    t.match(await here.revokeToken(token), { kind: 'user', id: token.sub, moment: start - 60 })
    t.equal(await here.isRevoked(token), true)
    t.equal(await here.isRevoked(userOf({ sub: token.sub, iat: start - 61, jti: 'older' })), true)
    t.equal(await here.isRevoked(userOf({ sub: token.sub, iat: start - 59, jti: 'newer' })), false)
  }
})

t.test('a sign-in without origin_jti takes along all that its user was issued', async (t) => {
  const { here } = createScene(t)
  t.match(await here.revokeSession(userOf({ iat: start - 60, jti: 't1' })), { kind: 'user', id: 'alice', moment: start })
  t.equal(await here.isRevoked(userOf({ iat: start, jti: 't2', session: 's2' })), true)
  t.equal(await here.isRevoked(userOf({ iat: start + 1, jti: 't3', session: 's3' })), false)
})

t.test('a user and an app client are revoked up to a moment, by default the store\'s present', async (t) => {
  const { store, here } = createScene(t)
  store.adjust(7.9)
  t.match(await here.revokeUser(pool, 'alice'), { kind: 'user', id: 'alice', moment: start + 7 })
  t.match(await here.revokeClient(pool, 'kiosk'), { kind: 'client', id: 'kiosk', moment: start + 7 })
  t.match(await here.revokeUser(pool, 'bob', { before: start - 100 }), { moment: start - 100 })
  t.match(await here.revokeClient(pool, 'app', { before: 0 }), { moment: 0 })
  t.equal(await here.isRevoked(userOf({ sub: 'alice', iat: start + 7 })), true)
  t.equal(await here.isRevoked(userOf({ sub: 'alice', iat: start + 8 })), false)
  t.equal(await here.isRevoked(userOf({ sub: 'carol', client: 'kiosk', iat: start + 7 })), true)
  t.equal(await here.isRevoked(userOf({ sub: 'bob', iat: start - 100 })), true)
  t.equal(await here.isRevoked(userOf({ sub: 'bob', iat: start - 99 })), false)
})

t.test('a machine\'s own clock, 5 minutes off either way, changes nothing of whom it refuses', async (t) => {
  for (const minutes of [5, -5]) {
    const clock = createTestClock(start * 1000)
    const store = createTestStore(clock)
    const off = createTestClock((start + minutes * 60) * 1000)
    const [here, there] = [createRevocationListWithClock({ store }, off), createRevocationListWithClock({ store }, clock)]
    await here.revokeUser(pool, 'alice')
    for (const list of [here, there]) {
      t.equal(await list.isRevoked(userOf({ iat: start })), true)
      t.equal(await list.isRevoked(userOf({ iat: start + 1 })), false)
    }
    // A day later, by a token of the longest life whose machine is slow.
    for (const one of [clock, off]) one.pass(87_000_000)
    await there.revokeUser(pool, 'bob')
    for (const list of [here, there]) {
      await list.refresh()
      t.equal(await list.isRevoked(userOf({ iat: start })), true)
      t.equal(list.status().entries, 2)
    }
    // A machine whose clock is behind keeps it for as much longer.
    for (const one of [clock, off]) one.pass(3_301_000)
    for (const list of [here, there]) {
      await list.refresh()
      t.equal(list.status().entries, 1, 'and then it goes by itself')
    }
  }
})

t.test('what nobody could be revoked by is refused before it is stored', async (t) => {
  const { store, here } = createScene(t)
  for (const [userPoolId, id] of [['', 'alice'], [pool, ''], [pool, 'x'.repeat(257)], [pool, undefined], [null, 'alice'], [pool, 7]]) {
    await t.rejects(here.revokeUser(userPoolId as string, id as string), { name: 'TypeError', message: /each of 1 to 256 characters/ })
    await t.rejects(here.revokeClient(userPoolId as string, id as string), { name: 'TypeError' })
  }
  for (const before of [NaN, -1, Infinity, '1800000000', {}]) {
    await t.rejects(here.revokeUser(pool, 'alice', { before: before as number }), { name: 'RangeError' })
  }
  await t.rejects(here.revokeUser(pool, 'alice', { before: start * 1000 }), { name: 'RangeError', message: /seconds ahead of the store's clock/ })
  await t.rejects(here.revokeUser(pool, 'alice', { before: start + 301 }), { name: 'RangeError' })
  t.match(await here.revokeUser(pool, 'alice', { before: start + 300 }), { moment: start + 300 })
  t.equal(store.size, 1)
})

t.test('only the user of a verified token can be asked for or revoked', async (t) => {
  const { here } = createScene(t)
  const noUser = { name: 'RevocationListError', message: /needs the CognitoUser of a verified token/ }
  const whole = userOf({ iat: start })
  const strangers = [{}, { id: 7 }, { ...whole, claims: null }, { ...whole, claims: {} }, { ...whole, claims: { iat: '1' } }, { ...whole, sub: 1 }, { ...whole, userPoolId: undefined }, { ...whole, clientId: null }]
  for (const stranger of strangers) {
    t.throws(() => here.isRevoked(stranger), noUser)
    await t.rejects(here.ask(stranger), noUser)
    await t.rejects(here.revokeToken(stranger as typeof whole), noUser)
    await t.rejects(here.revokeSession(stranger as typeof whole), noUser)
  }
  t.equal(await here.isRevoked(whole), false)
})

t.test('what could not be stored is said, and not believed', async (t) => {
  const { store, here } = createScene(t)
  const down = new Error('no connection')
  t.equal(await here.isRevoked(userOf({ iat: start })), false)
  store.fail(down)
  await t.rejects(here.revokeUser(pool, 'alice'), down)
  t.equal(here.isRevoked(userOf({ iat: start })), false)
  store.fail(null)
  await here.revokeUser(pool, 'alice')
  t.equal(here.isRevoked(userOf({ iat: start })), true)
})

t.test('twice is once, and nothing takes a revocation back', async (t) => {
  const { store, here, there } = createScene(t)
  const token = userOf({ iat: start, session: 's1' })
  for (let times = 0; times < 2; times++) await here.revokeSession(token)
  await here.revokeUser(pool, 'alice', { before: start })
  await here.revokeUser(pool, 'alice', { before: start - 1_000 })
  await there.refresh()
  t.match(there.status(), { state: 'fresh', entries: 2, lastError: null })
  store.lose()
  await there.refresh()
  await there.refresh()
  t.equal(await there.isRevoked(token), true)
  t.equal(await there.isRevoked(userOf({ iat: start })), true)
})

/** The store in a real Redis, by the clients that applications use. */
import t from 'tap'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import { redisStore } from '../../src/revocation/index.js'
import { userOf } from '../support/revocation-users.js'
import { createTestClock } from '../support/test-clock.js'
import { clients, connect } from './support/redis-clients.js'
import { startRedis } from './support/redis-server.js'

const pool = 'us-east-1_A'
const key = 'fastify-cognito-auth:revocations'
const server = await startRedis(t)

for (const client of clients) {
  t.test(`${client[0]} by RESP${client[1]}`, async (t) => {
    const send = await connect(t, client, server.port)
    await send(['FLUSHALL'])
    const store = redisStore(send)
    const [here, there] = [createRevocationListWithClock({ store }, createTestClock()), createRevocationListWithClock({ store }, createTestClock(Date.now() - 300_000))]
    const second = Math.floor(Date.now() / 1000)
    const token = userOf({ iat: second - 10, jti: 't1', session: 's1' })
    t.equal(await there.isRevoked(token), false)
    await here.revokeSession(token)
    t.equal(there.isRevoked(token), false)
    t.equal(await there.ask(token), true)
    await here.revokeToken(userOf({ sub: 'bob', iat: second, jti: 't2' }))
    const { moment } = await here.revokeUser(pool, 'carol')
    t.ok(Math.abs(moment - second) < 60, 'the server\'s clock, by both machines, though theirs are 5 minutes apart')
    await there.revokeClient(pool, 'kiosk', { before: second - 100 })
    for (const list of [here, there]) {
      await list.refresh()
      t.match(list.status(), { state: 'fresh', entries: 4 })
      t.equal(await list.isRevoked(userOf({ sub: 'bob', iat: second, jti: 't2' })), true)
      t.equal(await list.isRevoked(userOf({ sub: 'bob', iat: second, jti: 't3' })), false)
      t.equal(await list.isRevoked(userOf({ sub: 'carol', iat: moment })), true)
      t.equal(await list.isRevoked(userOf({ sub: 'carol', iat: moment + 1 })), false)
      t.equal(await list.isRevoked(userOf({ sub: 'dan', client: 'kiosk', iat: second - 100 })), true)
      t.equal(await list.isRevoked(userOf({ sub: 'dan', client: 'kiosk', iat: second - 99 })), false)
    }
    const left = Number(await send(['TTL', key]))
    t.ok(left > 89_900 && left <= 90_000, `the stream goes by itself after ${left} s`)

    // What has outlived every token is trimmed with the next entry, and nothing else.
    await send(['DEL', key])
    const old = (second - 90_400) * 1000
    for (let at = 0; at < 150; at++) await send(['XADD', key, `${old}-${at + 1}`, 'r', JSON.stringify(['session', pool, `old ${at}`, second - 90_400])])
    await here.refresh()
    const { cursor } = await store.readAfter(null)
    await here.revokeSession(userOf({ iat: second, session: 'new' }))
    t.ok(Number(await send(['XLEN', key])) < 150)
    const { entries } = await store.readAfter(cursor)
    t.ok(entries.some(({ id }) => id === 'new'), 'a cursor that was trimmed away still leads to it')
    await there.refresh()
    t.equal(await there.isRevoked(userOf({ iat: second, session: 'new' })), true)
    t.equal(await there.isRevoked(userOf({ iat: second, session: 'old 149' })), false, 'what is over is not taken in')

    await send(['SET', 'text', 'no stream'])
    const wrong = createRevocationListWithClock({ store: redisStore(send, { key: 'text' }) }, createTestClock())
    await t.rejects(wrong.refresh(), { name: 'RevocationListError', message: /WRONGTYPE/ })
    await t.rejects(async () => wrong.isRevoked(token), { message: /never loaded/ })
    await t.rejects(wrong.revokeUser(pool, 'alice'), { message: /WRONGTYPE/ })
  })
}

t.test('100,000 entries are loaded, and each is found', async (t) => {
  const send = await connect(t, clients[1], server.port)
  await send(['FLUSHALL'])
  await send(['EVAL', `for at = 1, 100000 do redis.call('XADD', KEYS[1], '*', 'r', '["session","${pool}","s' .. at .. '",' .. ARGV[1] .. ']') end`, '1', key, String(Math.floor(Date.now() / 1000))])
  const clock = createTestClock()
  const list = createRevocationListWithClock({ store: redisStore(send), timeout: 10_000 }, clock)
  const began = performance.now()
  t.equal(await list.isRevoked(userOf({ iat: 0, session: 's100000' })), true)
  t.comment(`loaded in ${Math.round(performance.now() - began)} ms`)
  t.match(list.status(), { state: 'fresh', entries: 100_000 })
  let missing = 0
  for (let at = 1; at <= 100_000; at++) if (list.isRevoked(userOf({ iat: 0, session: `s${at}` })) !== true) missing++
  t.equal(missing, 0)
  t.equal(list.isRevoked(userOf({ iat: 0, session: 's100001' })), false)
})

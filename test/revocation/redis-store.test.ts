import t from 'tap'
import { redisStore } from '../../src/revocation/index.js'
import type { Revocation, RevocationStore, StoredRevocation } from '../../src/revocation/index.js'
import { createFakeRedis } from '../support/fake-redis.js'

const start = 1_700_000_000_000
const pool = 'us-east-1_A'
const session = (id: string): Revocation => ({ kind: 'session', userPoolId: pool, id, before: null })

/** Everything that a reader who goes on from a cursor is told, and the cursor after it. */
async function readOn (store: RevocationStore, cursor: string | null): Promise<{ ids: string[], cursor: string | null }> {
  const entries: StoredRevocation[] = []
  for (let more = true; more;) {
    const page = await store.readAfter(cursor)
    entries.push(...page.entries)
    ;({ cursor, more } = page)
  }
  return { ids: entries.map(({ id }) => id), cursor }
}

t.test('an entry is appended with trimming by the server\'s clock, and the stream\'s end is put off before and after', async (t) => {
  const redis = createFakeRedis(start)
  const store = redisStore(redis.send)
  t.strictSame(await store.append(session('s1')), { kind: 'session', userPoolId: pool, id: 's1', moment: 1_700_000_000 })
  const key = 'fastify-cognito-auth:revocations'
  const keep = ['EXPIRE', key, '90000']
  t.strictSame(redis.commands, [
    ['TIME'], keep,
    ['XADD', key, 'MINID', '~', String(start - 90_000_000), '*', 'r', `["session","${pool}","s1",1700000000]`], keep
  ])
})

t.test('the key can be chosen; a server whose clock is ahead trims by this machine\'s, and one from before its time not at all', async (t) => {
  const ahead = createFakeRedis(Date.now() + 86_400_000_000)
  await redisStore(ahead.send, { key: 'mine' }).append(session('s1'))
  const [, , [, key, , , least] = []] = ahead.commands
  t.equal(key, 'mine')
  t.ok(Math.abs(Number(least) - (Date.now() - 90_000_000)) < 60_000)
  const old = createFakeRedis(5_000)
  await redisStore(old.send).append(session('s1'))
  t.equal(old.commands[2]?.[4], '0')
})

t.test('a user is revoked up to the moment that is asked for, or the server\'s present', async (t) => {
  const redis = createFakeRedis(start + 900)
  const store = redisStore(redis.send)
  const user: Revocation = { kind: 'user', userPoolId: pool, id: 'alice', before: null }
  t.match(await store.append(user), { moment: 1_700_000_000 })
  t.match(await store.append({ ...user, before: 1_699_999_000.5 }), { moment: 1_699_999_000.5 })
  await t.rejects(store.append({ ...user, before: start }), { name: 'RangeError' })
  const { entries, now } = await store.readAfter(null)
  t.strictSame(entries.map(({ moment }) => moment), [1_700_000_000, 1_699_999_000.5])
  t.equal(now, 1_700_000_000.9)
})

t.test('a reader is told everything once, page by page', async (t) => {
  const redis = createFakeRedis(start)
  const store = redisStore(redis.send)
  t.strictSame(await readOn(store, null), { ids: [], cursor: null })
  for (let at = 0; at < 4_500; at++) redis.write(JSON.stringify(['session', pool, `s${at}`, start / 1000]))
  redis.commands.length = 0
  const first = await readOn(store, null)
  t.strictSame(first.ids, Array.from({ length: 4_500 }, (_, at) => `s${at}`))
  t.equal(redis.commands.filter(([name]) => name === 'XRANGE').length, 3)
  t.strictSame((await readOn(store, first.cursor)).ids, [])
  await store.append(session('later'))
  t.strictSame((await readOn(store, first.cursor)).ids, ['later'])
})

t.test('a cursor that was trimmed away, or lost with the data, begins again with the oldest', async (t) => {
  const redis = createFakeRedis(start)
  const store = redisStore(redis.send)
  for (const id of ['a', 'b', 'c']) await store.append(session(id))
  const { cursor } = await readOn(store, null)
  await store.append(session('d'))
  redis.trim(3)
  t.strictSame((await readOn(store, cursor)).ids, ['d'], 'trimmed')
  redis.trim(1)
  t.strictSame(await readOn(store, cursor), { ids: [], cursor: null }, 'nothing is left')
  redis.restore(0)
  await store.append(session('e'))
  t.strictSame((await readOn(store, cursor)).ids, ['e'], 'a server that began anew')
})

t.test('ids that the server gives out again after a loss hide nothing', async (t) => {
  const redis = createFakeRedis(start)
  const store = redisStore(redis.send)
  for (const id of ['a', 'b', 'c']) await store.append(session(id))
  const { cursor } = await readOn(store, null)
  // Its clock stands still, so the next entries get the ids of those that were lost.
  redis.restore(1)
  for (const id of ['x', 'y', 'z']) await store.append(session(id))
  t.strictSame((await readOn(store, cursor)).ids, ['a', 'x', 'y', 'z'])
  redis.restore(1)
  redis.now -= 3_600_000
  await store.append(session('back'))
  t.strictSame((await readOn(store, cursor)).ids, ['a', 'back'], 'a clock that went back')
})

const reply = (shape: unknown): { readonly send: (args: string[]) => Promise<unknown> } => ({
  send: async ([name]) => (name === 'TIME' ? ['1700000000', '5'] : shape)
})
const text = `["user","${pool}","alice",1700000000]`
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

t.test('replies of RESP2, RESP3 and of clients that change them', async (t) => {
  const shapes: Readonly<Record<string, unknown>> = {
    'lists one in the other': [['1-1', ['r', text]]],
    bytes: [[Buffer.from('1-1'), [Buffer.from('r'), bytes(text)]]],
    'a map of maps': new Map([['1-1', new Map([['r', text]])]]),
    'an object of objects': { '1-1': { r: text } },
    'an object of pairs': { '1-1': [['r', text]] },
    'keys and values': [{ key: '1-1', value: [['r', text]] }],
    'one after the other': ['1-1', ['r', text]]
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const page = await redisStore(reply(shape).send).readAfter(null)
    t.strictSame(page, { entries: [{ kind: 'user', userPoolId: pool, id: 'alice', moment: 1_700_000_000 }], cursor: `1-1 ${text}`, more: false, now: 1_700_000_000.000005 }, name)
  }
  for (const time of [[1_700_000_000, 5], [bytes('1700000000'), bytes('5')]]) {
    t.equal((await redisStore(async ([name]) => (name === 'TIME' ? time : [])).readAfter(null)).now, 1_700_000_000.000005)
  }
})

t.test('a reply of another shape is an outage, never an empty list', async (t) => {
  const unreadable = { name: 'RevocationListError', fault: 'page', message: /^the reply to XRANGE has a shape that is not known/ }
  for (const shape of [null, undefined, 'OK', 7, ['1-1'], [['1-1', null]], [['1-1', ['r', null]]], [['1-1', []]], [['1-1', ['other', text]]], [['1-1', ['r', text, 'more', 'x']]], [[null, ['r', text]]]]) {
    await t.rejects(redisStore(reply(shape).send).readAfter(null), unreadable, JSON.stringify(shape))
  }
  for (const time of [null, [], ['x', '0'], ['1'], [true, false]]) {
    await t.rejects(redisStore(async ([name]) => (name === 'TIME' ? time : [])).readAfter(null), { ...unreadable, message: /the reply to TIME/ }, JSON.stringify(time))
  }
})

t.test('an entry that cannot be read stops the reading: left out, it would be a revocation that nobody knows', async (t) => {
  const ids: unknown[] = ['', 'x'.repeat(257), 7, null]
  const wrong = [
    'text', '{}', '[]', 'null', JSON.stringify(['device', pool, 'x', 1]), JSON.stringify(['user', pool, 'x', '1']), JSON.stringify(['user', pool, 'x']),
    ...ids.flatMap((id) => [JSON.stringify(['user', id, 'x', 1]), JSON.stringify(['user', pool, id, 1])])
  ]
  for (const one of wrong) {
    const redis = createFakeRedis(start)
    const store = redisStore(redis.send)
    await store.append(session('good'))
    redis.write(one)
    await t.rejects(store.readAfter(null), { name: 'RevocationListError', message: new RegExp(`^entry ${start}-1 of the stream of revoked tokens is not one`) }, one)
  }
})

t.test('what the server refuses is passed on', async (t) => {
  const refused = new Error('NOAUTH Authentication required.')
  const store = redisStore(() => Promise.reject(refused))
  await t.rejects(store.append(session('s1')), refused)
  await t.rejects(store.readAfter(null), refused)
})

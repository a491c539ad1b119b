import t from 'tap'
import { createRevokedTokens } from '../../src/revocation/revoked-tokens.js'
import { keptFor } from '../../src/revocation/revocation.js'
import type { RevocationKind, StoredRevocation } from '../../src/revocation/index.js'
import { userOf } from '../support/revocation-users.js'

const now = 1_800_000_000
const entry = (kind: RevocationKind, id: string, moment = now, userPoolId = 'us-east-1_A'): StoredRevocation => ({ kind, userPoolId, id, moment })

t.test('a token is revoked by its jti, and no other one is', async (t) => {
  const revoked = createRevokedTokens(10)
  revoked.add(entry('token', 't1'))
  t.equal(revoked.has(userOf({ iat: now, jti: 't1' })), true)
  t.equal(revoked.has(userOf({ iat: now, jti: 't2' })), false)
  t.equal(revoked.has(userOf({ iat: now })), false, 'a token without a jti')
  t.equal(revoked.has(userOf({ iat: now, session: 't1' })), false, 'a session of that name')
  t.equal(revoked.has(userOf({ iat: now, sub: 't1', client: 't1' })), false, 'a user or client of that name')
})

t.test('all tokens of a sign-in are revoked by origin_jti, those issued later too', async (t) => {
  const revoked = createRevokedTokens(10)
  revoked.add(entry('session', 's1'))
  t.equal(revoked.has(userOf({ iat: now - 10, jti: 'a', session: 's1' })), true)
  t.equal(revoked.has(userOf({ iat: now + 60, jti: 'b', session: 's1' })), true)
  t.equal(revoked.has(userOf({ iat: now - 10, jti: 'a', session: 's2' })), false)
  t.equal(revoked.has(userOf({ iat: now - 10, jti: 's1' })), false, 'a token of that name')
})

t.test('tokens of a user or client are revoked up to the moment, this second included', async (t) => {
  const revoked = createRevokedTokens(10)
  revoked.add(entry('user', 'alice'))
  revoked.add(entry('client', 'kiosk'))
  for (const token of [{ sub: 'alice' }, { sub: 'bob', client: 'kiosk' }]) {
    t.equal(revoked.has(userOf({ ...token, iat: now - 1 })), true)
    t.equal(revoked.has(userOf({ ...token, iat: now })), true)
    t.equal(revoked.has(userOf({ ...token, iat: now + 1 })), false)
  }
  t.equal(revoked.has(userOf({ sub: 'bob', iat: now })), false)
  t.equal(revoked.has(userOf({ sub: 'kiosk', client: 'alice', iat: now })), false, 'names changed round')
})

t.test('what is revoked in one pool is not in another', async (t) => {
  const revoked = createRevokedTokens(10)
  for (const kind of ['token', 'session', 'user', 'client'] as const) revoked.add(entry(kind, 'x'))
  const token = { sub: 'x', client: 'x', jti: 'x', session: 'x', iat: now }
  t.equal(revoked.has(userOf({ ...token, pool: 'us-east-1_A' })), true)
  t.equal(revoked.has(userOf({ ...token, pool: 'us-east-1_B' })), false)
})

t.test('names that every object has revoke nothing', async (t) => {
  const revoked = createRevokedTokens(10)
  revoked.add(entry('user', 'alice'))
  for (const name of ['__proto__', 'constructor', 'toString']) {
    t.equal(revoked.has(userOf({ sub: name, client: name, jti: name, session: name, iat: 0 })), false, name)
    t.equal(revoked.has(userOf({ pool: name, iat: 0 })), false, name)
  }
})

t.test('the later moment counts, in whatever order they come, and twice is once', async (t) => {
  for (const moments of [[now, now - 100], [now - 100, now], [now, now]]) {
    const revoked = createRevokedTokens(10)
    for (const moment of moments) t.equal(revoked.add(entry('user', 'alice', moment)), true)
    t.equal(revoked.size, 1)
    t.equal(revoked.has(userOf({ iat: now })), true)
    t.equal(revoked.has(userOf({ iat: now + 1 })), false)
  }
})

t.test('a revocation goes when the last token that it is about has ended, and not a second before', async (t) => {
  for (const kind of ['token', 'session', 'user', 'client'] as const) {
    const revoked = createRevokedTokens(10)
    revoked.add(entry(kind, 'x'))
    const token = userOf({ sub: 'x', client: 'x', jti: 'x', session: 'x', iat: now })
    revoked.sweep(now + keptFor - 1)
    t.equal(revoked.has(token), true, kind)
    revoked.sweep(now + keptFor)
    t.equal(revoked.has(token), false, kind)
    t.equal(revoked.size, 0)
  }
})

t.test('one that was said again is kept from then on', async (t) => {
  const revoked = createRevokedTokens(10)
  revoked.add(entry('session', 's1', now))
  revoked.add(entry('session', 's2', now + 10))
  revoked.add(entry('session', 's1', now + 20))
  revoked.sweep(now + keptFor + 15)
  t.equal(revoked.size, 1)
  t.equal(revoked.has(userOf({ iat: now, session: 's1' })), true)
  revoked.sweep(-Infinity)
  t.equal(revoked.size, 1, 'nothing is over before the store\'s clock is known')
})

t.test('beyond its bound nothing new is taken in, nothing old is lost, and what is over makes room', async (t) => {
  const revoked = createRevokedTokens(2)
  t.equal(revoked.add(entry('token', 'a')), true)
  t.equal(revoked.add(entry('user', 'b', now + 5, 'us-east-1_B')), true)
  t.equal(revoked.add(entry('token', 'c')), false)
  t.equal(revoked.add(entry('user', 'b', now + 9, 'us-east-1_B')), true, 'one that is known is raised')
  t.equal(revoked.size, 2)
  t.equal(revoked.has(userOf({ iat: now, jti: 'a' })), true)
  revoked.sweep(now + keptFor)
  t.equal(revoked.add(entry('token', 'c')), true)
  t.equal(revoked.has(userOf({ iat: now, jti: 'c' })), true)
})

import t from 'tap'
import type { Test } from 'tap'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { createTestStore } from '../support/revocation-store.js'
import { buildExample, headersOf } from './support/app.js'

const revoked = 'FST_COGNITO_TOKEN_REVOKED'
const own = '/api/sign-out'

/** The example on several machines that share a store; each reads it when the test says so. */
function build (t: Test) {
  const pool = createTestUserPool()
  const store = createTestStore({ now: Date.now })
  const machines = ['one', 'other'].map(() => {
    const revocations = createRevocationList({ store, pollInterval: 3_600_000, maxStale: 7_200_000 })
    t.teardown(revocations.close)
    const { app } = buildExample(t, { pool, revocations })
    const send = (method: 'GET' | 'POST', url: string, headers: Record<string, string>) => app.inject({ method, url, headers })
    return { app, refresh: revocations.refresh, me: (headers: Record<string, string>) => send('GET', '/api/me', headers), post: (url: string, headers: Record<string, string>) => send('POST', url, headers) }
  })
  const [one, other] = machines
  if (one === undefined || other === undefined) throw new Error('two machines were made')
  return { pool, store, one, other, as: async (claims: TestClaims) => pool.authorization(await pool.accessToken(claims)) }
}

const of = (sub: string): string => `/api/admin/users/${sub}/sign-out`

t.test('signing out ends all tokens of that sign-in, here at once and on the other machine once it has read; no other sign-in', async (t) => {
  const { pool, store, one, other, as } = build(t)
  const phone = await as({ sub: 's-1', origin_jti: 'phone' })
  const idToken = pool.authorization(await pool.idToken({ sub: 's-1', origin_jti: 'phone' }))
  const laptop = await as({ sub: 's-1', origin_jti: 'laptop' })
  for (const { me } of [one, other]) for (const token of [phone, idToken, laptop]) t.equal((await me(token)).statusCode, 200)

  const signedOut = await one.post(own, phone)
  t.strictSame([signedOut.statusCode, signedOut.body], [204, ''])
  await other.refresh()
  for (const { me, post } of [one, other]) {
    assertRefused(t, await me(phone), revoked)
    assertRefused(t, await me(idToken), revoked)
    assertRefused(t, await post(own, phone), revoked)
    t.equal((await me(laptop)).statusCode, 200)
  }
  t.equal(store.size, 1)
})

t.test('an administrator ends all tokens of a user up to now; of nobody else, and none that comes later', async (t) => {
  const { pool, store, one, other, as } = build(t)
  const now = Math.floor(Date.now() / 1000)
  store.adjust(-50)
  const admin = await as({ sub: 'a-1', groups: ['Admins'], iat: now - 100 })
  const old = [await as({ sub: 's-1', iat: now - 100 }), await as({ sub: 's-1', iat: now - 90 })]
  const kept = [admin, await as({ sub: 's-1', iat: now }), await as({ sub: 's-2', iat: now - 100 }), await as({ sub: 'S-1', iat: now - 100 })]
  t.equal((await one.post(of('s-1'), admin)).statusCode, 204)
  await other.refresh()
  for (const { me } of [one, other]) {
    for (const token of old) assertRefused(t, await me(token), revoked)
    for (const token of kept) t.equal((await me(token)).statusCode, 200)
  }
  const { entries } = await store.readAfter(null)
  t.match(entries, [{ kind: 'user', userPoolId: pool.userPoolId, id: 's-1' }], "in the administrator's own pool")

  t.equal((await one.post(of('a-1'), admin)).statusCode, 204)
  assertRefused(t, await one.me(admin), revoked)
})

t.test('who may not sign out, or names nobody, signs out nobody', async (t) => {
  const { pool, store, one } = build(t)
  const { operator, auditor, expired, admin, 'no token': none, 'other client': otherClient } = await headersOf(pool)
  for (const url of [own, of('s-1')]) {
    assertRefused(t, await one.post(url, none), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await one.post(url, expired), 'FST_COGNITO_TOKEN_EXPIRED')
    assertRefused(t, await one.post(url, otherClient), 'FST_COGNITO_TOKEN_INVALID')
  }
  for (const headers of [operator, auditor]) assertRefused(t, await one.post(of('s-1'), headers), 'FST_COGNITO_FORBIDDEN')
  t.equal((await one.post(of(''), admin)).statusCode, 400)
  t.equal((await one.post(of('s'.repeat(1_000)), admin)).statusCode, 414)
  for (const url of [own, of('s-1')]) t.equal((await one.app.inject({ url, headers: admin })).statusCode, 404, 'a link signs out nobody')
  t.equal(store.size, 0)
})

t.test('a sign-out that is not stored is a 503 that says nothing of the store, and the token goes on', async (t) => {
  const { store, one, as } = build(t)
  const admin = await as({ sub: 'a-1', groups: ['Admins'] })
  t.equal((await one.me(admin)).statusCode, 200)
  store.fail(new Error('connect ECONNREFUSED 10.0.0.7:6379'))
  for (const url of [own, of('s-1')]) {
    const answer = await one.post(url, admin)
    t.strictSame([answer.statusCode, answer.json()], [503, { statusCode: 503, error: 'Service Unavailable', message: 'The sign-out could not be stored: try again' }])
  }
  t.equal((await one.me(admin)).statusCode, 200)
  store.fail(null)
  t.equal((await one.post(own, admin)).statusCode, 204)
  assertRefused(t, await one.me(admin), revoked)
})

t.test('without a list there is nothing to sign out with, whoever asks', async (t) => {
  const { app, pool } = buildExample(t)
  const { admin } = await headersOf(pool)
  for (const url of [own, of('s-1')]) t.equal((await app.inject({ method: 'POST', url, headers: admin })).statusCode, 404, url)
  t.notOk(app.cognitoAuth.routes().some(({ url }) => url.endsWith('/sign-out')))
})

import { PGlite } from '@electric-sql/pglite'
import t from 'tap'
import { buildAccountApp, schema } from '../../example/recipes/own-user.js'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createTestStore } from '../support/revocation-store.js'
import { assertRefused } from '../support/refusals.js'

t.test('one account however many first requests there are, and a change that reaches the next token', async (t) => {
  const pool = createTestUserPool()
  const database = new PGlite()
  t.teardown(() => database.close())
  await database.exec(schema)
  const store = createTestStore({ now: () => Date.now() })
  const revocations = createRevocationList({ store })
  const app = await buildAccountApp(pool.options, database, revocations)
  t.teardown(() => app.close())
  const account = async (token: string) => app.inject({ url: '/account', headers: pool.authorization(token) })
  const now = Math.floor(Date.now() / 1000)

  const tokens = await Promise.all(Array.from({ length: 20 }, () => pool.accessToken({ sub: 'user-1', iat: now - 60, auth_time: now - 60, exp: now + 600 })))
  const answers = await Promise.all(tokens.map((token) => account(token)))
  t.strictSame(new Set(answers.map(({ body }) => body)), new Set([answers[0]?.body]))
  t.match(answers[0]?.body, '"plan":"free"')
  const { rows } = await database.query<{ count: number }>('select count(*)::int as count from accounts')
  t.strictSame(rows, [{ count: 1 }])

  const admin = pool.authorization(await pool.accessToken({ sub: 'boss', groups: ['Admins'] }))
  t.equal((await app.inject({ method: 'PUT', url: '/accounts/user-1/paid', headers: admin })).statusCode, 200)
  assertRefused(t, await account(tokens[0] ?? ''), 'FST_COGNITO_TOKEN_REVOKED')
  const next = await account(await pool.accessToken({ sub: 'user-1', iat: now + 2, auth_time: now - 60, exp: now + 600 }))
  t.match(JSON.parse(next.body), { plan: 'paid' })
  assertRefused(t, await app.inject({ method: 'PUT', url: '/accounts/user-1/paid', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_FORBIDDEN')
})

t.test('a database that is down is a 503, and nobody is let in as somebody else', async (t) => {
  const pool = createTestUserPool()
  const revocations = createRevocationList({ store: createTestStore({ now: () => Date.now() }) })
  for (const query of [async () => Promise.reject(new Error('down')), async () => ({ rows: [] })]) {
    const app = await buildAccountApp(pool.options, { query }, revocations)
    t.teardown(() => app.close())
    assertRefused(t, await app.inject({ url: '/account', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_UNAVAILABLE')
  }
})

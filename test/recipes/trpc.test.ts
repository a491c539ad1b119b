import t from 'tap'
import { createApp } from '../../example/recipes/trpc.js'
import { startDevUserPool } from '../../src/dev/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = await startDevUserPool({ port: 0 })
const app = await createApp(pool.options)
t.teardown(async () => {
  await app.close()
  await pool.close()
})

async function bearer (groups: string[], more: { expiresIn?: number, scopes?: string[] } = {}): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await pool.token({ subject: 'alice', groups, ...more })}` }
}

const get = async (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })

t.test('a procedure with a rule is answered to whom either alternative lets in', async (t) => {
  for (const headers of [await bearer(['Admins']), await bearer([], { scopes: ['salaries-api/read'] })]) {
    t.same((await get('/trpc/salaries', headers)).json(), { result: { data: [1, 2] } })
  }
})

t.test('it is refused to others, alone and in a batch, and the other procedures are answered', async (t) => {
  const user = await bearer(['Readers'])
  t.same((await get('/trpc/name', user)).json(), { result: { data: 'alice' } })
  const refused = await get('/trpc/salaries', user)
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { error: { message: 'Insufficient permissions', data: { code: 'FORBIDDEN' } } })
  const batch = await get('/trpc/name,salaries?batch=1', user)
  t.equal(batch.statusCode, 207)
  t.match(batch.json(), [{ result: { data: 'alice' } }, { error: { data: { code: 'FORBIDDEN' } } }])
})

t.test('a machine has no name', async (t) => {
  t.same((await get('/trpc/name', { authorization: `Bearer ${await pool.token({ subject: '2devmachine23456' })}` })).json(), { result: { data: null } })
})

t.test('the route itself refuses a request without a token, and with an expired one', async (t) => {
  assertRefused(t, await get('/trpc/name'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await get('/trpc/name', await bearer(['Admins'], { expiresIn: -60 })), 'FST_COGNITO_TOKEN_EXPIRED')
})

import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { assertRefused } from '../support/refusals.js'
import type { TestClaims } from '../../src/testing/index.js'
import { createReadmePool, runBlock } from '../support/readme-module.js'

const now = Math.floor(Date.now() / 1000)

async function get (app: FastifyInstance, url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers })
}

t.test('what a rule can say: none, alternatives, and the tenant of the user', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'What a rule can say')
  const access = async (claims: TestClaims) => pool.authorization(await pool.accessToken(claims))
  const id = async (claims: TestClaims) => pool.authorization(await pool.idToken(claims))
  t.equal((await get(app, '/shifts', await access({ groups: ['Staff'] }))).statusCode, 200)
  assertRefused(t, await get(app, '/shifts', await access({ groups: ['Staff', 'Suspended'] })), 'FST_COGNITO_FORBIDDEN')
  t.equal((await get(app, '/exports', await access({ groups: ['Admins'] }))).statusCode, 200)
  const machine = { client_id: '2machine23456789', scopes: ['exports-api/read'] }
  t.equal((await get(app, '/exports', pool.authorization(await pool.machineToken(machine)))).statusCode, 200)
  assertRefused(t, await get(app, '/exports', pool.authorization(await pool.machineToken({ ...machine, scopes: [] }))), 'FST_COGNITO_FORBIDDEN', ', scope="exports-api/read"')
  assertRefused(t, await get(app, '/exports', await access({ scopes: ['exports-api/read'] })), 'FST_COGNITO_FORBIDDEN')
  const tenant = { 'custom:tenant': 'acme', 'custom:plan': 'team' }
  t.equal((await get(app, '/tenants/acme/invoices', await id(tenant))).statusCode, 200)
  assertRefused(t, await get(app, '/tenants/other/invoices', await id(tenant)), 'FST_COGNITO_FORBIDDEN')
  assertRefused(t, await get(app, '/tenants/acme/invoices', await id({ ...tenant, 'custom:plan': 'free' })), 'FST_COGNITO_FORBIDDEN')
})

t.test('a check of your own hides what belongs to others', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'A check of your own')
  const owner = pool.authorization(await pool.accessToken({ sub: 'a11ce000-0000-4000-8000-000000000001' }))
  t.equal((await get(app, '/documents/draft-1', owner)).statusCode, 200)
  for (const url of ['/documents/draft-1', '/documents/draft-2']) t.equal((await get(app, url, pool.authorization(await pool.accessToken()))).statusCode, 404)
  assertRefused(t, await get(app, '/documents/draft-1'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('a recent sign-in is asked for, and the front end can tell from the challenge', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'A recent sign-in')
  const post = async (signedInAt: number) => app.inject({ method: 'POST', url: '/transfers', headers: pool.authorization(await pool.accessToken({ auth_time: signedInAt })) })
  t.equal((await post(now)).statusCode, 200)
  const stale = await post(now - 400)
  assertRefused(t, stale, 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="300"')
  t.ok(String(stale.headers['www-authenticate']).includes('insufficient_user_authentication'))
})

import type { PGlite } from '@electric-sql/pglite'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { runBlock } from '../support/readme-module.js'

t.test('a user pool for each tenant, with a real database', async (t) => {
  const [staff, acme, other, stranger] = ['EXAMPLE01', 'Acme', 'Other', 'Stranger'].map((name) => createTestUserPool({ userPoolId: `us-east-1_${name}`, clientId: `client${name}` })) as [ReturnType<typeof createTestUserPool>, ReturnType<typeof createTestUserPool>, ReturnType<typeof createTestUserPool>, ReturnType<typeof createTestUserPool>]
  const { fetch } = globalThis
  t.teardown(() => { globalThis.fetch = fetch })
  globalThis.fetch = async (input, init) => {
    const pool = [staff, acme, other, stranger].find(({ issuer }) => String(input).startsWith(`${issuer}/`))
    return pool === undefined ? new Response(null, { status: 403 }) : pool.options.keys.fetch(input, init)
  }
  const { app, database } = await runBlock(t, 'A user pool for each tenant', { edit: (code) => `${code}\nexport { database }` }) as { app: FastifyInstance, database: PGlite }
  t.teardown(() => database.close())
  for (const pool of [staff, acme, other]) await database.query('insert into tenants values ($1, $2, $3)', [pool.userPoolId, pool.clientId, pool.userPoolId.slice('us-east-1_'.length)])
  const orders = async (token: string, tenant = 'Acme') => app.inject({ url: `/tenants/${tenant}/orders`, headers: acme.authorization(token) })

  const [token, second] = [await acme.accessToken({ sub: 'user-1', email: 'one@example.com' }), await acme.accessToken({ sub: 'user-1', email: 'two@example.com' })]
  const answers = await Promise.all([orders(token), orders(second), orders(token)])
  t.strictSame(answers.map(({ statusCode, body }) => [statusCode, body]), answers.map(() => [200, 'orders for user-1']))
  const { rows } = await database.query('select tenant, sub from users')
  t.strictSame(rows, [{ tenant: 'Acme', sub: 'user-1' }], 'one user, whoever comes at once')
  assertRefused(t, await orders(await other.accessToken()), 'FST_COGNITO_FORBIDDEN')
  assertRefused(t, await orders(await stranger.accessToken()), 'FST_COGNITO_TOKEN_INVALID')

  const operator = staff.authorization(await staff.accessToken({ groups: ['Operators'] }))
  const leave = async (headers: Record<string, string>) => app.inject({ method: 'DELETE', url: `/operator/tenants/${acme.userPoolId}`, headers })
  assertRefused(t, await leave(acme.authorization(await acme.accessToken({ groups: ['Operators'] }))), 'FST_COGNITO_FORBIDDEN')
  t.strictSame(JSON.parse((await leave(operator)).body), { wasLoaded: true })
  assertRefused(t, await orders(token), 'FST_COGNITO_TOKEN_INVALID')
})

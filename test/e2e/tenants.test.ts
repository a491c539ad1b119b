/** Twenty tenants, each with a user pool of its own that runs: found at run time, kept apart, and forgotten (over HTTP). */
import Fastify from 'fastify'
import t from 'tap'
import { startDevUserPool } from '../../src/dev/index.js'
import type { DevUserPool } from '../../src/dev/index.js'
import cognitoAuth from '../../src/index.js'

const count = 20
const pools: DevUserPool[] = []
for (let index = 0; index < count; index++) {
  const pool = await startDevUserPool({ userPoolId: `local_Tenant${index}`, port: 0 })
  t.teardown(() => pool.close())
  pools.push(pool)
}

t.test('each is found by its first token, serves its users, and nobody else\'s', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const asked: string[] = []
  const tenants = new Map(pools.map((pool, index) => [pool.userPoolId, { options: pool.options, tenant: `tenant-${index}` }]))
  await app.register(cognitoAuth, {
    userPools: {
      resolve: async ({ userPoolId }) => {
        asked.push(userPoolId)
        const found = tenants.get(userPoolId)
        return found === undefined ? null : { ...found.options, tenant: found.tenant }
      },
      issuerForms: pools.map(({ origin }) => `${origin}/{userPoolId}`)
    },
    keys: { timeout: 30_000 }
  })
  app.get('/:tenant', { config: { auth: { match: { 'user.tenant': 'params.tenant' } } } }, async ({ user }) => ({ tenant: user?.tenant, pool: user?.userPoolId }))
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const tokens = await Promise.all(pools.map((pool) => pool.token({ subject: 'alice' })))
  const get = async (index: number, tenant: number): Promise<Response> => fetch(`${address}/tenant-${tenant}`, { headers: { authorization: `Bearer ${tokens[index]}` } })

  const first = await Promise.all(pools.map(async (_, index) => (await get(index, index)).json()))
  t.strictSame(first, pools.map(({ userPoolId }, index) => ({ tenant: `tenant-${index}`, pool: userPoolId })))
  t.strictSame([...asked].sort(), pools.map(({ userPoolId }) => userPoolId).sort(), 'each was asked for once')
  const strays = await Promise.all(pools.map(async (_, index) => (await get(index, (index + 1) % count)).status))
  t.strictSame(new Set(strays), new Set([403]), 'at the address of another tenant')
  t.equal(app.cognitoAuth.status().length, count)

  tenants.delete('local_Tenant7')
  t.equal(app.cognitoAuth.forget('local_Tenant7'), true)
  const after = await Promise.all(pools.map(async (_, index) => (await get(index, index)).status))
  t.strictSame(after, pools.map((_, index) => (index === 7 ? 401 : 200)))
  t.equal(app.cognitoAuth.status().length, count - 1)
})

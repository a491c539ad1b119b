import Fastify from 'fastify'
import t from 'tap'
import { createMachineClient } from '../../example/recipes/machine-client.js'
import { startDevUserPool } from '../../src/dev/index.js'
import cognitoAuth from '../../src/index.js'

t.test('one token for all calls, a new one before it ends and after it was refused', async (t) => {
  const pool = await startDevUserPool({ port: 0, clients: [{ clientId: 'worker', secret: 'a-secret-of-the-worker', grant: 'client_credentials', scopes: ['orders/read'] }] })
  t.teardown(() => pool.close())
  const revoked = new Set<string>()
  const seen = new Set<string>()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, isRevoked: ({ claims: { jti } }) => revoked.has(String(jti)), keys: { timeout: 30_000 } })
  app.get('/orders', { config: { auth: { scopes: ['orders/read'] } } }, async ({ user }) => {
    seen.add(String(user?.claims.jti))
    return `orders for ${user?.clientId}`
  })
  const orders = `${await app.listen({ host: '127.0.0.1', port: 0 })}/orders`
  let now = Date.now()
  const settings = { tokenEndpoint: `${pool.origin}/oauth2/token`, clientId: 'worker', clientSecret: 'a-secret-of-the-worker', scopes: ['orders/read'], now: () => now }
  const machine = createMachineClient(settings)

  const answers = await Promise.all(Array.from({ length: 10 }, async () => (await machine.fetch(orders)).text()))
  t.strictSame(new Set(answers), new Set(['orders for worker']))
  t.equal(seen.size, 1, 'ten calls at once are one token')
  now += 3_600_000 - 30_000
  t.equal((await machine.fetch(orders)).status, 200)
  t.equal(seen.size, 2, 'shortly before its end there is a new one')
  for (const id of seen) revoked.add(id)
  t.equal((await machine.fetch(orders, { headers: { 'x-kept': 'yes' } })).status, 200)
  t.equal(seen.size, 3)

  const wrong = createMachineClient({ ...settings, clientSecret: 'wrong' })
  await t.rejects(wrong.fetch(orders), /no token: the user pool answered 40[01]/)
  await t.rejects(wrong.fetch(orders), /no token/, 'and asks again')
  const body = new ReadableStream({ start: (controller) => controller.close() })
  for (const id of seen) revoked.add(id)
  t.equal((await machine.fetch(orders, { method: 'POST', body, duplex: 'half' })).status, 404)
})

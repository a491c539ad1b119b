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
  app.post('/orders', { config: { auth: 'required' } }, async () => 'ordered')
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
  t.equal((await machine.fetch(orders)).status, 401, 'one that is refused at once would be no better the next time')
  now += 60_000
  const again = await Promise.all(Array.from({ length: 5 }, async () => (await machine.fetch(orders, { headers: { 'x-kept': 'yes' } })).status))
  t.strictSame(again, [200, 200, 200, 200, 200])
  t.equal(seen.size, 3)

  const wrong = createMachineClient({ ...settings, clientSecret: 'wrong' })
  await t.rejects(wrong.fetch(orders), /no token: the user pool answered 40[01]/)
  await t.rejects(wrong.fetch(orders), /no token/, 'and asks again')
  const body = new ReadableStream({ start: (controller) => controller.close() })
  for (const id of seen) revoked.add(id)
  now += 60_000
  const refused = await machine.fetch(orders, { method: 'POST', body, duplex: 'half' })
  t.strictSame([refused.status, await refused.json()], [401, { statusCode: 401, code: 'FST_COGNITO_TOKEN_REVOKED', error: 'Unauthorized', message: 'Invalid authentication token' }], 'a stream is not sent twice')
})

t.test('a renewal that failed is tried anew by the next call, and not told to it', async (t) => {
  const answers = [{ ok: true }, { ok: false }, { ok: true }]
  const { fetch } = globalThis
  t.teardown(() => { globalThis.fetch = fetch })
  globalThis.fetch = async (url) => {
    if (url !== 'https://pool.example/oauth2/token') return new Response('in')
    return answers.shift()?.ok === true ? Response.json({ access_token: 'x', expires_in: 3_600 }) : new Response('', { status: 503 })
  }
  let now = 0
  const machine = createMachineClient({ tokenEndpoint: 'https://pool.example/oauth2/token', clientId: 'worker', clientSecret: 's', scopes: [], now: () => now })
  t.equal((await machine.fetch('https://api.example')).status, 200)
  now += 3_600_000
  await t.rejects(machine.fetch('https://api.example'), /answered 503/)
  t.equal((await machine.fetch('https://api.example')).status, 200)
})

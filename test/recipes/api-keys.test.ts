import { randomBytes } from 'node:crypto'
import t from 'tap'
import { buildApiKeyApp, hashOf } from '../../example/recipes/api-keys.js'
import type { ApiClient } from '../../example/recipes/api-keys.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

t.test('a key or a token, with the right to read orders, and never both', async (t) => {
  const pool = createTestUserPool()
  const [key, weak] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const clients = new Map<string, ApiClient>([[hashOf(key), { name: 'warehouse', scopes: ['orders/read'] }], [hashOf(weak), { name: 'printer', scopes: [] }]])
  const asked: string[] = []
  const app = await buildApiKeyApp(pool.options, async (hash) => {
    asked.push(hash)
    return clients.get(hash) ?? null
  })
  t.teardown(() => app.close())
  const ask = async (headers: Record<string, string>) => app.inject({ url: '/orders', headers })
  const token = pool.authorization(await pool.accessToken({ sub: 'somebody', scopes: ['orders/read'] }))

  const answer = await ask({ 'x-api-key': key })
  t.equal(answer.body, 'orders for warehouse')
  t.equal(answer.headers['cache-control'], 'no-store', 'no shared cache gives it to the next one who asks')
  t.equal((await ask(token)).body, 'orders for somebody')
  t.equal((await ask({ 'x-api-key': weak })).statusCode, 403)
  const refused = await ask({ 'x-api-key': 'made-up' })
  t.strictSame([refused.statusCode, refused.headers['www-authenticate']], [401, 'ApiKey'], 'a 401 says what it asks for (RFC 9110)')
  t.equal((await ask({ ...token, 'x-api-key': key })).statusCode, 400)
  t.equal((await ask({ 'x-api-key': '' })).statusCode, 401)
  assertRefused(t, await ask({}), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await ask(pool.authorization(await pool.accessToken())), 'FST_COGNITO_FORBIDDEN', ', scope="orders/read"')
  const before = asked.length
  t.equal((await ask({ 'x-api-key': 'x'.repeat(10_000) })).statusCode, 401)
  t.equal(asked.length, before, 'what cannot be a key is not looked for')
  t.notMatch(asked.join(), key, 'the key itself goes nowhere')
})

t.test('a database that fails lets nobody in', async (t) => {
  const app = await buildApiKeyApp(createTestUserPool().options, async () => Promise.reject(new Error('down')))
  t.teardown(() => app.close())
  t.equal((await app.inject({ url: '/orders', headers: { 'x-api-key': 'x' } })).statusCode, 500)
})

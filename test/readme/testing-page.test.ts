import t from 'tap'
import { createPublicKey } from 'node:crypto'
import Fastify from 'fastify'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { importBlock } from '../support/readme-module.js'

t.teardown(() => { delete process.env.TEST_KEY_PAIRS })

async function importPool (t: Parameters<typeof importBlock>[0]): Promise<TestUserPool> {
  const { pool } = await importBlock(t, 'Keys made once', { at: 1 })
  // That is what the block exports.
  return pool as TestUserPool
}

t.test('keys made in the set-up are those that the pools sign with', async (t) => {
  const { default: setUp } = await importBlock(t, 'Keys made once')
  // As above.
  await (setUp as () => Promise<void>)()
  const pairs = JSON.parse(process.env.TEST_KEY_PAIRS ?? '[]') as Array<{ privateKey: string }>
  t.equal(pairs.length, 2)
  const given = pairs.map(({ privateKey }) => createPublicKey(privateKey).export({ format: 'jwk' }).n)
  const [first, second] = [await importPool(t), await importPool(t)]
  for (const pool of [first, second]) t.strictSame((await pool.jwks()).keys.map(({ n }) => n), given)
})

t.test('without the variable a pool makes its own', async (t) => {
  delete process.env.TEST_KEY_PAIRS
  const pool = await importPool(t)
  t.equal((await pool.jwks()).keys.length, 2)
})

t.test('the expired token has ended, and names of other libraries are refused', async (t) => {
  const pool = createTestUserPool()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.get('/', { config: { auth: 'required' } }, async () => 'in')
  const now = Math.floor(Date.now() / 1000)
  for (const token of [await pool.expiredToken(), await pool.accessToken({ exp: now - 60 })]) {
    t.equal((await app.inject({ url: '/', headers: pool.authorization(token) })).json<{ code: string }>().code, 'FST_COGNITO_TOKEN_EXPIRED')
  }
  t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  await t.rejects(async () => pool.accessToken({ expiresIn: -60 }), /exp/)
  await t.rejects(async () => pool.accessToken({ audience: 'x' }), /aud/)
})

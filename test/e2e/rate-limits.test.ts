/** The recipe for rate limits on a real Redis: two processes' worth of applications count together. */
import { once } from 'node:events'
import { Redis } from 'ioredis'
import t from 'tap'
import { buildLimitedApp } from '../../example/recipes/rate-limits.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { startRedis } from './support/redis-server.js'

/** As the recipe's page says. */
async function connect (port: number): Promise<Redis> {
  const redis = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 1, enableOfflineQueue: false })
  redis.on('error', () => {})
  await once(redis, 'ready')
  return redis
}

t.test('two applications with one store have one limit', async (t) => {
  const server = await startRedis(t)
  const pool = createTestUserPool()
  const apps = await Promise.all([1, 2].map(async () => {
    const redis = await connect(server.port)
    const app = await buildLimitedApp(pool.options, { user: 3, client: 100, refused: 3 }, redis)
    t.teardown(async () => {
      await app.close()
      redis.disconnect()
    })
    return app
  }))
  const ask = async (index: number, token: string): Promise<number> => (await apps[index]?.inject({ url: '/orders', headers: pool.authorization(token) }))?.statusCode ?? 0
  const token = await pool.accessToken({ sub: 'one' })
  t.strictSame([await ask(0, token), await ask(1, token), await ask(0, token), await ask(1, token)], [200, 200, 200, 429])
  t.strictSame([await ask(0, 'x'), await ask(1, 'x'), await ask(0, 'x'), await ask(1, 'x')], [401, 401, 401, 429])
})

t.test('a store that is down limits nobody, lets nobody in, and keeps nobody waiting', async (t) => {
  const server = await startRedis(t)
  const pool = createTestUserPool()
  const redis = await connect(server.port)
  const app = await buildLimitedApp(pool.options, { user: 1, client: 1, refused: 1 }, redis)
  t.teardown(async () => {
    await app.close()
    redis.disconnect()
  })
  const good = pool.authorization(await pool.accessToken())
  const ask = async (headers: Record<string, string>): Promise<number> => (await app.inject({ url: '/orders', headers })).statusCode
  t.equal(await ask(good), 200)
  t.equal(await ask(good), 429)
  const gone = once(redis, 'close')
  await server.kill()
  await gone
  t.strictSame([await ask(good), await ask(good)], [200, 200])
  t.strictSame([await ask(pool.authorization('x')), await ask(pool.authorization('x'))], [401, 401])
})

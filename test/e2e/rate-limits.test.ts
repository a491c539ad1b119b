/** The recipe for rate limits on a real Redis: two processes' worth of applications count together. */
import { Redis } from 'ioredis'
import t from 'tap'
import { buildLimitedApp } from '../../example/recipes/rate-limits.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { startRedis } from './support/redis-server.js'

t.test('two applications with one store have one limit', async (t) => {
  const server = await startRedis(t)
  const pool = createTestUserPool()
  const apps = await Promise.all([1, 2].map(async () => {
    const redis = new Redis({ port: server.port, host: '127.0.0.1' })
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

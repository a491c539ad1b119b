import t from 'tap'
import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const limit = { max: 2, timeWindow: '1 hour', keyGenerator: (request: { user: { sub: string } | null, ip: string }) => request.user?.sub ?? request.ip }

async function build (t: Test, order: 'limit first' | 'limit last'): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  if (order === 'limit first') await app.register(rateLimit, limit)
  await app.register(cognitoAuth, pool.options)
  if (order === 'limit last') await app.register(rateLimit, limit)
  app.get('/guarded', { config: { auth: 'required' } }, async () => 'in')
  return app
}

for (const order of ['limit first', 'limit last'] as const) {
  t.test(`a limit by request.user.sub counts users, whatever their token and address: ${order}`, async (t) => {
    const app = await build(t, order)
    const ask = async (sub: string, remoteAddress: string): Promise<number> =>
      (await app.inject({ url: '/guarded', remoteAddress, headers: pool.authorization(await pool.accessToken({ sub })) })).statusCode
    t.equal(await ask('one', '192.0.2.1'), 200)
    t.equal(await ask('one', '192.0.2.2'), 200)
    t.equal(await ask('one', '192.0.2.3'), 429, 'another token and another address do not give another budget')
    t.equal(await ask('two', '192.0.2.1'), 200, 'nobody else pays for it')
  })

  t.test(`a request that is refused for its token spends nobody's budget: ${order}`, async (t) => {
    const app = await build(t, order)
    const token = await pool.accessToken({ sub: 'victim' })
    const [header = '', payload = ''] = token.split('.')
    const forged = { authorization: `Bearer ${header}.${payload}.${'A'.repeat(342)}` }
    for (let asked = 0; asked < 5; asked++) {
      assertRefused(t, await app.inject({ url: '/guarded', headers: forged }), 'FST_COGNITO_TOKEN_INVALID')
    }
    t.equal((await app.inject({ url: '/guarded', headers: pool.authorization(token) })).headers['x-ratelimit-remaining'], '1')
  })
}

t.test('with the token checked in a preHandler, the limit has to run there too: before it, there is no user yet', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  await app.register(rateLimit, { ...limit, global: false })
  app.get('/early', { preHandler: [app.authenticate], config: { rateLimit: limit } }, async () => 'in')
  app.get('/in-time', { preHandler: [app.authenticate, app.rateLimit(limit)] }, async () => 'in')
  const statuses: Record<string, number[]> = { '/early': [], '/in-time': [] }
  for (const [url, seen] of Object.entries(statuses)) {
    for (const sub of ['one', 'two', 'three']) {
      seen.push((await app.inject({ url, headers: pool.authorization(await pool.accessToken({ sub })) })).statusCode)
    }
  }
  t.same(statuses, { '/early': [200, 200, 429], '/in-time': [200, 200, 200] })
})

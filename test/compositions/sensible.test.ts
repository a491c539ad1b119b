import t from 'tap'
import sensible from '@fastify/sensible'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()

async function build (t: Test, order: 'sensible first' | 'sensible last'): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  if (order === 'sensible first') await app.register(sensible)
  await app.register(cognitoAuth, pool.options)
  if (order === 'sensible last') await app.register(sensible)
  app.get('/guarded', { preHandler: app.authenticate }, async () => { throw app.httpErrors.conflict() })
  return app
}

for (const order of ['sensible first', 'sensible last'] as const) {
  t.test(`the application's own @fastify/sensible and this plugin live together: ${order}`, async (t) => {
    const app = await build(t, order)
    assertRefused(t, await app.inject('/guarded'), 'FST_COGNITO_TOKEN_MISSING')
    const answer = await app.inject({ url: '/guarded', headers: pool.authorization(await pool.accessToken()) })
    t.equal(answer.statusCode, 409)
    t.equal(answer.headers['www-authenticate'], undefined)
  })
}

t.test('without the application\'s own @fastify/sensible there is none: it is not registered for it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  t.notOk(app.hasDecorator('httpErrors'))
  app.get('/guarded', { config: { auth: 'required' } }, async () => 'in')
  assertRefused(t, await app.inject('/guarded'), 'FST_COGNITO_TOKEN_MISSING')
})

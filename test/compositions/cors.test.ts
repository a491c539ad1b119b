import t from 'tap'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import type { AuthMode } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const origin = 'https://app.example.com'
const preflight = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }
const corsOptions = { origin, exposedHeaders: ['WWW-Authenticate'] }

async function build (t: Test, order: 'cors first' | 'cors last', defaultAuth: AuthMode): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  if (order === 'cors first') await app.register(cors, corsOptions)
  await app.register(cognitoAuth, { ...pool.options, defaultAuth })
  if (order === 'cors last') await app.register(cors, corsOptions)
  app.get('/guarded', { config: { auth: 'required' } }, async (request) => ({ user: request.user?.sub }))
  return app
}

for (const defaultAuth of ['public', 'required'] as const) {
  t.test(`registered first, CORS answers preflights, which carry no token: defaultAuth ${defaultAuth}`, async (t) => {
    const app = await build(t, 'cors first', defaultAuth)
    const answer = await app.inject({ method: 'OPTIONS', url: '/guarded', headers: preflight })
    t.equal(answer.statusCode, 204)
    t.equal(answer.headers['access-control-allow-origin'], origin)
    t.equal(answer.headers['access-control-allow-headers'], 'authorization')
  })

  t.test(`registered first, CORS lets a page read why it was refused: defaultAuth ${defaultAuth}`, async (t) => {
    const app = await build(t, 'cors first', defaultAuth)
    const refused = await app.inject({ url: '/guarded', headers: { origin } })
    assertRefused(t, refused, 'FST_COGNITO_TOKEN_MISSING')
    t.equal(refused.headers['access-control-allow-origin'], origin)
    t.equal(refused.headers['access-control-expose-headers'], 'WWW-Authenticate')

    const headers = { origin, ...pool.authorization(await pool.accessToken({ sub: 'user' })) }
    t.same((await app.inject({ url: '/guarded', headers })).json(), { user: 'user' })
  })
}

t.test('an OPTIONS request that is no preflight is no way around the token', async (t) => {
  const app = await build(t, 'cors first', 'required')
  app.options('/own', async () => 'in')
  // Without these headers @fastify/cors refuses it itself; with them it answers, and no handler runs.
  t.equal((await app.inject({ method: 'OPTIONS', url: '/own' })).statusCode, 400)
  const answer = await app.inject({ method: 'OPTIONS', url: '/own', headers: preflight })
  t.equal(answer.statusCode, 204)
  t.equal(answer.body, '')
})

t.test('registered last, CORS does not get to answer where everything needs a token, so register it first', async (t) => {
  const app = await build(t, 'cors last', 'required')
  const answer = await app.inject({ method: 'OPTIONS', url: '/guarded', headers: preflight })
  assertRefused(t, answer, 'FST_COGNITO_TOKEN_MISSING')
  t.equal(answer.headers['access-control-allow-origin'], undefined)
})

t.test('registered last, CORS answers preflights where routes are public by default, but a page cannot read a 401', async (t) => {
  const app = await build(t, 'cors last', 'public')
  const answer = await app.inject({ method: 'OPTIONS', url: '/guarded', headers: preflight })
  t.equal(answer.statusCode, 204)
  t.equal(answer.headers['access-control-allow-origin'], origin)

  const refused = await app.inject({ url: '/guarded', headers: { origin } })
  assertRefused(t, refused, 'FST_COGNITO_TOKEN_MISSING')
  t.equal(refused.headers['access-control-allow-origin'], undefined)
})

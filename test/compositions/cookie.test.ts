import t from 'tap'
import cookie from '@fastify/cookie'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import type { GetToken } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const getToken: GetToken = (request) => request.cookies.session

async function build (t: Test, order: 'cookies first' | 'cookies last' = 'cookies first'): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  if (order === 'cookies first') await app.register(cookie, { secret: 'only for this test' })
  await app.register(cognitoAuth, { ...pool.options, getToken })
  if (order === 'cookies last') await app.register(cookie, { secret: 'only for this test' })
  app.get('/guarded', { config: { auth: 'required' } }, async (request) => ({ sub: request.user?.sub }))
  app.get('/optional', { config: { auth: 'optional' } }, async (request) => ({ sub: request.user?.sub }))
  return app
}

t.test('a token in the cookie that getToken names lets in', async (t) => {
  const app = await build(t)
  const session = await pool.accessToken({ sub: 'user' })
  for (const url of ['/guarded', '/optional']) {
    const answer = await app.inject({ url, cookies: { session } })
    t.equal(answer.statusCode, 200)
    t.same(answer.json(), { sub: 'user' })
  }
})

t.test('a bad token in the cookie is refused, on optional routes too', async (t) => {
  const app = await build(t)
  const session = await pool.accessToken()
  for (const bad of [`${session.slice(0, -8)}AAAAAAAA`, 'x', `Bearer ${session}`, `${session} `, app.signCookie(session)]) {
    for (const url of ['/guarded', '/optional']) {
      assertRefused(t, await app.inject({ url, cookies: { session: bad } }), 'FST_COGNITO_TOKEN_INVALID')
    }
  }
})

t.test('a token in another cookie or in the header is not looked at', async (t) => {
  const app = await build(t)
  const token = await pool.accessToken({ sub: 'user' })
  assertRefused(t, await app.inject({ url: '/guarded', cookies: { token } }), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/guarded', headers: pool.authorization(token) }), 'FST_COGNITO_TOKEN_MISSING')
  t.same((await app.inject({ url: '/optional', cookies: { token } })).json(), {}, 'nobody is signed in by it')
})

t.test('an empty cookie is a bad token, not a missing one', async (t) => {
  const app = await build(t)
  assertRefused(t, await app.inject({ url: '/guarded', headers: { cookie: 'session=' } }), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('of two cookies of one name one is taken, and judged like any other', async (t) => {
  const app = await build(t)
  const token = await pool.accessToken({ sub: 'user' })
  const first = await app.inject({ url: '/guarded', headers: { cookie: `session=${token}; session=bad` } })
  const second = await app.inject({ url: '/guarded', headers: { cookie: `session=bad; session=${token}` } })
  t.same([first.statusCode, second.statusCode].sort(), [200, 401])
})

t.test('registered last, @fastify/cookie has not read the cookies in time: nobody gets in, so register it first', async (t) => {
  const app = await build(t, 'cookies last')
  const answer = await app.inject({ url: '/guarded', cookies: { session: await pool.accessToken() } })
  assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
})

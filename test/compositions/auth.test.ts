import t from 'tap'
import fastifyAuth from '@fastify/auth'
import type { FastifyAuthFunction } from '@fastify/auth'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const apiKey: Readonly<Record<string, string>> = { 'x-api-key': 'partner' }

const isPartner: FastifyAuthFunction = (request, _reply, done) => {
  if (request.headers['x-api-key'] === 'partner') done()
  else done(Object.assign(new Error('No API key'), { statusCode: 401 }))
}

async function build (t: Test): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  await app.register(fastifyAuth)
  const handler = async (request: { user: unknown }): Promise<object> => ({ user: request.user !== null })
  const isAdmin = app.authorize({ groups: ['Admins'] })
  app.get('/either', { preHandler: app.auth([isPartner, app.authenticate]) }, handler)
  app.get('/token-first', { preHandler: app.auth([app.authenticate, isPartner]) }, handler)
  app.get('/both', { preHandler: app.auth([app.authenticate, isPartner], { relation: 'and' }) }, handler)
  app.get('/all-of-both', { preHandler: app.auth([app.authenticate, isPartner], { relation: 'and', run: 'all' }) }, handler)
  app.get('/admin-or-partner', { onRequest: app.auth([isAdmin, isPartner]) }, handler)
  app.get('/admin-and-user-or-partner', { onRequest: app.auth([[app.authenticate, isAdmin], isPartner]) }, handler)
  return app
}

t.test('under "or" one good credential is enough, and no challenge leaks onto the answer', async (t) => {
  const app = await build(t)
  const token = pool.authorization(await pool.accessToken())
  const cases: ReadonlyArray<readonly [says: string, headers: Record<string, string>, user: boolean]> = [
    ['a token alone', token, true],
    ['an API key alone', apiKey, false],
    ['an API key beside a bad token', { ...apiKey, authorization: 'Bearer bad' }, false],
    ['an API key beside a malformed header', { ...apiKey, authorization: 'Bearer' }, false]
  ]
  for (const [says, headers, user] of cases) {
    const answer = await app.inject({ url: '/token-first', headers })
    t.equal(answer.statusCode, 200, says)
    t.same(answer.json(), { user }, `${says}: a refused token is nobody`)
    t.equal(answer.headers['www-authenticate'], undefined, `${says}: no challenge on a 200`)
  }
})

t.test('under "or" the error of the last alternative is sent, with its challenge if it is a token\'s', async (t) => {
  const app = await build(t)
  assertRefused(t, await app.inject('/either'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/either', headers: { authorization: 'Bearer a.b.c' } }), 'FST_COGNITO_TOKEN_INVALID')

  const answer = await app.inject('/token-first')
  t.equal(answer.statusCode, 401)
  t.equal(answer.json<{ message: string }>().message, 'No API key')
  t.equal(answer.headers['www-authenticate'], undefined, 'the challenge belongs to the error that was not sent')
})

t.test('under "and" both are needed', async (t) => {
  const app = await build(t)
  const token = pool.authorization(await pool.accessToken())
  for (const url of ['/both', '/all-of-both']) {
    const answer = await app.inject({ url, headers: { ...token, ...apiKey } })
    t.equal(answer.statusCode, 200)
    t.same(answer.json(), { user: true })
    t.equal((await app.inject({ url, headers: token })).statusCode, 401, `${url}: no API key`)
    assertRefused(t, await app.inject({ url, headers: apiKey }), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject({ url, headers: { ...apiKey, authorization: 'Bearer a.b.c' } }), 'FST_COGNITO_TOKEN_INVALID')
  }
})

t.test('a right is no alternative to itself: without it only the other alternative lets in', async (t) => {
  const app = await build(t)
  const user = pool.authorization(await pool.accessToken())
  const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
  for (const url of ['/admin-or-partner', '/admin-and-user-or-partner']) {
    t.equal((await app.inject({ url, headers: admin })).statusCode, 200, `${url}: an administrator`)
    t.equal((await app.inject({ url, headers: { ...user, ...apiKey } })).statusCode, 200, `${url}: a user with the API key`)
    t.equal((await app.inject({ url, headers: user })).statusCode, 401, `${url}: a user without`)
    t.equal((await app.inject(url)).statusCode, 401, `${url}: nobody`)
  }
})

t.test('an outage is an error of the alternative too: it lets nobody in', async (t) => {
  const down = createTestUserPool({ userPoolId: 'us-east-1_Down' })
  down.goDown()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, down.options)
  await app.register(fastifyAuth)
  app.get('/', { preHandler: app.auth([isPartner, app.authenticate]) }, async () => 'in')
  const headers = down.authorization(await down.accessToken())
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  t.equal((await app.inject({ url: '/', headers: { ...headers, ...apiKey } })).statusCode, 200)
})

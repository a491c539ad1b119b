import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()

interface Scene {
  readonly app: FastifyInstance
  /** What ran besides the handlers: parsers and validators. */
  readonly ran: string[]
}

async function build (t: Test): Promise<Scene> {
  const app = Fastify({ bodyLimit: 64 })
  const ran: string[] = []
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.addContentTypeParser('application/x-watched', { parseAs: 'string' }, async (_request: unknown, body: string) => {
    ran.push('parser')
    return { name: body }
  })
  app.addHook('preParsing', async (_request, _reply, payload) => {
    ran.push('preParsing')
    return payload
  })
  const schema = {
    body: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    querystring: { type: 'object', properties: { page: { type: 'integer' } } },
    headers: { type: 'object', properties: { 'x-size': { type: 'integer' } } }
  }
  const handler = async (): Promise<string> => 'in'
  app.post('/config', { schema, config: { auth: { groups: ['Admins'] } } }, handler)
  app.post('/on-request', { schema, onRequest: app.authorize({ groups: ['Admins'] }) }, handler)
  app.post('/pre-validation', { schema, preValidation: app.authorize({ groups: ['Admins'] }) }, handler)
  app.post('/pre-handler', { schema, preHandler: app.authorize({ groups: ['Admins'] }) }, handler)
  return { app, ran }
}

const json = { 'content-type': 'application/json' }

/** What is wrong with each request, and the status that says so to who may know. */
const flawed: ReadonlyArray<readonly [says: string, status: number, request: InjectOptions]> = [
  ['invalid JSON', 400, { headers: json, payload: '{"name":' }],
  ['JSON with a prototype', 400, { headers: json, payload: '{"__proto__":{"a":1}}' }],
  ['an empty JSON body', 400, { headers: json, payload: '' }],
  ['a body against the schema', 400, { headers: json, payload: '{"other":1}' }],
  ['no body', 400, {}],
  ['a query against the schema', 400, { headers: json, payload: '{"name":"a"}', query: { page: 'first' } }],
  ['a header against the schema', 400, { headers: { ...json, 'x-size': 'big' }, payload: '{"name":"a"}' }],
  ['an unknown type of content', 415, { headers: { 'content-type': 'application/x-unknown' }, payload: 'a' }],
  ['a body that is too large', 413, { headers: json, payload: JSON.stringify({ name: 'a'.repeat(64) }) }]
]

for (const url of ['/config', '/on-request']) {
  t.test(`nobody learns what is wrong with a request before showing a token: ${url}`, async (t) => {
    const { app, ran } = await build(t)
    const user = pool.authorization(await pool.accessToken())
    for (const [says, , { headers, ...request }] of flawed) {
      const post = { ...request, method: 'POST', url } as const
      t.comment(says)
      assertRefused(t, await app.inject({ ...post, headers: { ...headers } }), 'FST_COGNITO_TOKEN_MISSING')
      assertRefused(t, await app.inject({ ...post, headers: { ...headers, authorization: 'Bearer a.b.c' } }), 'FST_COGNITO_TOKEN_INVALID')
      assertRefused(t, await app.inject({ ...post, headers: { ...headers, authorization: 'Bearer' } }), 'FST_COGNITO_REQUEST_INVALID')
      assertRefused(t, await app.inject({ ...post, headers: { ...headers, ...user } }), 'FST_COGNITO_FORBIDDEN')
    }
    assertRefused(t, await app.inject({ method: 'POST', url, headers: { 'content-type': 'application/x-watched' }, payload: 'a' }), 'FST_COGNITO_TOKEN_MISSING')
    t.same(ran, [], 'nothing was parsed')
  })

  t.test(`who has the right is told what is wrong with a request: ${url}`, async (t) => {
    const { app, ran } = await build(t)
    const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
    for (const [says, status, { headers, ...request }] of flawed) {
      const answer = await app.inject({ ...request, method: 'POST', url, headers: { ...headers, ...admin } })
      t.equal(answer.statusCode, status, says)
      t.equal(answer.headers['www-authenticate'], undefined, `${says}: no challenge`)
    }
    ran.length = 0
    const good = await app.inject({ method: 'POST', url, headers: { ...admin, 'content-type': 'application/x-watched' }, payload: 'a' })
    t.equal(good.body, 'in')
    t.same(ran, ['preParsing', 'parser'])
  })
}

t.test('a hook in preValidation comes after parsing, one in preHandler after validation: config.auth is the safer place', async (t) => {
  const { app } = await build(t)
  const ask = async (url: string, payload: string): Promise<number> =>
    (await app.inject({ method: 'POST', url, headers: json, payload })).statusCode
  t.equal(await ask('/pre-validation', '{"name":'), 400)
  t.equal(await ask('/pre-validation', '{"other":1}'), 401)
  t.equal(await ask('/pre-handler', '{"other":1}'), 400)
  t.equal(await ask('/pre-handler', '{"name":"a"}'), 401)
})

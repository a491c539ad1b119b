import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import mercurius from 'mercurius'
import type { Test } from 'tap'
import cognitoAuth, { getUser } from '../../src/index.js'
import type { AuthMode, CognitoAuthErrorCode, User } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { refusals } from '../support/refusals.js'
import type { Answer } from '../support/refusals.js'

declare module 'mercurius' {
  interface MercuriusContext {
    user: User | null
  }
}

const pool = createTestUserPool()

const schema = `
  type Query { me: String, role: String }
  type Mutation { audit: String }
`

async function build (t: Test, auth: AuthMode): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, roles: { Auditors: 'Auditor' } })
  await app.register(mercurius, {
    schema,
    // What the resolvers see of the request.
    context: (request) => ({ user: request.user }),
    resolvers: {
      Query: {
        me: (_root, _args, { user }) => user?.sub ?? null,
        role: (_root, _args, { reply }) => getUser(reply.request).role
      }
    },
    additionalRouteOptions: { config: { auth } }
  })
  await app.ready()
  return app
}

const ask = (query: string, headers: Record<string, string> = {}): { method: 'POST', url: string, headers: Record<string, string>, payload: object } =>
  ({ method: 'POST', url: '/graphql', headers, payload: { query } })

/** Asserts a refusal that Mercurius has put into the form of a GraphQL answer: status and challenge are kept. */
function assertRefused (t: Test, answer: Answer, code: CognitoAuthErrorCode): void {
  const { statusCode, challenge, body } = refusals[code]
  const { message } = JSON.parse(body) as { message: string }
  t.equal(answer.statusCode, statusCode)
  t.equal(answer.headers['www-authenticate'], challenge)
  t.same(JSON.parse(answer.body), { data: null, errors: [{ message }] })
}

t.test('the resolvers of a GraphQL server see the user of the request', async (t) => {
  const app = await build(t, 'optional')
  const headers = pool.authorization(await pool.accessToken({ sub: 'auditor', groups: ['Auditors'] }))
  t.same((await app.inject(ask('{ me role }', headers))).json(), { data: { me: 'auditor', role: 'Auditor' } })
})

t.test('without a token the resolvers see nobody, and getUser refuses', async (t) => {
  const app = await build(t, 'optional')
  t.same((await app.inject(ask('{ me }'))).json(), { data: { me: null } })
  t.match((await app.inject(ask('{ role }'))).json(), { data: { role: null }, errors: [{ message: 'Not authenticated' }] })
})

t.test('a bad token is refused before the query is read, even where none is needed', async (t) => {
  const app = await build(t, 'optional')
  const headers = { authorization: 'Bearer a.b.c' }
  for (const query of ['{ me }', '{ unknown }', 'not GraphQL']) {
    assertRefused(t, await app.inject(ask(query, headers)), 'FST_COGNITO_TOKEN_INVALID')
  }
})

t.test('where a token is needed no query and no introspection gets past without one', async (t) => {
  const app = await build(t, 'required')
  for (const query of ['{ me }', '{ __schema { types { name } } }', 'not GraphQL']) {
    assertRefused(t, await app.inject(ask(query)), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject({ url: '/graphql', query: { query } }), 'FST_COGNITO_TOKEN_MISSING')
  }
  const headers = pool.authorization(await pool.accessToken({ sub: 'user' }))
  t.same((await app.inject(ask('{ me }', headers))).json(), { data: { me: 'user' } })
  t.same(app.cognitoAuth.routes().filter(({ url }) => url === '/graphql').map(({ auth }) => auth), ['required', 'required', 'required'])
})

t.test('two queries at the same time see each their own user', async (t) => {
  const app = await build(t, 'required')
  const subs = ['one', 'two', 'three', 'four']
  const answers = await Promise.all(subs.map(async (sub) =>
    (await app.inject(ask('{ me }', pool.authorization(await pool.accessToken({ sub }))))).json<{ data: { me: string } }>().data.me))
  t.same(answers, subs)
})

import t from 'tap'
import awsLambdaFastify from '@fastify/aws-lambda'
import Fastify from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { refusals } from '../support/refusals.js'

const pool = createTestUserPool()

/** The part of a proxy event of API Gateway that matters here; HTTP APIs have one value per name, REST APIs may have several. */
interface ProxyEvent {
  readonly httpMethod: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
}

interface ProxyResult {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

interface Lambda {
  invoke (event: Omit<ProxyEvent, 'httpMethod' | 'path'>): Promise<ProxyResult>
  readonly fetched: readonly string[]
}

/** A function of one route, whose keys were deployed with it. */
async function deploy (t: Test): Promise<Lambda> {
  const fetched: string[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  void app.register(cognitoAuth, {
    userPoolId: pool.userPoolId,
    clientId: pool.clientId,
    jwks: await pool.jwks(),
    keys: { fetch: async (input) => { throw new Error(`fetched ${fetched.push(String(input))}`) } }
  })
  app.get('/guarded', { config: { auth: { groups: ['Admins'] } } }, async (request) => ({ sub: request.user?.sub }))
  const proxy = awsLambdaFastify<ProxyEvent, awsLambdaFastify.LambdaFastifyOptions, ProxyResult>(app)
  return {
    // The types of a context stand in a package that nothing else here needs.
    invoke: (event) => proxy({ httpMethod: 'GET', path: '/guarded', ...event }, {} as Parameters<typeof proxy>[1]),
    fetched
  }
}

t.test('in a Lambda function with its keys deployed, a good token lets in and nothing is fetched', async (t) => {
  const { invoke, fetched } = await deploy(t)
  const { authorization } = pool.authorization(await pool.accessToken({ sub: 'admin', groups: ['Admins'] }))
  const events = [
    { headers: { authorization } },
    { headers: { Authorization: authorization } },
    { headers: { Authorization: authorization }, multiValueHeaders: { Authorization: [authorization] } }
  ]
  for (const event of events) {
    const { statusCode, body } = await invoke(event)
    t.equal(statusCode, 200)
    t.equal(body, '{"sub":"admin"}')
  }
  t.same(fetched, [])
})

t.test('in a Lambda function a bad request gets the same answer as anywhere', async (t) => {
  const { invoke, fetched } = await deploy(t)
  const user = pool.authorization(await pool.accessToken())
  const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
  const otherPool = createTestUserPool({ userPoolId: 'us-east-1_OtherPool' })
  const cases = [
    ['no token', {}, refusals.FST_COGNITO_TOKEN_MISSING],
    ['a token without the group', user, refusals.FST_COGNITO_FORBIDDEN],
    ['another pool\'s token', otherPool.authorization(await otherPool.accessToken({ groups: ['Admins'] })), refusals.FST_COGNITO_TOKEN_INVALID],
    ['an altered token', { authorization: `${admin.authorization.slice(0, -8)}AAAAAAAA` }, refusals.FST_COGNITO_TOKEN_INVALID],
    ['a malformed header', { authorization: 'Bearer' }, refusals.FST_COGNITO_REQUEST_INVALID]
  ] as const
  for (const [says, headers, expected] of cases) {
    const answer = await invoke({ headers })
    t.same({ statusCode: answer.statusCode, body: answer.body, challenge: answer.headers['www-authenticate'] }, expected, says)
  }
  t.same(fetched, [])
})

t.test('of two Authorization headers in an event neither counts, in whatever order', async (t) => {
  const { invoke } = await deploy(t)
  const good = pool.authorization(await pool.accessToken({ groups: ['Admins'] })).authorization
  for (const Authorization of [[good, good], [good, 'Bearer bad'], ['Bearer bad', good], ['Basic eDp5', good]]) {
    const answer = await invoke({ headers: { Authorization: Authorization[1] ?? '' }, multiValueHeaders: { Authorization } })
    t.equal(answer.statusCode, 400, Authorization.map((value) => value.slice(0, 10)).join())
    t.equal(answer.body, refusals.FST_COGNITO_REQUEST_INVALID.body)
  }
})

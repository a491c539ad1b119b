import t from 'tap'
import { createHandler } from '../../example/recipes/lambda.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

/** The event of an HTTP API (payload 2.0), with what its JWT authorizer adds. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function httpApiEvent (path: string, token: string | null, claims: Record<string, string> = {}): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    requestContext: { accountId: '123456789012', stage: '$default', http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' }, authorizer: { jwt: { claims, scopes: null } } },
    isBase64Encoded: false
  }
}

/** The event of a REST API (payload 1.0). @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
function restApiEvent (path: string, token: string | null, claims: Record<string, string> = {}): object {
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: 'GET',
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    multiValueHeaders: token === null ? {} : { Authorization: [`Bearer ${token}`] },
    queryStringParameters: null,
    requestContext: { accountId: '123456789012', stage: 'prod', httpMethod: 'GET', path: `/prod${path}`, authorizer: { claims } },
    body: null,
    isBase64Encoded: false
  }
}

for (const [kind, event] of Object.entries({ 'an HTTP API': httpApiEvent, 'a REST API': restApiEvent })) {
  t.test(`${kind}: the token is verified again, whatever the gateway says of it`, async (t) => {
    const handle = await createHandler(pool.options)
    const send = async (path: string, token: string | null, claims?: Record<string, string>) => handle(event(path, token, claims) as never)
    const admin = await pool.accessToken({ sub: 'somebody', groups: ['Admins', 'Auditors'] })
    const { statusCode, body } = await send('/me', admin)
    t.strictSame([statusCode, JSON.parse(body)], [200, { sub: 'somebody', groups: ['Admins', 'Auditors'] }])
    t.equal((await send('/admin', admin)).statusCode, 200)
    const nobody = await send('/me', null, { sub: 'made-up', 'cognito:groups': '[Admins]' })
    t.equal(nobody.statusCode, 401)
    t.match(JSON.stringify(nobody.headers), 'Bearer realm')
    const tricky = await pool.accessToken({ groups: ['Admins Auditors'] })
    t.equal((await send('/admin', tricky, { 'cognito:groups': '[Admins Auditors]' })).statusCode, 403, 'one group whose name has a blank is not two')
    t.equal((await send('/me', `${admin}x`)).statusCode, 401)
  })
}

t.test('with keys of the deployment nothing is fetched, and a key of later is refused', async (t) => {
  const own = createTestUserPool({ userPoolId: 'us-east-1_Static' })
  const { keys, ...named } = own.options
  const handle = await createHandler({ ...named, keys: { ...keys, fetch: async () => { throw new Error('no network') } } }, await own.jwks())
  t.equal((await handle(httpApiEvent('/me', await own.accessToken()) as never)).statusCode, 200)
  const other = createTestUserPool({ userPoolId: 'us-east-1_Static' })
  other.rotateKeys()
  t.equal((await handle(httpApiEvent('/me', await other.accessToken()) as never)).statusCode, 401)
})

t.test('a cold start during an outage starts all the same, and each event tries again', async (t) => {
  const own = createTestUserPool({ userPoolId: 'us-east-1_Cold' })
  own.goDown()
  const handle = await createHandler({ ...own.options, keys: { ...own.options.keys, cooldown: 1 } })
  t.equal((await handle(httpApiEvent('/me', await own.accessToken()) as never)).statusCode, 503)
  own.recover()
  await new Promise((resolve) => setTimeout(resolve, 5))
  t.equal((await handle(httpApiEvent('/me', await own.accessToken()) as never)).statusCode, 200)
})

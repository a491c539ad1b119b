import t from 'tap'
import type { Test } from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, InjectOptions } from 'fastify'
import cognitoAuth, { authenticate, isCognitoAuthError } from '../../src/index.js'
import type { CognitoAuthErrorCode } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused, refusals } from '../support/refusals.js'

const pool = createTestUserPool()
const revoked = await pool.accessToken({ sub: 'revoked' })
const failing = await pool.accessToken({ sub: 'failing' })
const good = await pool.accessToken()
const stale = await pool.accessToken({ auth_time: 1_000 })
const expired = await pool.accessToken({ iat: 1_000, exp: 2_000 })
const forged = `${good.slice(0, good.lastIndexOf('.'))}.${expired.slice(expired.lastIndexOf('.') + 1)}`
const foreign = await pool.accessToken({ client_id: 'another-client' })

/** What a client sends to meet each row of the table; several where one code has several causes. */
const requests: ReadonlyArray<[code: CognitoAuthErrorCode, request: InjectOptions, scope?: string]> = [
  ['FST_COGNITO_TOKEN_MISSING', { url: '/guarded' }],
  ['FST_COGNITO_TOKEN_MISSING', { url: '/guarded', headers: { authorization: 'Basic dXNlcjpwYXNz' } }],
  ['FST_COGNITO_REQUEST_INVALID', { url: '/guarded', headers: { authorization: 'Bearer' } }],
  ['FST_COGNITO_REQUEST_INVALID', { url: '/guarded', headers: { authorization: 'Bearer a b' } }],
  ['FST_COGNITO_REQUEST_INVALID', { url: '/guarded', headers: { authorization: 'a, Bearer b' } }],
  ['FST_COGNITO_TOKEN_INVALID', { url: '/guarded', headers: pool.authorization('opaque') }],
  ['FST_COGNITO_TOKEN_INVALID', { url: '/guarded', headers: pool.authorization(forged) }],
  ['FST_COGNITO_TOKEN_INVALID', { url: '/guarded', headers: pool.authorization(foreign) }],
  ['FST_COGNITO_TOKEN_INVALID', { url: '/guarded', headers: pool.authorization('x'.repeat(16_385)) }],
  ['FST_COGNITO_TOKEN_EXPIRED', { url: '/guarded', headers: pool.authorization(expired) }],
  ['FST_COGNITO_TOKEN_REVOKED', { url: '/guarded', headers: pool.authorization(revoked) }],
  ['FST_COGNITO_FORBIDDEN', { url: '/admins', headers: pool.authorization(good) }],
  ['FST_COGNITO_FORBIDDEN', { url: '/scoped', headers: pool.authorization(good) }, ', scope="files/read"'],
  ['FST_COGNITO_REAUTHENTICATION_REQUIRED', { url: '/fresh', headers: pool.authorization(stale) }, ', max_age="300"'],
  ['FST_COGNITO_UNAVAILABLE', { url: '/guarded', headers: pool.authorization(failing) }]
]

interface Table {
  readonly app: FastifyInstance
  readonly handled: () => number
}

/** The routes of the table, in a context that may bring its error handler along. */
async function tableApp (t: Test, prepare: (app: FastifyInstance) => void = () => {}, options: object = {}): Promise<Table> {
  const app = Fastify(options)
  t.teardown(() => app.close())
  await app.register(cognitoAuth, {
    ...pool.options,
    isRevoked: (user) => {
      if (user.sub === 'failing') throw new Error('a secret of the database')
      return user.sub === 'revoked'
    }
  })
  let handled = 0
  const handler = async (): Promise<string> => { handled++; return 'in' }
  await app.register(async (child) => {
    prepare(child)
    child.get('/guarded', { config: { auth: 'required' } }, handler)
    child.get('/admins', { config: { auth: { groups: ['Admins'] } } }, handler)
    child.get('/scoped', { config: { auth: { scopes: ['files/read'] } } }, handler)
    child.get('/fresh', { config: { auth: { maxAge: 300 } } }, handler)
    child.get('/hooked', { preHandler: authenticate }, handler)
  })
  return { app, handled: () => handled }
}

t.test('every refusal has the status, body and challenge of the table, byte for byte', async (t) => {
  const { app, handled } = await tableApp(t)
  for (const [code, request, scope] of requests) assertRefused(t, await app.inject(request), code, scope)
  t.equal(handled(), 0, 'no handler was run')
  t.strictSame([...new Set(requests.map(([code]) => code))], Object.keys(refusals), 'every code was met')
})

t.test('all answers of one code are the same bytes, headers included', async (t) => {
  const { app } = await tableApp(t)
  const seen = new Map<string, string>()
  for (const [code, request, scope = ''] of requests) {
    const { body, headers } = await app.inject(request)
    const { date, ...others } = headers
    t.type(date, 'string')
    const bytes = JSON.stringify([body, others])
    t.equal(seen.get(code + scope) ?? bytes, bytes, code)
    seen.set(code + scope, bytes)
  }
})

t.test('an error handler that replies by hand keeps status, challenge and retry-after', async (t) => {
  const seen: unknown[] = []
  const { app } = await tableApp(t, (child) => {
    child.setErrorHandler((error: Error & { statusCode?: number, code?: string }, _request, reply) => {
      seen.push(error)
      void reply.code(error.statusCode ?? 500).send({ mine: true, code: error.code })
    })
  })
  for (const [code, request, scope = ''] of requests) {
    const answer = await app.inject(request)
    const { statusCode, challenge } = refusals[code]
    t.equal(answer.statusCode, statusCode)
    t.strictSame(answer.json(), { mine: true, code })
    t.equal(answer.headers['www-authenticate'], challenge === undefined ? undefined : challenge + scope)
    t.equal(answer.headers['retry-after'], code === 'FST_COGNITO_UNAVAILABLE' ? '1' : undefined)
  }
  t.equal(seen.length, requests.length)
  t.ok(seen.every(isCognitoAuthError))
})

t.test('an error handler that sends all it finds in the error sends no reason, no cause and no token', async (t) => {
  const { app } = await tableApp(t, (child) => {
    child.setErrorHandler((error: Error, _request, reply) => {
      void reply.code(400).send({ spread: { ...error }, text: JSON.stringify(error), string: String(error), stack: error.stack })
    })
  })
  const secrets = ['reason', 'cause', 'secret of the database', 'client_id', 'another-client', pool.clientId, 'signature', good, forged, revoked, foreign]
  for (const [code, request] of requests) {
    const { body } = await app.inject(request)
    for (const secret of secrets) t.notOk(body.includes(secret), `${code}: ${secret.slice(0, 20)}`)
  }
})

t.test('an error handler that throws the error again leaves the answer as it is', async (t) => {
  const { app } = await tableApp(t, (child) => {
    child.setErrorHandler((error) => { throw error })
  })
  for (const [code, request, scope] of requests) assertRefused(t, await app.inject(request), code, scope)
})

t.test('an error of the application gets no challenge', async (t) => {
  const { app } = await tableApp(t, (child) => {
    child.get('/broken', { preHandler: authenticate }, async () => { throw Object.assign(new Error('broken'), { statusCode: 401 }) })
  })
  const answer = await app.inject({ url: '/broken', headers: pool.authorization(good) })
  t.equal(answer.statusCode, 401)
  t.equal(answer.headers['www-authenticate'], undefined)
})

t.test('the realm of the options stands in every challenge', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', realm: 'staff only' })
  t.equal((await app.inject('/')).headers['www-authenticate'], 'Bearer realm="staff only"')
})

t.test('the log of all rows says why, and holds no token and no part of one', async (t) => {
  const log = captureLog()
  const { app } = await tableApp(t, () => {}, { logger: log.logger })
  for (const [, request] of requests) await app.inject(request)
  const reasons = log.lines().flatMap(({ reason }) => reason ?? [])
  t.strictSame(reasons, [
    'missing', 'missing', 'authorization', 'authorization', 'authorization', 'format', 'signature', 'client_id', 'length',
    'expired', 'revoked', 'required_group', 'required_scope', 'required_max_age', 'is_revoked'
  ])
  t.match(log.where('reason', 'client_id'), [{ level: 30, expected: [pool.clientId], actual: 'another-client' }])
  t.match(log.where('reason', 'required_scope'), [{ level: 30, expected: ['files/read'] }])
  t.match(log.where('reason', 'required_max_age'), [{ level: 30, expected: [300] }])
  t.match(log.where('reason', 'is_revoked'), [{ level: 50, err: { message: 'a secret of the database' } }])
  for (const token of [good, forged, revoked, failing, foreign, expired]) {
    for (const part of token.split('.')) t.notOk(log.text().includes(part), part.slice(0, 12))
  }
})

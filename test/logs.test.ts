import t from 'tap'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { CognitoAuthOptions, Reason } from '../src/index.js'
import { createTestUserPool } from '../src/testing/index.js'
import type { TestClaims, TestUserPool } from '../src/testing/index.js'
import { buildApp } from './support/app.js'
import { captureLog } from './support/log-capture.js'
import type { LogCapture } from './support/log-capture.js'
import { sendLines } from './support/raw-http.js'
import { assertRefused } from './support/refusals.js'

/** In every value of every token here, so that it shows wherever one is logged. */
const mark = 'MARK'
const now = Math.floor(Date.now() / 1000)

/** Every claim that names somebody or something carries the mark. */
const marked: TestClaims = {
  sub: `${mark}-sub`,
  username: `${mark}-username`,
  email: `${mark}@example.com`,
  groups: [`${mark}-group`],
  scopes: [`${mark}/scope`],
  jti: `${mark}-jti`,
  origin_jti: `${mark}-origin-jti`,
  event_id: `${mark}-event`,
  device_key: `${mark}-device`,
  'custom:tenant': `${mark}-tenant`
}

interface Scene {
  readonly app: FastifyInstance
  readonly pool: TestUserPool
  readonly log: LogCapture
}

async function build (t: Test, options: Partial<CognitoAuthOptions> = {}): Promise<Scene> {
  const pool = createTestUserPool()
  const log = captureLog()
  const app = await buildApp(t, {
    options: { ...pool.options, ...options },
    server: { logger: log.logger },
    routes: (app) => {
      const handler = async (): Promise<string> => 'in'
      app.get('/', { config: { auth: 'required' } }, handler)
      app.get('/groups', { config: { auth: { groups: ['Admins'] } } }, handler)
      app.get('/roles', { preHandler: app.authorize({ tokenUse: ['access'], scopes: ['api/write'] }) }, handler)
      app.get('/id', { config: { auth: { tokenUse: 'id' } } }, handler)
    }
  })
  return { app, pool, log }
}

/** Asserts that nothing of the token and none of its claims was written, at any level. */
function assertSilent (t: Test, log: LogCapture, token: string, says: string): void {
  const text = log.text()
  t.notMatch(text, mark, `${says}: no claim`)
  for (const part of token.split('.')) {
    for (let at = 0; at + 16 <= part.length; at += 16) {
      const piece = part.slice(at, at + 16)
      if (text.includes(piece)) t.fail(`${says}: logged ${piece} of ${token}`)
    }
  }
}

type Make = (pool: TestUserPool) => Promise<string>

const claims = (wrong: TestClaims): Make => (pool) => pool.accessToken({ ...marked, ...wrong })
const signed = (wrongHeader: object, wrongClaims: object = {}): Make => async (pool) => {
  const [, payload = ''] = (await pool.accessToken(marked)).split('.')
  const good = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return pool.sign({ header: { ...await pool.header(), ...wrongHeader }, payload: { ...good, ...wrongClaims } })
}

const tokens: ReadonlyArray<readonly [Reason, Make]> = [
  ['length', async () => mark.repeat(5000)],
  ['authorization', async () => `${mark} ${mark}`],
  ['format', async (pool) => `${await pool.accessToken(marked)}.${mark}`],
  ['header', (pool) => pool.sign({ header: `{"kid":"${mark}"`, payload: { ...marked } })],
  ['payload', (pool) => pool.sign({ payload: `{"sub":"${mark}"` })],
  ['algorithm', signed({ alg: `${mark}-alg` })],
  ['kid', signed({ kid: `${mark}kid` })],
  ['kid', signed({ kid: `${mark} /../kid` })],
  ['critical', signed({ crit: [mark], [mark]: mark })],
  ['type', signed({ typ: mark, jku: `https://${mark}.example.com` })],
  ['signature', async (pool) => `${(await pool.accessToken(marked)).slice(0, -12)}AAAAAAAAAAAA`],
  ['audience', claims({ aud: { [mark]: mark } })],
  ['confirmation', claims({ cnf: { jkt: mark } })],
  ['subject', claims({ sub: { [mark]: mark } })],
  ['username', signed({}, { username: [mark] })],
  ['groups', claims({ 'cognito:groups': `${mark}-group` })],
  ['scope', claims({ scope: [mark] })],
  ['issued_at', claims({ iat: `${mark}-iat` })],
  ['not_before', claims({ nbf: `${mark}-nbf` })],
  ['lifetime', claims({ exp: `${mark}-exp` })],
  ['expired', claims({ iat: now - 900, exp: now - 600 })]
]

t.test('a refused token leaves its reason in the log, once, and nothing of itself', async (t) => {
  for (const [reason, make] of tokens) {
    const { app, pool, log } = await build(t)
    const token = await make(pool)
    const answer = await app.inject({ url: '/', headers: pool.authorization(token) })
    t.ok([400, 401].includes(answer.statusCode), `${reason}: ${answer.statusCode}`)
    t.match(log.where('reason', reason), [{ level: 30 }], reason)
    t.equal(log.lines().filter((line) => 'reason' in line).length, 1, `${reason}: once`)
    assertSilent(t, log, token, reason)
    t.notMatch(answer.body + JSON.stringify(answer.headers), mark, `${reason}: nor does the answer`)
  }
})

t.test('of the mistakes of configuration the one claim that shows them is logged, and no other', async (t) => {
  const mistakes: ReadonlyArray<readonly [Reason, TestClaims, string]> = [
    ['issuer', { iss: 'https://issuer.example.com/pool' }, 'https://issuer.example.com/pool'],
    ['client_id', { client_id: 'otherclient' }, 'otherclient'],
    ['token_use', { token_use: 'refresh' }, 'refresh']
  ]
  for (const [reason, wrong, shown] of mistakes) {
    const { app, pool, log } = await build(t)
    const token = await pool.accessToken({ ...marked, ...wrong })
    await app.inject({ url: '/', headers: pool.authorization(token) })
    const [line = {}] = log.where('reason', reason)
    t.equal(line.actual, shown)
    t.match(String(line.msg), /^request refused: \w+ is .+, this application accepts .+$/)
    assertSilent(t, log, token, reason)
  }
})

t.test('a claim that stands where another is expected is shortened, and shown by its kind if it is no text', async (t) => {
  for (const [wrong, actual] of [
    [{ iss: 'x'.repeat(10_000) }, 'x'.repeat(128)],
    [{ iss: [mark] }, 'an array'],
    [{ client_id: { [mark]: mark } }, 'a value of type object'],
    [{ token_use: undefined }, 'absent']
  ] as const) {
    const { app, pool, log } = await build(t)
    const token = await pool.accessToken({ ...marked, ...wrong })
    await app.inject({ url: '/', headers: pool.authorization(token) })
    t.same(log.lines().flatMap((line) => line.actual ?? []), [actual])
    assertSilent(t, log, token, String(actual))
  }
})

t.test('a claim that is absent is named, one that is there and wrong is not', async (t) => {
  for (const [wrong, reason, absent] of [
    [{ iat: undefined }, 'issued_at', ['iat']],
    [{ iat: `${mark}-iat` }, 'issued_at', []],
    [{ exp: undefined }, 'lifetime', ['exp']],
    [{ client_id: undefined }, 'client_id', ['client_id']],
    [{ client_id: 'otherclient' }, 'client_id', []]
  ] as const) {
    const { app, pool, log } = await build(t)
    const token = await pool.accessToken({ ...marked, ...wrong })
    const answer = await app.inject({ url: '/', headers: pool.authorization(token) })
    assertRefused(t, answer, 'FST_COGNITO_TOKEN_INVALID')
    t.strictSame(log.where('reason', reason).flatMap((line) => line.absent ?? []), absent)
    assertSilent(t, log, token, reason)
  }
})

t.test('a user without the right leaves what was asked in the log, not what they have', async (t) => {
  const rights: ReadonlyArray<readonly [url: string, Reason, expected: string]> = [
    ['/groups', 'required_group', 'Admins'], ['/roles', 'required_scope', 'api/write'], ['/id', 'required_token_use', 'id']
  ]
  for (const [url, reason, expected] of rights) {
    const { app, pool, log } = await build(t)
    const token = await pool.accessToken(marked)
    t.equal((await app.inject({ url, headers: pool.authorization(token) })).statusCode, 403)
    t.match(log.where('reason', reason), [{ level: 30, expected: [expected] }])
    assertSilent(t, log, token, reason)
  }
})

t.test('an outage and a failing function of the application leave their error in the log and nothing of the token', async (t) => {
  const fail = (): never => { throw new Error('the application failed') }
  const failures: ReadonlyArray<readonly [Reason, Partial<CognitoAuthOptions>]> = [
    ['get_token', { getToken: fail }], ['map_user', { mapUser: fail }], ['is_revoked', { isRevoked: fail }],
    ['key_endpoint', { keys: { fetch: async () => { throw new Error('down') } } }]
  ]
  for (const [reason, options] of failures) {
    const { app, pool, log } = await build(t, options)
    const token = await pool.accessToken(marked)
    t.equal((await app.inject({ url: '/', headers: pool.authorization(token) })).statusCode, 503)
    t.equal(log.where('reason', reason).length, 1, reason)
    assertSilent(t, log, token, reason)
  }
})

t.test('a revoked user leaves no name', async (t) => {
  const { app, pool, log } = await build(t, { isRevoked: () => true })
  const token = await pool.accessToken(marked)
  t.equal((await app.inject({ url: '/', headers: pool.authorization(token) })).statusCode, 401)
  t.match(log.where('reason', 'revoked'), [{ level: 30 }])
  assertSilent(t, log, token, 'revoked')
})

t.test('a request that is let in leaves nothing of its token either', async (t) => {
  const { app, pool, log } = await build(t)
  const headers = pool.authorization(await pool.accessToken(marked))
  // The first is verified, the second remembered.
  for (const request of [{ url: '/', headers }, { url: '/', headers }] satisfies InjectOptions[]) {
    t.equal((await app.inject(request)).statusCode, 200)
  }
  assertSilent(t, log, headers.authorization, 'accepted')
})

t.test('neither of two Authorization headers is logged', async (t) => {
  const { app, pool, log } = await build(t)
  const token = await pool.accessToken(marked)
  const answer = await sendLines(app, '/', [`Authorization: Bearer ${token}`, `Authorization: Basic ${mark}`])
  t.equal(answer.statusCode, 400)
  t.match(log.where('reason', 'duplicate_authorization'), [{ level: 30 }])
  assertSilent(t, log, token, 'duplicate_authorization')
})

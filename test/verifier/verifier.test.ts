import t from 'tap'
import { spawnSync } from 'node:child_process'
import { createVerifier, isCognitoAuthError } from '../../src/index.js'
import type { Verifier, VerifierOptions } from '../../src/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { childEnvironment } from '../support/child-environment.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool()
const other = createTestUserPool({ userPoolId: 'eu-west-1_OtherPool', clientId: '2otherclient3456789' })

async function refusalOf (verifier: Verifier, token: string): Promise<unknown> {
  try {
    await verifier.verify(token)
  } catch (error) {
    return error
  }
  return null
}

t.test('resolves to the user of a good token, by the clock of the system', async (t) => {
  const verifier = createVerifier(pool.options)
  t.teardown(() => verifier.close())
  t.match(await verifier.verify(await pool.accessToken()), { tokenUse: 'access', username: 'test-user', clientId: pool.clientId, userPoolId: pool.userPoolId })
  t.match(await verifier.verify(await pool.idToken()), { tokenUse: 'id', email: 'test-user@example.com', clientId: pool.clientId })
  t.match(await verifier.verify(await pool.machineToken()), { tokenUse: 'access', username: null, groups: [], sub: pool.clientId })
})

t.test('rejects with the errors of the plugin, status and challenge included', async (t) => {
  const verifier = createVerifier(pool.options)
  t.teardown(() => verifier.close())
  const good = await pool.accessToken()
  const table: ReadonlyArray<[token: string, code: string, reason: string]> = [
    ['', 'FST_COGNITO_TOKEN_INVALID', 'format'],
    [`Bearer ${good}`, 'FST_COGNITO_TOKEN_INVALID', 'format'],
    [`${good} `, 'FST_COGNITO_TOKEN_INVALID', 'format'],
    [await other.accessToken(), 'FST_COGNITO_TOKEN_INVALID', 'issuer'],
    [await pool.accessToken({ client_id: 'another' }), 'FST_COGNITO_TOKEN_INVALID', 'client_id'],
    [await pool.accessToken({ iat: 1_000, exp: 2_000 }), 'FST_COGNITO_TOKEN_EXPIRED', 'expired'],
    ['x'.repeat(16_385), 'FST_COGNITO_TOKEN_INVALID', 'length']
  ]
  for (const [token, code, reason] of table) {
    const error = await refusalOf(verifier, token)
    t.ok(isCognitoAuthError(error), reason)
    t.match(error, { code, reason, statusCode: 401, headers: { 'www-authenticate': /^Bearer realm="api", error="invalid_token"/ } })
  }
})

t.test('rejects what is no string, as an absent header is easily passed on', async (t) => {
  const verifier = createVerifier(pool.options)
  t.teardown(() => verifier.close())
  for (const token of [undefined, null, 1, {}, ['a.b.c'], Buffer.from('a.b.c')] as unknown as string[]) {
    t.match(await refusalOf(verifier, token), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'format' })
  }
})

t.test('a token is judged by the pool that it names, and by that alone', async (t) => {
  const options = (one: typeof pool): { userPoolId: string, clientId: string } => ({ userPoolId: one.userPoolId, clientId: one.clientId })
  const fetch: typeof globalThis.fetch = (url, init) => (String(url).startsWith(pool.issuer) ? pool : other).options.keys.fetch(url, init)
  const verifier = createVerifier({ userPools: [options(pool), options(other)], keys: { fetch } })
  t.teardown(() => verifier.close())
  t.match(await verifier.verify(await pool.accessToken()), { userPoolId: pool.userPoolId })
  t.match(await verifier.verify(await other.accessToken()), { userPoolId: other.userPoolId })
  t.match(await refusalOf(verifier, await pool.accessToken({ client_id: other.clientId })), { reason: 'client_id' }, 'the client of the other pool')
  t.match(await refusalOf(verifier, await pool.accessToken({ iss: other.issuer, client_id: other.clientId })), { reason: 'kid' }, 'signed by the key of the other pool')
})

t.test('static keys need no network, and no fetch is made for them', async (t) => {
  const calls: unknown[] = []
  const keys = { fetch: async (): Promise<Response> => { calls.push(1); return new Response(null, { status: 500 }) } }
  const options: VerifierOptions = { userPoolId: pool.userPoolId, clientId: pool.clientId, jwks: await pool.jwks(), keys }
  const verifier = createVerifier(options)
  t.match(await verifier.verify(await pool.accessToken()), { username: 'test-user' })
  const token = await pool.accessToken()
  t.equal(await verifier.verify(token), await verifier.verify(token), 'what was verified is remembered')
  const unpublished = createTestUserPool()
  unpublished.rotateKeys()
  t.match(await refusalOf(verifier, await unpublished.accessToken()), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
  t.match(verifier.status(), [{ state: 'fresh', age: null, lastError: null }, { state: 'fresh' }])
  verifier.close()
  t.match(await verifier.verify(await pool.accessToken()), { username: 'test-user' }, 'and nothing ends with it')
  t.equal(calls.length, 0)
})

t.test('remembers a verified token, and asks mapUser once for it', async (t) => {
  let calls = 0
  const mapUser: VerifierOptions['mapUser'] = (user) => { calls++; return { ...user } }
  const token = await pool.accessToken()
  const remembering = createVerifier({ ...pool.options, mapUser })
  t.teardown(() => remembering.close())
  t.equal(await remembering.verify(token), await remembering.verify(token))
  t.equal(calls, 1)
  const forgetful = createVerifier({ ...pool.options, mapUser, cache: false })
  t.teardown(() => forgetful.close())
  t.not(await forgetful.verify(token), await forgetful.verify(token))
  t.equal(calls, 3)
})

t.test('by a given clock a token ends at exp and the tolerance, not before and not after', async (t) => {
  const clock = createTestClock(1_700_000_000_000)
  const verifier = createVerifierWithClock({ ...pool.options, clockTolerance: 10 }, clock)
  t.teardown(() => verifier.close())
  const token = await pool.accessToken({ iat: 1_700_000_000, exp: 1_700_000_060 })
  await verifier.verify(token)
  clock.pass(69_999)
  await verifier.verify(token)
  clock.pass(1)
  t.match(await refusalOf(verifier, token), { code: 'FST_COGNITO_TOKEN_EXPIRED', reason: 'expired' })
})

t.test('after closing nothing is fetched, and what is known still verifies', async (t) => {
  const closing = createTestUserPool({ userPoolId: 'us-east-1_Closing' })
  const verifier = createVerifier(closing.options)
  const token = await closing.accessToken()
  await verifier.verify(token)
  verifier.close()
  t.match(await verifier.verify(await closing.accessToken()), { username: 'test-user' })
  closing.rotateKeys()
  t.match(await refusalOf(verifier, await closing.accessToken()), { statusCode: /401|503/ })
  t.equal(closing.fetchCount, 1)
})

t.test('bad options throw at once', async (t) => {
  t.throws(() => createVerifier({ ...pool.options, clientId: '' }), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /"clientId"/ })
})

t.test('a process with nothing else to do ends, though nobody closed the verifier and the endpoint never answers', async (t) => {
  const program = `
    import { createVerifier } from ${JSON.stringify(new URL('../../src/index.js', import.meta.url).href)}
    createVerifier({ userPoolId: 'us-east-1_EXAMPLE01', clientId: 'a', keys: { timeout: 2147483647, fetch: () => new Promise(() => {}) } })
    console.log('made')
  `
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    encoding: 'utf8', timeout: 60_000, env: childEnvironment()
  })
  t.equal(stdout, 'made\n')
  t.equal(status, 0)
})

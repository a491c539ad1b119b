import t from 'tap'
import type { Test } from 'tap'
import Fastify from 'fastify'
import cognitoAuth, { createVerifier } from '../../src/index.js'
import type { Verifier } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims, TestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

const cooldown = 30_000
const refreshAfter = 600_000

function scene (t: Test, pool: TestUserPool = createTestUserPool()): { pool: TestUserPool, verifier: Verifier, clock: TestClock } {
  const clock = createTestClock()
  const verifier = createVerifierWithClock(pool.options, clock)
  t.teardown(() => verifier.close())
  return { pool, clock, verifier }
}

/** Claims by which a token is good at the present of the clock. */
function present (clock: TestClock): { iat: number, exp: number } {
  const now = Math.floor(clock.now() / 1000)
  return { iat: now, exp: now + 3600 }
}

t.test('three lines are enough for a test of an application', async (t) => {
  const pool = createTestUserPool()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, roles: { Admins: 'Admin' } })
  app.get('/admin', { config: { auth: { roles: ['Admin'] } } }, async () => 'in')
  const get = async (claims: TestClaims): Promise<number> =>
    (await app.inject({ url: '/admin', headers: pool.authorization(await pool.accessToken(claims)) })).statusCode
  t.equal(await get({ groups: ['Admins'] }), 200)
  t.equal(await get({ groups: ['Others'] }), 403)
})

t.test('a pool has the names it is given, or those of the documentation', async (t) => {
  t.match(createTestUserPool(), { userPoolId: 'us-east-1_TestPool1', clientId: '1testclient23456789' })
  const pool = createTestUserPool({ userPoolId: 'eusc-de-east-1_Mine', clientId: 'mine' })
  t.equal(pool.issuer, 'https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_Mine')
  t.match(pool.options, { userPoolId: 'eusc-de-east-1_Mine', clientId: 'mine' })
  t.match(await createVerifier(pool.options).verify(await pool.accessToken()), { userPoolId: 'eusc-de-east-1_Mine', clientId: 'mine' })
})

t.test('a pool id without a region is refused: its issuer would be unknown', async (t) => {
  for (const userPoolId of ['local_6AbC', '', 'us-east-1']) {
    t.throws(() => createTestUserPool({ userPoolId }), new TypeError(`userPoolId must look like us-east-1_TestPool1, not ${userPoolId}`))
  }
})

t.test('options that a pool does not know are refused by name', async (t) => {
  const slips: readonly object[] = [{ userPoolID: 'us-east-1_A' }, { keys: [] }, { clientId: 'a', region: 'b' }]
  for (const options of slips) {
    t.throws(() => createTestUserPool(options), { name: 'TypeError', message: /^unknown option "(userPoolID|keys|region)"; known are userPoolId, clientId, keyPairs$/ })
  }
  const how: object = { overlaps: true }
  t.throws(() => createTestUserPool().rotateKeys(how), new TypeError('unknown option "overlaps"; known are overlap'))
})

t.test('pools are strangers to each other, though they share the work of making keys', async (t) => {
  const [one, two] = [createTestUserPool(), createTestUserPool({ userPoolId: 'us-east-1_TestPool2' })]
  const [ofOne, ofTwo] = [await one.jwks(), await two.jwks()]
  t.same(ofOne.keys.filter(({ kid }) => ofTwo.keys.some((key) => key.kid === kid)), [], 'no key id is shared')
  await t.rejects(createVerifier(two.options).verify(await one.accessToken()), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'issuer' })
})

t.test('the endpoint answers for the issuer of the pool alone, and counts its answers', async (t) => {
  const pool = createTestUserPool()
  const { fetch } = pool.options.keys
  t.equal(pool.fetchCount, 0)
  for (const address of [`${pool.issuer}/.well-known/jwks.json`, new URL(`${pool.issuer}/.well-known/jwks.json`), new Request(`${pool.issuer}/.well-known/jwks.json`)]) {
    const answer = await fetch(address)
    t.equal(answer.status, 200)
    t.match(answer.headers.get('content-type'), 'application/json')
    t.strictSame(await answer.json(), await pool.jwks())
  }
  t.equal(pool.fetchCount, 3)
  for (const address of ['https://example.com/', `${pool.issuer.replace('//', '//issuer-')}/.well-known/jwks.json`, `${pool.issuer}/`]) {
    t.equal((await fetch(address)).status, 403, address)
  }
  t.equal(pool.fetchCount, 3)
})

t.test('after a rotation with overlap old and new tokens are good', async (t) => {
  const { pool, verifier, clock } = scene(t)
  const old = await pool.accessToken()
  await verifier.verify(old)
  pool.rotateKeys({ overlap: true })
  t.equal((await pool.jwks()).keys.length, 4)
  clock.pass(cooldown)
  await verifier.verify(await pool.accessToken())
  await verifier.verify(await pool.idToken())
  t.match(await verifier.verify(old), { username: 'test-user' })
  t.equal(pool.fetchCount, 2)
})

t.test('after a rotation without overlap old tokens are refused, remembered ones too', async (t) => {
  const { pool, verifier, clock } = scene(t)
  const old = await pool.accessToken()
  await verifier.verify(old)
  pool.rotateKeys()
  const { keys } = await pool.jwks()
  t.equal(keys.length, 2)
  t.notOk(keys.some(({ kid }) => old.startsWith(Buffer.from(`{"kid":"${kid}`).toString('base64url').slice(0, -2))))
  await verifier.verify(old)
  clock.pass(cooldown)
  t.match(await verifier.verify(await pool.accessToken()), { username: 'test-user' })
  await t.rejects(verifier.verify(old), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
})

t.test('each rotation brings keys that were not there before', async (t) => {
  const pool = createTestUserPool()
  const kids = new Set<unknown>()
  for (let rotation = 0; rotation < 3; rotation++) {
    for (const { kid, n } of (await pool.jwks()).keys) kids.add(kid).add(n)
    pool.rotateKeys()
  }
  t.equal(kids.size, 12)
})

t.test('while the endpoint is down nothing can be fetched; afterwards it can', async (t) => {
  const pool = createTestUserPool()
  pool.goDown()
  const { verifier, clock } = scene(t, pool)
  await t.rejects(verifier.verify(await pool.accessToken()), { code: 'FST_COGNITO_UNAVAILABLE', cause: { fault: 'network', cause: { message: 'fetch failed' } } })
  t.equal(pool.fetchCount, 2, 'an attempt that fails counts, and the second connection it tries')
  pool.recover()
  clock.pass(cooldown)
  t.match(await verifier.verify(await pool.accessToken()), { username: 'test-user' })
  t.equal(pool.fetchCount, 3)
})

t.test('what is known goes on while the endpoint is down', async (t) => {
  const { pool, verifier, clock } = scene(t)
  await verifier.verify(await pool.accessToken())
  pool.goDown()
  clock.pass(refreshAfter)
  t.match(await verifier.verify(await pool.accessToken(present(clock))), { username: 'test-user' })
  t.match(verifier.status()[0], { state: 'stale' })
})

t.test('a pool serves its keys over HTTP on loopback until it is closed', async (t) => {
  const pool = createTestUserPool()
  const listening = await pool.listen()
  t.match(listening.jwksUri, /^http:\/\/127\.0\.0\.1:\d+\/us-east-1_TestPool1\/\.well-known\/jwks\.json$/)
  t.strictSame(listening.options, { userPoolId: pool.userPoolId, clientId: pool.clientId, jwksUri: listening.jwksUri })
  const verifier = createVerifier({ ...listening.options, issuer: pool.issuer })
  t.match(await verifier.verify(await pool.accessToken()), { username: 'test-user' })
  verifier.close()
  const answer = await fetch(listening.jwksUri)
  t.match(answer.headers.get('content-type'), 'application/json')
  t.strictSame(await answer.json(), await pool.jwks())
  t.equal((await fetch(new URL('/', listening.jwksUri))).status, 404)
  t.equal(pool.fetchCount, 2, 'what is not found does not count')
  pool.goDown()
  await t.rejects(fetch(listening.jwksUri), { message: 'fetch failed' })
  pool.recover()
  t.equal((await fetch(listening.jwksUri)).status, 200)
  await listening.close()
  await t.rejects(fetch(listening.jwksUri), { message: 'fetch failed' })
  await t.rejects(listening.close(), { code: 'ERR_SERVER_NOT_RUNNING' })
})

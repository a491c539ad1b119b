/** Tokens that have outlived their hour. */
import t from 'tap'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { assertRefused } from '../support/refusals.js'
import { startCognitoPool, userPoolId } from './support/cognito-pool.js'
import { decode } from './support/decode.js'
import { startExample } from './support/example-server.js'
import { buildGuardedApp } from './support/guarded-app.js'
import { createMovingClock } from './support/moving-clock.js'
import { createPoolAdmin } from './support/pool-admin.js'
import { startPoolEmulator } from './support/pool-emulator.js'

const hour = 3_600_000

const { directory, admin, clientId, jwksUri } = await startCognitoPool(t)

t.test('refuses tokens that the pool issued two hours ago, in a process by the system clock', async (t) => {
  const past = await startPoolEmulator(t, { directory, clockAhead: -2 * hour })
  const old = await createPoolAdmin(t, past.endpoint, userPoolId).signIn(clientId, 'alan')
  await past.stop()
  const current = await admin.signIn(clientId, 'alan')
  t.match(decode(old.accessToken).claims, { ...decode(current.accessToken).claims, iat: Number, exp: Number, auth_time: Number, jti: String, event_id: String })

  const example = await startExample(t, { userPoolId, clientId, jwksUri })
  for (const token of [old.accessToken, old.idToken]) {
    for (const path of ['/api/me', '/api/audit', '/api/feed']) {
      assertRefused(t, await example.get(path, token), 'FST_COGNITO_TOKEN_EXPIRED')
    }
    t.equal((await example.get('/health', token)).statusCode, 200)
  }
  for (const token of [current.accessToken, current.idToken]) {
    t.equal((await example.get('/api/me', token)).statusCode, 200)
  }
})

t.test('refuses tokens that the pool issues by a clock that is an hour ahead', async (t) => {
  const ahead = await startPoolEmulator(t, { directory, clockAhead: hour })
  const early = await createPoolAdmin(t, ahead.endpoint, userPoolId).signIn(clientId, 'alan')
  await ahead.stop()
  const app = await buildGuardedApp(t, { userPoolId, clientId, jwksUri })
  assertRefused(t, await app.ask(early.accessToken), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await app.ask(early.idToken), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(app.refusedFor('issued_at').length, 2)
})

t.test('a token that was accepted and remembered is refused from exp plus clockTolerance on', async (t) => {
  const clock = createMovingClock()
  const app = await buildGuardedApp(t, { userPoolId, clientId, jwksUri, cache: { maxAge: 2 * hour }, keys: { maxStale: 3 * hour } }, clock)
  const { accessToken, idToken } = await admin.signIn(clientId, 'ada')
  for (const token of [accessToken, idToken]) t.equal((await app.ask(token)).statusCode, 200)
  clock.pass(hour - 60_000)
  for (const token of [accessToken, idToken]) t.equal((await app.ask(token)).statusCode, 200, 'a minute before its end')
  clock.pass(2 * 60_000)
  for (const token of [accessToken, idToken]) assertRefused(t, await app.ask(token), 'FST_COGNITO_TOKEN_EXPIRED')
})

t.test('the verifier without Fastify tells the last second of a real token from the first one after it', async (t) => {
  const { accessToken } = await admin.signIn(clientId, 'olga')
  const end = Number(decode(accessToken).claims.exp) * 1000
  for (const clockTolerance of [0, 5, 300]) {
    let now = end + clockTolerance * 1000 - 1
    const verifier = createVerifierWithClock({ userPoolId, clientId, jwksUri, clockTolerance }, { now: () => now, monotonic: () => 0 })
    t.teardown(() => verifier.close())
    t.match(await verifier.verify(accessToken), { username: 'olga' })
    now++
    await t.rejects(verifier.verify(accessToken), { code: 'FST_COGNITO_TOKEN_EXPIRED', statusCode: 401 })
  }
})

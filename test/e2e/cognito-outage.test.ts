/** The key endpoint of an emulated user pool goes away while applications run, and comes back. */
import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { startCognitoPool, userPoolId } from './support/cognito-pool.js'
import { startExample } from './support/example-server.js'
import { buildGuardedApp } from './support/guarded-app.js'
import { createMovingClock } from './support/moving-clock.js'
import { startPoolEmulator } from './support/pool-emulator.js'

const minute = 60_000

t.test('the example keeps serving its users while the key endpoint is gone', async (t) => {
  const { emulator, admin, clientId, jwksUri } = await startCognitoPool(t)
  const example = await startExample(t, { userPoolId, clientId, jwksUri })
  const remembered = await admin.signIn(clientId, 'ada')
  const neverSeen = await admin.signIn(clientId, 'alan')
  t.equal((await example.get('/api/me', remembered.accessToken)).statusCode, 200)

  await emulator.stop()
  await t.rejects(fetch(jwksUri), 'nobody answers there')

  for (const { accessToken, idToken } of [remembered, neverSeen]) {
    t.equal((await example.get('/api/me', accessToken)).statusCode, 200)
    t.equal((await example.get('/api/me', idToken)).statusCode, 200)
  }
  t.equal((await example.get('/api/admin', remembered.accessToken)).statusCode, 200)
  t.equal((await example.get('/ready')).statusCode, 200)

  const [header, claims, signature = ''] = neverSeen.accessToken.split('.')
  assertRefused(t, await example.get('/api/me', `${header}.${claims}.${signature.split('').reverse().join('')}`), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await example.get('/api/admin', neverSeen.accessToken), 'FST_COGNITO_FORBIDDEN')
})

t.test('an example that starts during the outage serves its public routes, and says that it is not ready', async (t) => {
  const { emulator, admin, clientId, jwksUri } = await startCognitoPool(t)
  const { accessToken } = await admin.signIn(clientId, 'ada')
  await emulator.stop()

  const example = await startExample(t, { userPoolId, clientId, jwksUri })
  t.equal((await example.get('/health')).statusCode, 200)
  t.match(JSON.parse((await example.get('/api/feed')).body), { reader: 'guest' })
  t.equal((await example.get('/ready')).statusCode, 503)
  assertRefused(t, await example.get('/api/me', accessToken), 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await example.get('/api/feed', accessToken), 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await example.get('/api/me', 'not.a.token'), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await example.get('/api/me'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('known keys work until maxStale, then users get 503, and the first request after the recovery is let in', async (t) => {
  const { emulator, directory, admin, clientId, jwksUri } = await startCognitoPool(t)
  const clock = createMovingClock()
  const app = await buildGuardedApp(t, {
    userPoolId, clientId, jwksUri, keys: { refreshAfter: 5 * minute, maxStale: 20 * minute, cooldown: minute }
  }, clock)
  // One token for each request, so that none is remembered.
  const tokens = await Promise.all(Array.from({ length: 5 }, async () => (await admin.signIn(clientId, 'olga')).accessToken))
  const ask = (n: number): ReturnType<typeof app.ask> => app.ask(tokens[n] ?? '')

  t.equal((await ask(0)).statusCode, 200)
  await emulator.stop()
  t.equal((await ask(1)).statusCode, 200, 'while the keys are fresh')
  clock.pass(10 * minute)
  t.equal((await ask(2)).statusCode, 200, 'while they are stale')
  clock.pass(10 * minute)
  assertRefused(t, await ask(3), 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await ask(0), 'FST_COGNITO_UNAVAILABLE')

  await startPoolEmulator(t, { directory, port: Number(new URL(emulator.endpoint).port) })
  assertRefused(t, await ask(3), 'FST_COGNITO_UNAVAILABLE')
  clock.pass(minute)
  t.equal((await ask(3)).statusCode, 200)
  t.equal((await ask(0)).statusCode, 200)
  t.equal((await ask(4)).statusCode, 200)
})

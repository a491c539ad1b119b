/** The example on two machines that share a Redis server, as its environment says. */
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { startExample } from './support/example-server.js'
import { startRedis } from './support/redis-server.js'

const revoked = 'FST_COGNITO_TOKEN_REVOKED'

t.test('signed out on one machine, a token is refused by all, a machine that starts later too', async (t) => {
  const server = await startRedis(t)
  const pool = createTestUserPool()
  const { options, close } = await pool.listen()
  t.teardown(close)
  const start = async () => startExample(t, { userPoolId: options.userPoolId, clientId: options.clientId, issuer: pool.issuer, jwksUri: String(options.jwksUri), redisUrl: `redis://127.0.0.1:${server.port}` })
  const [one, other] = await Promise.all([start(), start()])
  const now = Math.floor(Date.now() / 1000)
  const sign = async (claims: TestClaims) => pool.accessToken({ iat: now - 60, ...claims })
  const admin = await sign({ sub: 'a-1', groups: ['Admins'] })
  const phone = await sign({ sub: 's-1', origin_jti: 'phone' })
  const laptop = await sign({ sub: 's-1', origin_jti: 'laptop' })
  for (const { get } of [one, other]) for (const token of [admin, phone, laptop]) t.equal((await get('/api/me', token)).statusCode, 200)

  t.equal((await one.post('/api/sign-out', phone)).statusCode, 204)
  assertRefused(t, await one.get('/api/me', phone), revoked)
  // It reads every two seconds; a token that never is refused ends the test by its time.
  while ((await other.get('/api/me', phone)).statusCode === 200);
  assertRefused(t, await other.get('/api/me', phone), revoked)
  t.equal((await other.get('/api/me', laptop)).statusCode, 200)

  assertRefused(t, await other.post('/api/admin/users/s-1/sign-out', laptop), 'FST_COGNITO_FORBIDDEN')
  t.equal((await other.post('/api/admin/users/s-1/sign-out', admin)).statusCode, 204)
  assertRefused(t, await other.get('/api/me', laptop), revoked)

  await server.kill()
  t.equal((await one.post('/api/sign-out', admin)).statusCode, 503, 'and nobody believes to be signed out who is not')
  assertRefused(t, await one.get('/api/me', phone), revoked)
  await server.start()
  const late = await start()
  for (const token of [phone, laptop]) assertRefused(t, await late.get('/api/me', token), revoked)
  // Not the administrator: a 503 does not promise that nothing was stored.
  t.equal((await late.get('/api/me', await sign({ sub: 's-2' }))).statusCode, 200)

  await late.stop()
  await server.kill()
  await one.stop()
  for (const { log } of [late, one]) t.match(log(), '"msg":"closing"')
})

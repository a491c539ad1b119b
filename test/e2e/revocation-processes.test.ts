/** Two processes that share a list. */
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { fileURLToPath } from 'node:url'
import { startChild } from './support/child-process.js'
import { startRedis } from './support/redis-server.js'

const program = fileURLToPath(new URL('./support/revocation-process.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
const root = fileURLToPath(new URL('../../', import.meta.url))

t.test('revoked on one: refused on the other at once by the route that asks, and soon by the others; both end clean', async (t) => {
  const server = await startRedis(t)
  const pool = createTestUserPool()
  const { options, close } = await pool.listen()
  t.teardown(close)
  const start = async () => startChild(t, {
    arguments: [tsx, program],
    directory: root,
    environment: { REDIS_PORT: String(server.port), USER_POOL_ID: options.userPoolId, CLIENT_ID: options.clientId, JWKS_URI: String(options.jwksUri), ISSUER: pool.issuer },
    ready: /Listening on (http:\/\/127\.0\.0\.1:\d+)/
  })
  const [one, two] = await Promise.all([start(), start()])
  const ask = async (child: typeof one, path: string, session: string, method = 'GET'): Promise<number> =>
    (await fetch(`${child.match[1]}${path}`, { method, headers: pool.authorization(await pool.accessToken({ origin_jti: session })) })).status

  for (const child of [one, two]) for (const path of ['/', '/ask']) for (const session of ['a', 'b']) t.equal(await ask(child, path, session), 200)
  t.equal(await ask(one, '/sign-out', 'a', 'POST'), 200)
  const began = performance.now()
  t.equal(await ask(one, '/', 'a'), 401, 'on the same process at once')
  t.equal(await ask(two, '/ask', 'a'), 401, 'on the other at once')
  t.equal(await ask(one, '/sign-out', 'b', 'POST'), 200)
  let polls = 0
  while (await ask(two, '/', 'b') === 200) polls++
  t.comment(`refused on the other after ${Math.round(performance.now() - began)} ms and ${polls} requests (pollInterval 200 ms)`)
  t.equal(await ask(two, '/', 'c'), 200)

  await one.stop()
  t.match(one.output(), 'closed', 'with the server up')
  await server.kill()
  t.equal(await ask(two, '/', 'b'), 401)
  await two.stop()
  t.match(two.output(), 'closed', 'with the server down')
})

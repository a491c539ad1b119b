import t from 'tap'
import { buildLimitedApp } from '../../example/recipes/rate-limits.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

t.test('a user, an app client and an address that sends bad tokens each have a limit of their own', async (t) => {
  const app = await buildLimitedApp({ ...pool.options, clientId: [pool.clientId, 'second'] }, { user: 2, client: 5, refused: 3 })
  t.teardown(() => app.close())
  const ask = async (token: string | null, remoteAddress = '192.0.2.1'): Promise<number> => (await app.inject({ url: '/orders', remoteAddress, headers: token === null ? {} : pool.authorization(token) })).statusCode
  const [one, two, three, other] = await Promise.all([pool.accessToken({ sub: 'one' }), pool.accessToken({ sub: 'two' }), pool.accessToken({ sub: 'three' }), pool.accessToken({ sub: 'one', client_id: 'second' })])

  t.strictSame([await ask(one), await ask(one), await ask(one)], [200, 200, 429], 'the third of one user')
  t.equal(await ask(other), 429, 'by another client too')
  t.strictSame([await ask(two), await ask(two)], [200, 200], 'another user')
  t.strictSame([await ask(three), await ask(three)], [200, 429], 'the fifth and the sixth of one client')

  t.strictSame([await ask('x'), await ask('x'), await ask('x'), await ask('x')], [401, 401, 401, 429])
  t.equal(await ask(two), 429, 'nobody is let in from there for now')
  t.equal(await ask('x', '192.0.2.2'), 401, 'from elsewhere is not concerned')
  t.equal(await ask('x', '::ffff:192.0.2.1'), 429, 'the same address as a socket for both protocols has it')

  const neighbours = ['2001:db8::1', '2001:db8::2', '2001:db8::ffff:3', '2001:db8::4']
  const statuses: number[] = []
  for (const address of neighbours) statuses.push(await ask('x', address))
  t.strictSame(statuses, [401, 401, 401, 429], 'whoever has one address of IPv6 has all of its network')
  t.equal(await ask('x', '2001:db8:0:1::1'), 401)
})

t.test('who sends no token, or one that has just ended, is never taken for an attacker', async (t) => {
  const app = await buildLimitedApp(pool.options, { user: 100, client: 100, refused: 1 })
  t.teardown(() => app.close())
  const expired = pool.authorization(await pool.expiredToken())
  for (let sent = 0; sent < 5; sent++) {
    t.equal((await app.inject('/orders')).statusCode, 401)
    t.match((await app.inject({ url: '/orders', headers: expired })).body, 'FST_COGNITO_TOKEN_EXPIRED')
  }
})

t.test('who has no user, as at a path that leads nowhere, is limited by address', async (t) => {
  const app = await buildLimitedApp(pool.options, { user: 2, client: 100, refused: 100 })
  t.teardown(() => app.close())
  const statuses: number[] = []
  for (let sent = 0; sent < 3; sent++) statuses.push((await app.inject('/nowhere')).statusCode)
  t.strictSame(statuses, [404, 404, 429])
})

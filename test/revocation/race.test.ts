/** A revocation that comes while its token is on the way, or when it is remembered already. */
import t from 'tap'
import type { Test } from 'tap'
import type { CognitoAuthOptions, CognitoUser } from '../../src/index.js'
import { createRevocationList } from '../../src/revocation/index.js'
import type { RevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { systemClock } from '../../src/time/clock.js'
import { buildApp } from '../support/app.js'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
import type { Answer } from '../support/refusals.js'
import { createTestStore } from '../support/revocation-store.js'
import { userOf } from '../support/revocation-users.js'

interface Scene {
  readonly pool: TestUserPool
  readonly list: RevocationList
  ask (url: string, token: string): Promise<Answer>
}

const routes = ['/', '/ask'] as const

async function build (t: Test, options: Partial<CognitoAuthOptions> = {}): Promise<Scene> {
  const pool = createTestUserPool()
  const list = createRevocationList({ store: createTestStore(systemClock) })
  t.teardown(() => list.close())
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: list.isRevoked, ...options },
    routes: (app) => {
      app.get('/', { config: { auth: 'required' } }, async () => 'in')
      app.get('/ask', { config: { auth: { revocation: 'ask' } } }, async () => 'in')
    }
  })
  return { pool, list, ask: (url, token) => app.inject({ url, headers: pool.authorization(token) }) }
}

/** The ways to revoke a token, of a user as `mapUser` and `verify` give it. */
const ways: Record<string, (list: RevocationList, user: CognitoUser, userPoolId: string) => Promise<unknown>> = {
  'its id': (list, user) => list.revokeToken(user),
  'its sign-in': (list, user) => list.revokeSession(user),
  'its user': (list, user, userPoolId) => list.revokeUser(userPoolId, user.sub)
}

for (const [way, revoke] of Object.entries(ways)) {
  t.test(`a token that is revoked by ${way} while mapUser has it is refused`, async (t) => {
    for (const route of routes) {
      const gate = createLatch()
      const reached = createLatch()
      let caller: CognitoUser | undefined
      const { pool, list, ask } = await build(t, {
        mapUser: async (user) => {
          caller = user
          reached.open()
          await gate.opened
          return user
        }
      })
      await list.refresh()
      const answer = ask(route, await pool.accessToken({ origin_jti: 'sign-in' }))
      await reached.opened
      if (caller === undefined) throw new Error('mapUser was not called')
      await revoke(list, caller, pool.userPoolId)
      gate.open()
      assertRefused(t, await answer, 'FST_COGNITO_TOKEN_REVOKED')
    }
  })

  t.test(`a token that is revoked by ${way} while its keys are fetched is refused`, async (t) => {
    for (const route of routes) {
      const gate = createLatch()
      const reached = createLatch()
      const keyPool = createTestUserPool()
      const { pool, list, ask } = await build(t, {
        userPoolId: keyPool.userPoolId,
        clientId: keyPool.clientId,
        keys: {
          fetch: async (input, init) => {
            reached.open()
            await gate.opened
            return keyPool.options.keys.fetch(input, init)
          }
        }
      })
      t.equal(pool.userPoolId, keyPool.userPoolId)
      await list.refresh()
      const token = await keyPool.accessToken({ origin_jti: 'sign-in', jti: 'one', sub: 'caller' })
      const answer = ask(route, token)
      await reached.opened
      await revoke(list, userOf({ pool: keyPool.userPoolId, sub: 'caller', iat: Math.floor(Date.now() / 1000), jti: 'one', session: 'sign-in' }), keyPool.userPoolId)
      gate.open()
      assertRefused(t, await answer, 'FST_COGNITO_TOKEN_REVOKED')
    }
  })

  t.test(`a token that is remembered is refused from the moment on in which it is revoked by ${way}`, async (t) => {
    let caller: CognitoUser | undefined
    const { pool, list, ask } = await build(t, { mapUser: (user) => { caller = user; return user } })
    const token = await pool.accessToken({ origin_jti: 'sign-in' })
    for (const route of routes) t.equal((await ask(route, token)).statusCode, 200)
    if (caller === undefined) throw new Error('mapUser was not called')
    await revoke(list, caller, pool.userPoolId)
    for (const route of routes) assertRefused(t, await ask(route, token), 'FST_COGNITO_TOKEN_REVOKED')
  })
}

t.test('of requests with one token, those that come after the revocation are refused, however many are under way', async (t) => {
  const { pool, list, ask } = await build(t)
  const token = await pool.accessToken({ sub: 'caller' })
  t.equal((await ask('/', token)).statusCode, 200)
  const before = Array.from({ length: 50 }, () => ask('/', token))
  await list.revokeUser(pool.userPoolId, 'caller')
  const after = Array.from({ length: 50 }, (_, index) => ask(routes[index % 2] as string, token))
  for (const answer of await Promise.all(before)) t.ok([200, 401].includes(answer.statusCode))
  for (const answer of await Promise.all(after)) assertRefused(t, answer, 'FST_COGNITO_TOKEN_REVOKED')
})

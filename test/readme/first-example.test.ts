import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { createReadmePool, importBlock, runBlock } from '../support/readme-module.js'

t.test('the first example answers as the text says', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'The first example', { edit: (code) => code.replace('logger: true', 'logger: false') })
  t.ok(app.server.listening)
  const get = async (url: string, token?: string) => app.inject({ url, headers: token === undefined ? {} : pool.authorization(token) })
  const operator = await pool.accessToken({ username: 'ann' })
  const auditor = await pool.accessToken({ groups: ['Auditors'] })

  t.strictSame((await get('/health')).json(), { status: 'ok' })
  t.match((await get('/me', operator)).json(), { username: 'ann', role: 'Operator', tokenUse: 'access' })
  assertRefused(t, await get('/me'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await get('/me', await pool.accessToken({ client_id: 'another' })), 'FST_COGNITO_TOKEN_INVALID')
  t.equal((await get('/feed')).body, 'guest')
  t.equal((await get('/feed', operator)).body, 'ann')
  assertRefused(t, await get('/feed', `${operator}x`), 'FST_COGNITO_TOKEN_INVALID')
  t.equal((await get('/audit', auditor)).statusCode, 200)
  assertRefused(t, await get('/audit', operator), 'FST_COGNITO_FORBIDDEN')
})

t.test('none of the three ways out of the trap leaves its route open', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'One trap')
  const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
  for (const url of ['/a', '/b', '/c', '/d']) {
    assertRefused(t, await app.inject({ url }), 'FST_COGNITO_TOKEN_MISSING')
    t.equal((await app.inject({ url, headers: admin })).body, 'ok')
  }
  assertRefused(t, await app.inject({ url: '/c', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_FORBIDDEN')
})

t.test('names the members of a user as they are', async (t) => {
  const pool = createReadmePool(t)
  const { describe } = await importBlock(t, 'The first example', { at: 1 })
  const { createVerifier } = await import('../../src/index.js')
  const user = await createVerifier({ userPoolId: pool.userPoolId, clientId: pool.clientId }).verify(await pool.idToken({ groups: ['Admins'] }))
  t.match((describe as (user: object) => object)(user), {
    id: user.sub, name: 'test-user', email: 'test-user@example.com', groups: ['Admins'], scopes: [], role: null, kind: 'id', client: pool.clientId, pool: pool.userPoolId, session: String
  })
})

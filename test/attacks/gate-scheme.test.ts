import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()

t.test('a token without "Bearer" is 400 on optional and required routes alike, and the log says what is lacking', async (t) => {
  const log = captureLog()
  const app = await buildApp(t, {
    options: pool.options,
    server: { logger: log.logger },
    routes: (app) => {
      for (const auth of ['optional', 'required', 'public'] as const) app.get(`/${auth}`, { config: { auth } }, async (request) => request.user?.sub ?? 'guest')
    }
  })
  const token = await pool.accessToken()
  for (const url of ['/optional', '/required']) {
    assertRefused(t, await app.inject({ url, headers: { authorization: token } }), 'FST_COGNITO_REQUEST_INVALID')
  }
  t.equal(log.where('reason', 'scheme').length, 2)
  t.equal((await app.inject({ url: '/public', headers: { authorization: token } })).body, 'guest')
  t.notMatch(log.text(), new RegExp(token.slice(-40)), 'the token is not in the log')
})

t.test('credentials of another scheme make a guest, as none do', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => { app.get('/', { config: { auth: 'optional' } }, async (request) => request.user?.sub ?? 'guest') }
  })
  for (const authorization of ['Basic dXNlcjpwYXNz', 'ApiKey a.b.c', 'opaque', 'AWS4-HMAC-SHA256 Credential=a/b']) {
    t.equal((await app.inject({ url: '/', headers: { authorization } })).body, 'guest', authorization)
  }
})

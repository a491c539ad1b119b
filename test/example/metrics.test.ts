import t from 'tap'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'
import { buildExample } from './support/app.js'

t.test('metrics are for Admins, and count what was let in and refused', async (t) => {
  const { app, pool } = buildExample(t)
  const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
  await app.ready()
  assertRefused(t, await app.inject('/metrics'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/metrics', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_FORBIDDEN')
  await app.inject({ url: '/api/me', headers: admin })
  const { statusCode, headers, body } = await app.inject({ url: '/metrics', headers: admin })
  t.equal(statusCode, 200)
  t.match(headers['content-type'], 'text/plain')
  t.match(body, 'cognito_auth_refused_total{code="FST_COGNITO_TOKEN_MISSING",reason="missing",route="/metrics"} 1')
  t.match(body, 'cognito_auth_refused_total{code="FST_COGNITO_FORBIDDEN",reason="required_role",route="/metrics"} 1')
  t.match(body, 'cognito_auth_verification_duration_seconds_count{cached="true"} 1')
})

t.test('a request without a token is no line of the log at info, and a flood is told', async (t) => {
  const log = captureLog()
  const { app } = buildExample(t, { server: { logger: log.logger } })
  for (let sent = 0; sent < 30; sent++) await app.inject({ url: '/api/me', headers: { authorization: 'Bearer garbage' } })
  await app.inject('/api/me')
  await app.close()
  const refused = log.lines().filter(({ reason }) => reason !== undefined)
  t.ok(refused.filter(({ reason, leftOut }) => reason === 'format' && leftOut === undefined).length < 30)
  t.equal(refused.filter(({ reason }) => reason === 'format').reduce((sum, { leftOut }) => sum + (typeof leftOut === 'number' ? leftOut : 1), 0), 30)
  t.strictSame(refused.filter(({ reason }) => reason === 'missing').map(({ level }) => level), [20])
})

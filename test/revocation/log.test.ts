import t from 'tap'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'

t.test('while the store is down the log has one error, and a line at info for each request that is refused', async (t) => {
  const pool = createTestUserPool()
  const log = captureLog()
  const down = async (): Promise<never> => Promise.reject(new Error('the store is down'))
  const list = createRevocationList({ store: { append: down, readAfter: down } })
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: list.isRevoked },
    server: { logger: log.logger },
    routes: (app) => app.get('/', { config: { auth: 'required' } }, async () => 'in')
  })
  const headers = pool.authorization(await pool.accessToken())
  for (let sent = 0; sent < 20; sent++) assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  const refused = log.where('reason', 'is_revoked')
  t.strictSame(refused.map(({ level, err }) => [level, err]), new Array(20).fill([30, undefined]))
  t.match(log.lines().filter(({ msg }) => /nobody is let in/.test(String(msg))), [{ level: 50, err: { message: 'the store is down' } }])
  t.equal(log.lines().filter(({ msg }) => /nobody is let in/.test(String(msg))).length, 1)
})

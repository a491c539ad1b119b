import t from 'tap'
import { revocationChecks } from '../../src/options/revocation-checks.js'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { rejectionOf } from '../support/rejection.js'
import { assertRefused } from '../support/refusals.js'

t.test('while the store is down this package logs one error, and a line at info for each request that is refused; Fastify has its own line for a 503', async (t) => {
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

t.test('what has gone wrong before the plugin was registered is told when it is', async (t) => {
  const pool = createTestUserPool()
  const log = captureLog()
  const down = async (): Promise<never> => Promise.reject(new Error('the store is down'))
  const list = createRevocationList({ store: { append: down, readAfter: down } })
  await rejectionOf(list.refresh())
  await buildApp(t, { options: { ...pool.options, isRevoked: list.isRevoked }, server: { logger: log.logger }, routes: () => {} })
  t.match(log.lines().filter(({ msg }) => /nobody is let in/.test(String(msg))), [{ level: 50, err: { message: 'the store is down' } }])
})

t.test('a closed list, and a store that does not answer a route that asks it, are errors of each request', async (t) => {
  const pool = createTestUserPool()
  const log = captureLog()
  let isDown = false
  const list = createRevocationList({
    store: {
      append: async () => Promise.reject(new Error('nothing is revoked here')),
      readAfter: async () => {
        if (isDown) throw new Error('the store is down')
        return { entries: [], cursor: null, more: false, now: Math.floor(Date.now() / 1000) }
      }
    }
  })
  await list.refresh()
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: list.isRevoked },
    server: { logger: log.logger },
    routes: (app) => {
      app.get('/', { config: { auth: 'required' } }, async () => 'in')
      app.get('/ask', { config: { auth: { revocation: 'ask' } } }, async () => 'in')
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  t.equal((await app.inject({ url: '/ask', headers })).statusCode, 200)
  isDown = true
  assertRefused(t, await app.inject({ url: '/ask', headers }), 'FST_COGNITO_UNAVAILABLE')
  list.close()
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_UNAVAILABLE')
  t.match(log.where('reason', 'is_revoked'), [{ level: 50, err: { message: /the store is down/ } }, { level: 50, err: { message: /was closed/ } }])
})

t.test('what no list has foreseen keeps its cause', async (t) => {
  const pool = createTestUserPool()
  const noError = 'no error' as unknown as Error
  for (const cause of [new TypeError('unforeseen'), noError]) {
    const log = captureLog()
    const checks = { isRevoked: () => { throw cause }, ask: async () => false, onStale: 'refuse', watch: () => () => {} }
    const isRevoked = Object.assign(() => false, { [revocationChecks]: checks })
    const app = await buildApp(t, { options: { ...pool.options, isRevoked }, server: { logger: log.logger }, routes: (app) => app.get('/', { config: { auth: 'required' } }, async () => 'in') })
    assertRefused(t, await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_UNAVAILABLE')
    t.match(log.where('reason', 'is_revoked'), [{ level: 50, ...(cause === noError ? {} : { err: { message: 'unforeseen' } }) }])
  }
})

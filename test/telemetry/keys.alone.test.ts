/** What is told of fetches of keys, and of a list of revoked tokens. */
import t from 'tap'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { recordEvents } from '../support/events.js'
import * as scripts from '../support/issuer-scripts.js'
import { rejectionOf } from '../support/rejection.js'
import { startIssuer } from '../support/scripted-issuer.js'
import { createTestClock } from '../support/test-clock.js'

t.test('a fetch is told with the keys that came and went, how long it took and how old the keys are', async (t) => {
  const told = recordEvents(t)
  const pool = createTestUserPool()
  const kids = (await pool.jwks()).keys.map(({ kid }) => kid)
  const issuer = await startIssuer(t, pool)
  const clock = createTestClock()
  const { cognitoAuth } = await buildApp(t, { options: { ...issuer.options, keys: { cooldown: 1_000, refreshAfter: 5_000, maxStale: 100_000 } }, clock, routes: () => {} })
  await cognitoAuth.ready()
  const owner = { userPoolId: pool.userPoolId, issuer: issuer.options.issuer }
  const last = (): Record<string, unknown> => ({ ...told.at(-1), duration: null })
  t.strictSame(last(), { kind: 'keys', ...owner, outcome: 'loaded', fault: null, added: kids, removed: [], duration: null, age: 0 })
  t.ok(Number.isInteger(told[0]?.['duration']))

  clock.pass(6_000)
  issuer.play(scripts.status(500))
  cognitoAuth.status()
  while (told.length < 2) await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(last(), { kind: 'keys', ...owner, outcome: 'failed', fault: 'status', added: [], removed: [], duration: null, age: 6_000 })

  clock.pass(2_000)
  issuer.play(scripts.serve)
  const [next] = (await createTestUserPool().jwks()).keys
  issuer.publish([{ ...next, kid: 'next' }])
  cognitoAuth.status()
  while (told.length < 3) await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(last(), { kind: 'keys', ...owner, outcome: 'loaded', fault: null, added: ['next'], removed: kids, duration: null, age: 0 })
})

t.test('the attempt that a close has ended is told as failed', async (t) => {
  const told = recordEvents(t)
  const issuer = await startIssuer(t, createTestUserPool())
  issuer.play(scripts.hang)
  const app = await buildApp(t, { options: issuer.options, routes: () => {} })
  await issuer.arrival(1)
  await app.close()
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve))
  t.match(told, [{ kind: 'keys', outcome: 'failed', fault: 'closed', age: null }])
})

t.test('a list of revoked tokens is told of when its state changes', async (t) => {
  const told = recordEvents(t)
  const pool = createTestUserPool()
  let isDown = false
  const list = createRevocationList({
    store: {
      append: () => Promise.reject(new Error('nothing is revoked here')),
      readAfter: async () => {
        if (isDown) throw new Error('down')
        return { entries: [], cursor: null, more: false, now: Math.floor(Date.now() / 1000) }
      }
    },
    pollInterval: 10
  })
  await buildApp(t, { options: { ...pool.options, isRevoked: list.isRevoked }, routes: () => {} })
  await list.refresh()
  const told1 = told.filter(({ kind }) => kind === 'revocation')
  t.match(told1, [{ state: 'fresh', failed: false, onStale: 'refuse', entries: 0 }])
  isDown = true
  await rejectionOf(list.refresh())
  t.match(told.filter(({ kind }) => kind === 'revocation').at(-1), { state: 'fresh', failed: true })
  list.close()
  t.match(told.filter(({ kind }) => kind === 'revocation').at(-1), { state: 'closed' })
})

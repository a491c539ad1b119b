// What a key source leaves behind: no timer, no connection, no fetch that outlives its application.
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { runModule } from '../support/child-process.js'
import * as scripts from '../support/issuer-scripts.js'
import { createKeyScene, durations } from '../support/key-scene.js'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
import { startIssuer } from '../support/scripted-issuer.js'

const idleVerifier = new URL('processes/idle-verifier.ts', import.meta.url)

t.test('a process with nothing else to do ends by itself, after', (t) => {
  t.test('making a verifier', async (t) => {
    const issuer = await startIssuer(t, createTestUserPool())
    t.match(await runModule(idleVerifier, [JSON.stringify(issuer.options)]), { code: 0, stdout: 'made' })
    t.equal(issuer.requests, 1, 'its keys were fetched')
  })

  t.test('making one whose endpoint hangs', async (t) => {
    const issuer = await startIssuer(t, createTestUserPool())
    issuer.play(scripts.hang)
    const options = { ...issuer.options, keys: { timeout: 200 } }
    t.match(await runModule(idleVerifier, [JSON.stringify(options)]), { code: 0, stdout: 'made' })
  })

  t.test('making one whose fetch is not even answered', async (t) => {
    t.match(await runModule(new URL('processes/unanswered-fetch.ts', import.meta.url), []), { code: 0, stdout: 'made' })
  })

  t.test('verifying a token', async (t) => {
    const pool = createTestUserPool()
    const issuer = await startIssuer(t, pool)
    const token = await pool.accessToken({ sub: 'one' })
    t.match(await runModule(idleVerifier, [JSON.stringify(issuer.options), token]), { code: 0, stdout: 'sub one' })
  })

  t.test('failing to verify one because the endpoint hangs', async (t) => {
    const pool = createTestUserPool()
    const issuer = await startIssuer(t, pool)
    issuer.play(scripts.hang)
    const options = { ...issuer.options, keys: { timeout: 200 } }
    t.match(await runModule(idleVerifier, [JSON.stringify(options), await pool.accessToken()]), { code: 0, stdout: 'FST_COGNITO_UNAVAILABLE < timeout' })
  })
  t.end()
})

t.test('closing the application aborts the fetch that is running and frees its connection', async (t) => {
  const hungUp = createLatch()
  const arrived = createLatch()
  const { app, pool, ask, issuer, status } = await createKeyScene(t, {
    script: ({ response }) => {
      response.once('close', hungUp.open)
      arrived.open()
    }
  })
  const waiting = ask(await pool.accessToken())
  await arrived.opened
  await app.close()
  await hungUp.opened
  assertRefused(t, await waiting, 'FST_COGNITO_UNAVAILABLE')
  t.match(status(), { state: 'empty', lastError: { fault: 'closed' } })
  t.equal(issuer.requests, 1)
})

t.test('closing the application while keys are refreshed leaves nothing running either', async (t) => {
  const { app, pool, issuer, clock, ask } = await createKeyScene(t)
  await ask(await pool.accessToken())
  const hungUp = createLatch()
  const arrived = createLatch()
  issuer.play(({ response }) => {
    response.once('close', hungUp.open)
    arrived.open()
  })
  clock.pass(durations.refreshAfter)
  t.equal((await ask(await pool.accessToken())).statusCode, 200)
  await arrived.opened
  await app.close()
  await hungUp.opened
  clock.pass(durations.cooldown)
  app.cognitoAuth.status()
  t.match(await app.cognitoAuth.verify(await pool.accessToken({ sub: 'late' })), { sub: 'late' })
  t.equal(issuer.requests, 2, 'nothing is fetched any more')
})

/** Row 57: an application's function takes so long that the token, its key, all keys or the sign-in have ended when it answers. */
import t from 'tap'
import type { Test } from 'tap'
import type { CognitoAuthOptions, RouteAuthConfig } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
import type { Answer } from '../support/refusals.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

const pool = createTestUserPool()
const published = await pool.jwks()
const { kid: used } = await pool.header()
const withoutTheKey = published.keys.filter(({ kid }) => kid !== used)
const refreshAfter = 60_000
const maxStale = 600_000

interface Meanwhile {
  readonly clock: TestClock
  /** What the key endpoint answers from now on; `null`: it is down. */
  publish (keys: readonly object[] | null): void
  /** Has keys that are due fetched, and waits for that. */
  refresh (): Promise<void>
}

interface Seen {
  readonly answer: Answer
  readonly served: number
  readonly reasons: readonly unknown[]
}

/** The functions that may be slow, each as an application passes it. */
const functions: ReadonlyArray<readonly [name: string, use: (wait: () => Promise<void>) => { options?: Partial<CognitoAuthOptions>, auth?: RouteAuthConfig }]> = [
  ['mapUser', (wait) => ({ options: { mapUser: async (user) => { await wait(); return user } } })],
  ['isRevoked', (wait) => ({ options: { isRevoked: async () => { await wait(); return false } } })],
  ['check', (wait) => ({ auth: { check: async () => { await wait(); return true } } })],
  ['check of an alternative', (wait) => ({ auth: { anyOf: [{ groups: ['Admins'] }, { check: async () => { await wait(); return true } }] } })]
]

/** Sends a request whose function answers only after `meanwhile`. */
async function ask (t: Test, use: (typeof functions)[number][1], meanwhile: (scene: Meanwhile) => Promise<void> | void): Promise<Seen> {
  const clock = createTestClock()
  const asked = createLatch()
  const answered = createLatch()
  const log = captureLog()
  let keys: readonly object[] | null = published.keys
  let served = 0
  const { options = {}, auth = 'required' } = use(() => {
    asked.open()
    return answered.opened
  })
  const app = await buildApp(t, {
    clock,
    options: {
      ...pool.options,
      clockTolerance: 0,
      ...options,
      keys: { refreshAfter, maxStale, fetch: async () => (keys === null ? new Response('', { status: 500 }) : Response.json({ keys })) }
    },
    server: { logger: log.logger },
    routes: (app) => { app.get('/', { config: { auth } }, async () => { served++; return 'in' }) }
  })
  const iat = Math.floor(clock.now() / 1000)
  const token = await pool.accessToken({ iat, exp: iat + 3_000, auth_time: iat })
  const stranger = await pool.sign({ header: { alg: 'RS256', kid: 'nobody-has-this-key' } })
  const request = app.inject({ url: '/', headers: pool.authorization(token) })
  await asked.opened
  await meanwhile({
    clock,
    publish: (next) => { keys = next },
    // A token of an unknown key waits for the fetch that is under way.
    refresh: async () => {
      app.cognitoAuth.status()
      t.match(await app.cognitoAuth.verify(stranger).catch((error: unknown) => error), { reason: 'kid' })
    }
  })
  answered.open()
  const answer = await request
  const reasons = log.text().split('\n').filter((line) => line.includes('"reason"')).map((line) => (JSON.parse(line) as { reason: unknown }).reason)
  return { answer, served, reasons }
}

for (const [name, use] of functions) {
  t.test(`${name}: a token that holds when it answers is let in`, async (t) => {
    const { answer, served, reasons } = await ask(t, use, ({ clock }) => clock.pass(59_999))
    t.strictSame({ status: answer.statusCode, served, reasons }, { status: 200, served: 1, reasons: [] })
  })

  t.test(`${name}: a token that has expired when it answers is refused`, async (t) => {
    const { answer, served, reasons } = await ask(t, use, async ({ clock, refresh }) => {
      clock.pass(2_999_999)
      await refresh()
      clock.pass(1)
    })
    assertRefused(t, answer, 'FST_COGNITO_TOKEN_EXPIRED')
    t.strictSame({ served, reasons }, { served: 0, reasons: ['expired'] })
  })

  t.test(`${name}: a token whose key was withdrawn when it answers is refused`, async (t) => {
    const { answer, served, reasons } = await ask(t, use, async ({ clock, publish, refresh }) => {
      publish(withoutTheKey)
      clock.pass(refreshAfter)
      await refresh()
    })
    assertRefused(t, answer, 'FST_COGNITO_TOKEN_INVALID')
    t.strictSame({ served, reasons }, { served: 0, reasons: ['kid'] })
  })

  t.test(`${name}: where the keys are too old when it answers, a fetch decides`, async (t) => {
    const down = await ask(t, use, ({ clock, publish }) => {
      publish(null)
      clock.pass(maxStale)
    })
    assertRefused(t, down.answer, 'FST_COGNITO_UNAVAILABLE')
    t.strictSame({ served: down.served, reasons: down.reasons }, { served: 0, reasons: ['key_endpoint'] })
    const withdrawn = await ask(t, use, ({ clock, publish }) => {
      publish(withoutTheKey)
      clock.pass(maxStale)
    })
    assertRefused(t, withdrawn.answer, 'FST_COGNITO_TOKEN_INVALID')
    const up = await ask(t, use, ({ clock }) => clock.pass(maxStale))
    t.strictSame({ status: up.answer.statusCode, served: up.served }, { status: 200, served: 1 }, 'a live endpoint means no 503')
  })
}

t.test('a sign-in that is too old when a check answers is refused, in whichever alternative', async (t) => {
  const maxAge = 60
  const rules: ReadonlyArray<readonly [says: string, rule: (wait: () => Promise<void>) => RouteAuthConfig]> = [
    ['beside the check', (wait) => ({ maxAge, check: async () => { await wait(); return true } })],
    ['in an alternative with it', (wait) => ({ anyOf: [{ maxAge, check: async () => { await wait(); return true } }, { groups: ['Admins'] }] })],
    ['in an alternative, though another one that its check refuses is open', (wait) => ({ anyOf: [{ check: () => false }, { maxAge, check: async () => { await wait(); return true } }] })],
    ['in an alternative without a check', (wait) => ({ check: async () => { await wait(); return true }, anyOf: [{ maxAge }, { check: () => false }] })]
  ]
  for (const [says, rule] of rules) {
    const use = (wait: () => Promise<void>): { auth: RouteAuthConfig } => ({ auth: rule(wait) })
    const old = await ask(t, use, ({ clock }) => clock.pass(maxAge * 1_000 + 5_000))
    assertRefused(t, old.answer, 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="60"')
    t.equal(old.served, 0, says)
    const fresh = await ask(t, use, ({ clock }) => clock.pass(maxAge * 1_000 - 5_000))
    t.equal(fresh.answer.statusCode, 200, `${says}, while it is fresh`)
  }
})

t.test('the verifier without Fastify judges again after mapUser as well', async (t) => {
  const asked: string[] = []
  const { answer } = await ask(t, (wait) => ({ options: { mapUser: async (user) => { asked.push(user.sub); await wait(); return user } } }), ({ clock, publish }) => {
    publish(null)
    clock.pass(maxStale)
  })
  t.equal(answer.statusCode, 503)
  t.equal(asked.length, 1)
})

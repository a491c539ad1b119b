import t from 'tap'
import { createVerifier } from '../../src/index.js'
import type { Verifier, VerifierOptions } from '../../src/index.js'
import { createStaticKeySource } from '../../src/keys/key-source.js'
import { systemClock } from '../../src/time/clock.js'
import { createReadiness } from '../../src/verifier/readiness.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { createLatch } from '../support/latch.js'

const pool = createTestUserPool()
const other = createTestUserPool({ userPoolId: 'eu-west-1_OtherPool', clientId: '2otherclient3456789' })
await Promise.all([pool.jwks(), other.jwks()])

const optionsOf = ({ userPoolId, clientId }: TestUserPool): { userPoolId: string, clientId: string } => ({ userPoolId, clientId })
const down: typeof fetch = async () => new Response('', { status: 500 })
const answer = async (): Promise<Response> => Response.json(await pool.jwks())
const hanging: typeof fetch = async () => new Promise<Response>(() => {})
// Nothing may run into it, however slow the machine is.
const timeout = 60_000

/** A verifier whose endpoints answer as `fetch` says, by the system's clock; it closes itself with the test. */
function verifierOf (t: { teardown (end: () => void): void }, options: VerifierOptions): Verifier {
  const verifier = createVerifier(options)
  t.teardown(() => verifier.close())
  return verifier
}

async function refusalOf (ready: Promise<void>): Promise<unknown> {
  return ready.then(() => 'ready', (error: unknown) => error)
}

t.test('resolves once a pool has the keys of either of its issuers', async (t) => {
  for (const issuer of [pool.issuer, pool.issuer.replace('https://', 'https://issuer-')]) {
    const verifier = verifierOf(t, {
      ...pool.options,
      // The other issuer answers nothing at all, and nobody waits for it.
      keys: { timeout, fetch: (url, init) => (String(url).startsWith(`${issuer}/`) ? answer() : hanging(url, init)) }
    })
    t.equal(await verifier.ready({ timeout }), undefined)
    t.equal(verifier.status().filter(({ state }) => state === 'fresh').length, 1)
    t.equal(await verifier.ready(), undefined, 'again, at once')
  }
})

t.test('resolves only when every pool has keys', async (t) => {
  const isAsked = createLatch()
  const mayAnswer = createLatch()
  const fetch: typeof globalThis.fetch = async (url, init) => {
    if (String(url).includes(pool.userPoolId)) return pool.options.keys.fetch(url, init)
    isAsked.open()
    await mayAnswer.opened
    return other.options.keys.fetch(url, init)
  }
  const verifier = verifierOf(t, { userPools: [optionsOf(pool), optionsOf(other)], keys: { timeout, fetch } })
  let isReady = false
  const ready = verifier.ready({ timeout }).then(() => { isReady = true })
  await isAsked.opened
  await verifier.verify(await pool.accessToken())
  t.equal(isReady, false)
  mayAnswer.open()
  await ready
  t.equal(isReady, true)
})

t.test('is there with Fastify, and with static keys', async (t) => {
  const app = await buildApp(t, { options: pool.options, routes: () => {} })
  t.equal(await app.cognitoAuth.ready({ timeout }), undefined)
  const { keys } = await pool.jwks()
  t.equal(await verifierOf(t, { ...optionsOf(pool), jwks: { keys } }).ready(), undefined)
})

t.test('rejects with what each endpoint said when no further attempt is allowed in time', async (t) => {
  const verifier = verifierOf(t, { userPools: [optionsOf(pool), optionsOf(other)], keys: { timeout, cooldown: 600_000, fetch: (url, init) => (String(url).includes(pool.userPoolId) ? pool.options.keys.fetch(url, init) : down(url, init)) } })
  const error = await refusalOf(verifier.ready({ timeout }))
  t.match(error, { code: 'FST_COGNITO_UNAVAILABLE', statusCode: 503, reason: 'key_endpoint', headers: { 'retry-after': /^\d{3}$/ } })
  const { cause } = error as { cause: AggregateError }
  t.match(cause.message, /^no keys of user pool eu-west-1_OtherPool; https:\/\/cognito-idp\.eu-west-1\S+: the key endpoint answered 500; https:\/\/issuer-/)
  t.match(cause.errors, [{ fault: 'status' }, { fault: 'status' }])
})

t.test('rejects after the timeout when an endpoint does not answer', async (t) => {
  const verifier = verifierOf(t, { ...pool.options, keys: { timeout, fetch: hanging } })
  const error = await refusalOf(verifier.ready({ timeout: 20 }))
  t.match(error, { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint', cause: { message: /no answer yet/ } })
})

t.test('asks again after the cooldown, and resolves when an endpoint has recovered', async (t) => {
  let asked = 0
  // Both issuers fail at first, also in the second connection of their first attempt.
  const fetch: typeof globalThis.fetch = (url, init) => (++asked <= 2 ? down(url, init) : pool.options.keys.fetch(url, init))
  const verifier = verifierOf(t, { ...pool.options, keys: { timeout, cooldown: 1_000, fetch } })
  t.equal(await verifier.ready({ timeout }), undefined)
  t.ok(asked > 2)
})

t.test('ends when the verifier is closed: before, during a fetch and during a cooldown', async (t) => {
  const before = verifierOf(t, pool.options)
  before.close()
  t.match(await refusalOf(before.ready({ timeout })), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
  const isAsked = createLatch()
  const during = verifierOf(t, { ...pool.options, keys: { timeout, fetch: async (url, init) => { isAsked.open(); return hanging(url, init) } } })
  const ready = refusalOf(during.ready({ timeout }))
  await isAsked.opened
  during.close()
  t.match(await ready, { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
  const resting = verifierOf(t, { ...pool.options, keys: { timeout, cooldown: 30_000, fetch: down } })
  const rested = refusalOf(resting.ready({ timeout }))
  while (resting.status().some(({ lastError }) => lastError === null)) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  resting.close()
  t.match(await rested, { code: 'FST_COGNITO_UNAVAILABLE', reason: 'closed' })
})

t.test('refuses a timeout that is none', async (t) => {
  const verifier = verifierOf(t, pool.options)
  for (const options of [{ timeout: 0 }, { timeout: -1 }, { timeout: 1.5 }, { timeout: Infinity }, { timeout: '5' }, { timeout: undefined }, { timeOut: 5 }, 5, null]) {
    await t.rejects(verifier.ready(options as object), { code: 'FST_COGNITO_OPTIONS_INVALID' }, JSON.stringify(options))
  }
})

t.test('keys that cannot be used reject at once: waiting would not mend them', async (t) => {
  const { keys } = await pool.jwks()
  const source = createStaticKeySource({ userPoolId: pool.userPoolId, issuer: pool.issuer }, { keys: keys.map((key) => ({ ...key, key_ops: ['verify', 'encrypt'] })) })
  const ready = createReadiness([[source]], systemClock, new AbortController().signal)
  t.match(await ready(timeout), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_import' })
})

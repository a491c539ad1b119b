// What the users of an API notice while its key endpoint is down or answers nonsense: nothing, until the keys are too old.
import t from 'tap'
import type { Test } from 'tap'
import { KeyFetchError } from '../src/index.js'
import type { KeyFetchFault } from '../src/index.js'
import { createTestUserPool } from '../src/testing/index.js'
import { makeCertificate } from './support/certificate.js'
import * as scripts from './support/issuer-scripts.js'
import { createKeyScene, durations } from './support/key-scene.js'
import type { KeyScene } from './support/key-scene.js'
import { assertRefused } from './support/refusals.js'
import { startIssuer } from './support/scripted-issuer.js'
import type { Script } from './support/scripted-issuer.js'
import { createSwitchedFetch } from './support/switched-fetch.js'
import { fetchTrusting } from './support/trusting-fetch.js'

const onlyEllipticKeys = '{"keys":[{"kty":"EC","kid":"a","crv":"P-256","alg":"ES256","use":"sig","x":"AA","y":"AA"}]}'
const misbehaviours: ReadonlyArray<readonly [name: string, fault: KeyFetchFault, script: Script]> = [
  ['resets connections', 'network', scripts.reset],
  ['resets connections in the middle of the body', 'network', scripts.resetInBody],
  ...[201, 204, 206, 400, 403, 404, 429, 500, 502, 503].map((code) => [`answers ${code}`, 'status', scripts.status(code)] as const),
  ...[301, 302, 303, 304, 307, 308].map((code) => [`redirects with ${code}`, 'redirect', scripts.redirect(code)] as const),
  ['answers with HTML', 'parse', scripts.body('<!doctype html><title>Captive portal</title>', 'text/html')],
  ['answers with truncated JSON', 'parse', scripts.truncated],
  ['answers with nothing', 'parse', scripts.body('')],
  ['answers with an array', 'parse', scripts.body('[]')],
  ['answers with an error document', 'parse', scripts.body('{"message":"Internal server error"}')],
  ['answers with an empty set', 'empty', scripts.body('{"keys":[]}')],
  ['answers with elliptic keys only', 'empty', scripts.body(onlyEllipticKeys)],
  ['answers with 50 MB', 'size', scripts.oversized],
  ['answers with a gzip bomb', 'size', scripts.gzipBomb]
]

t.test('loaded keys outlive a key endpoint that', (t) => {
  for (const [name, fault, script] of misbehaviours) {
    t.test(name, async (t) => {
      const scene = await createKeyScene(t)
      await playOutage(t, scene, fault, () => scene.issuer.play(script))
      t.equal(scene.issuer.requests, scene.fetches, 'every fetch was one request')
      await playRecovery(t, scene, () => scene.issuer.play(scripts.serve))
      t.equal(scene.issuer.strays, 0, 'nothing but the key set was ever asked for')
    })
  }

  for (const [name, script] of [['hangs', scripts.hang], ['sends headers too slowly', scripts.slowHeaders], ['sends the body too slowly', scripts.slowBody]] as const) {
    t.test(name, async (t) => {
      const pool = createTestUserPool()
      const switched = createSwitchedFetch(pool)
      const scene = await createKeyScene(t, { pool, script, keys: { timeout: 50, fetch: switched.fetch } })
      await playOutage(t, scene, 'timeout', switched.toNetwork)
      await playRecovery(t, scene, switched.toMemory)
    })
  }

  t.test('refuses connections', async (t) => {
    const scene = await createKeyScene(t)
    const error = await playOutage(t, scene, 'network', () => scene.issuer.close())
    t.match(error?.cause, { cause: { code: 'ECONNREFUSED' } })
  })

  t.test('has no address', async (t) => {
    let hasAddress = true
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND keys.example'), { code: 'ENOTFOUND' })
    const scene = await createKeyScene(t, {
      keys: {
        fetch: async (...call) => {
          if (!hasAddress) throw new TypeError('fetch failed', { cause: unknown })
          return fetch(...call)
        }
      }
    })
    const error = await playOutage(t, scene, 'network', () => { hasAddress = false })
    t.match(error?.cause, { cause: unknown })
    await playRecovery(t, scene, () => { hasAddress = true })
  })

  t.test('shows the certificate of another host', async (t) => {
    const right = makeCertificate(t, 'IP:127.0.0.1')
    const wrong = makeCertificate(t, 'DNS:elsewhere.example')
    const pool = createTestUserPool()
    const issuer = await startIssuer(t, pool, right)
    const scene = await createKeyScene(t, { pool, issuer, keys: { fetch: fetchTrusting(right.cert, wrong.cert) } })
    const error = await playOutage(t, scene, 'network', () => issuer.present(wrong))
    t.match(error?.cause, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    t.equal(issuer.requests, 1, 'nothing was asked of the wrong host')
    await playRecovery(t, scene, () => issuer.present(right))
  })
  t.end()
})

/** Loads keys, strikes, and follows requests until the keys are too old. Gives the error that the status shows at the end. */
async function playOutage (t: Test, scene: KeyScene, fault: KeyFetchFault, strike: () => void | Promise<void>): Promise<Error | null> {
  const { pool, clock, ask, askUnknown } = scene
  const [first, second, third] = [await pool.accessToken({ sub: '1' }), await pool.accessToken({ sub: '2' }), await pool.accessToken({ sub: '3' })]
  t.equal((await ask(first)).statusCode, 200, 'a token before the outage')

  await strike()
  clock.pass(durations.refreshAfter)
  const [cached, fresh] = await Promise.all([ask(first), ask(second)])
  t.strictSame([cached.json(), fresh.json()], [{ sub: '1' }, { sub: '2' }], 'a cached token and a new one, with keys due for a refresh')
  assertRefused(t, await askUnknown(), 'FST_COGNITO_UNAVAILABLE')
  t.equal(scene.fetches, 2, 'one attempt')
  const { lastError, ...standing } = scene.status()
  t.match(standing, { state: 'stale', age: durations.refreshAfter })
  t.equal(lastError instanceof KeyFetchError && lastError.fault, fault, 'the status names the fault')

  clock.pass(durations.maxStale - durations.refreshAfter - 1)
  t.strictSame((await Promise.all([first, second, third].map(ask))).map(({ statusCode }) => statusCode), [200, 200, 200], 'up to the last moment')
  await askUnknown()
  t.equal(scene.fetches, 3, 'one more attempt')

  clock.pass(1)
  for (const token of [first, second, third]) {
    const refused = await ask(token)
    assertRefused(t, refused, 'FST_COGNITO_UNAVAILABLE')
    t.equal(refused.headers['retry-after'], '30', 'when the next attempt may be made')
  }
  t.equal(scene.fetches, 3, 'none within the cooldown')
  t.equal(scene.status().state, 'empty')
  t.equal((await scene.app.inject('/public')).statusCode, 200, 'a public route')
  return scene.status().lastError
}

async function playRecovery (t: Test, scene: KeyScene, recover: () => void): Promise<void> {
  recover()
  scene.clock.pass(durations.cooldown)
  const before = scene.fetches
  t.equal((await scene.ask(await scene.pool.accessToken())).statusCode, 200, 'the first request after the cooldown')
  t.equal(scene.fetches, before + 1)
  t.match(scene.status(), { state: 'fresh', age: 0, lastError: null })
}

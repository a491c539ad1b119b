// Keys over TLS: a certificate is checked, and an application may say whom it trusts.
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { makeCertificate } from '../support/certificate.js'
import { runModule } from '../support/child-process.js'
import { createKeyScene } from '../support/key-scene.js'
import { assertRefused } from '../support/refusals.js'
import { startIssuer } from '../support/scripted-issuer.js'
import { fetchTrusting } from '../support/trusting-fetch.js'

const idleVerifier = new URL('processes/idle-verifier.ts', import.meta.url)

t.test('a certificate that nobody vouches for is refused', async (t) => {
  const pool = createTestUserPool()
  const issuer = await startIssuer(t, pool, makeCertificate(t, 'IP:127.0.0.1'))
  const { ask, status } = await createKeyScene(t, { pool, issuer })
  assertRefused(t, await ask(await pool.accessToken()), 'FST_COGNITO_UNAVAILABLE')
  t.match(status().lastError, { fault: 'network', cause: { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } } })
  t.equal(issuer.requests, 0)
})

t.test('through keys.fetch an application trusts an authority of its own, for its own host only', async (t) => {
  for (const [name, statusCode] of [['IP:127.0.0.1', 200], ['IP:127.0.0.2', 503], ['DNS:localhost', 503]] as const) {
    const certificate = makeCertificate(t, name)
    const pool = createTestUserPool()
    const issuer = await startIssuer(t, pool, certificate)
    const { ask, status } = await createKeyScene(t, { pool, issuer, keys: { fetch: fetchTrusting(certificate.cert) } })
    t.equal((await ask(await pool.accessToken())).statusCode, statusCode)
    t.match(status().lastError, statusCode === 200 ? null : { fault: 'network', cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
  }
})

t.test('NODE_EXTRA_CA_CERTS does the same for the global fetch', async (t) => {
  const pool = createTestUserPool()
  const token = await pool.accessToken({ sub: 'one' })
  for (const [name, outcome] of [
    ['IP:127.0.0.1', 'sub one'],
    ['DNS:elsewhere.example', 'FST_COGNITO_UNAVAILABLE < network < TypeError < ERR_TLS_CERT_ALTNAME_INVALID']
  ] as const) {
    const certificate = makeCertificate(t, name)
    const issuer = await startIssuer(t, pool, certificate)
    const exit = await runModule(idleVerifier, [JSON.stringify(issuer.options), token], { NODE_EXTRA_CA_CERTS: certificate.certFile })
    t.match(exit, { code: 0, stdout: outcome })
  }
})

t.test('an endpoint that accepts connections and never speaks is given up in time', async (t) => {
  const accepted: Socket[] = []
  const server = createServer((socket) => accepted.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of accepted) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const scene = await createKeyScene(t, { options: { jwksUri: `https://127.0.0.1:${port}/jwks.json` }, keys: { timeout: 50 } })
  const answers = await Promise.all([await scene.pool.accessToken(), await scene.pool.idToken()].map(scene.ask))
  for (const answer of answers) assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
  t.match(scene.status().lastError, { fault: 'timeout' })
  t.equal(scene.fetches, 1)
})

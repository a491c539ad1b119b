/** The recipe for containers: its process as an orchestrator sees it, with keys behind a certificate authority of its own; its manifests as far as a parser can tell. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { parseAllDocuments } from 'yaml'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { runModule } from '../support/child-process.js'
import { makeCertificate } from '../support/certificate.js'
import * as scripts from '../support/issuer-scripts.js'
import { startIssuer } from '../support/scripted-issuer.js'
import type { Script } from '../support/scripted-issuer.js'

const folder = new URL('../../example/recipes/container/', import.meta.url)

interface Container {
  readonly ask: (path: string, headers?: Record<string, string>) => Promise<number>
  /** Ends it as an orchestrator does; resolves to its exit code. */
  readonly stop: () => Promise<number | null>
}

/** Starts the process, with keys behind a private authority, and waits until it is alive. */
async function start (t: Test, pool: TestUserPool, script: Script): Promise<Container> {
  const certificate = makeCertificate(t, 'IP:127.0.0.1')
  const issuer = await startIssuer(t, pool, certificate)
  issuer.play(script)
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const child = fork(fileURLToPath(new URL('server.ts', folder)), {
    execArgv: process.execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      TAP_TYPE_STRIP_ONLY: '1',
      NODE_EXTRA_CA_CERTS: certificate.certFile,
      COGNITO_USER_POOL_ID: pool.userPoolId,
      COGNITO_CLIENT_ID: pool.clientId,
      COGNITO_JWKS_URI: issuer.jwksUri,
      PORT: String(port)
    }
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ask: Container['ask'] = async (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers }).then(({ status }) => status, () => 0)
  while (await ask('/health') === 0) await sleep(50)
  return {
    ask,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await once(child, 'exit') as [number | null]
      return code
    }
  }
}

t.test('a variable that is missing, or wrong, stops the start', async (t) => {
  const { code, stderr } = await runModule(new URL('server.ts', folder), [])
  t.not(code, 0)
  t.match(stderr, 'set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID')
  const wrong = await runModule(new URL('server.ts', folder), [], { COGNITO_USER_POOL_ID: 'none', COGNITO_CLIENT_ID: 'x' })
  t.not(wrong.code, 0)
  t.match(wrong.stderr, 'option "userPoolId" is invalid')
})

t.test('it is ready with the keys of a private authority, and ends in order', async (t) => {
  const pool = createTestUserPool()
  const { ask, stop } = await start(t, pool, scripts.serve)
  while (await ask('/ready') === 503) await sleep(20)
  t.equal(await ask('/ready'), 200)
  t.equal(await ask('/me', pool.authorization(await pool.accessToken())), 200)
  t.equal(await ask('/me'), 401)
  t.equal(await stop(), 0)
})

t.test('an outage makes it unready, and never dead', async (t) => {
  const { ask, stop } = await start(t, createTestUserPool(), scripts.status(500))
  t.strictSame([await ask('/health'), await ask('/ready'), await ask('/health')], [200, 503, 200])
  t.equal(await stop(), 0)
})

t.test('the manifests ask for what the recipe promises', async (t) => {
  const [deployment, policy] = parseAllDocuments(readFileSync(new URL('kubernetes.yaml', folder), 'utf8')).map((document) => document.toJS() as unknown) as [{ spec: { template: { spec: { securityContext: object, containers: Array<Record<string, never>> } } } }, object]
  const { spec } = deployment.spec.template
  t.match(spec, { automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } })
  t.match(spec.containers[0], {
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    livenessProbe: { httpGet: { path: '/health', port: 3000 } },
    readinessProbe: { httpGet: { path: '/ready', port: 3000 } }
  })
  t.match(policy, { kind: 'NetworkPolicy', spec: { policyTypes: ['Egress'] } })
  const dockerfile = readFileSync(new URL('Dockerfile', folder), 'utf8')
  t.match(dockerfile, /^USER node$/m)
  t.match(dockerfile, /^CMD \["node", /m)
})

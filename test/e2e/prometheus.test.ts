/** The dashboard and the alerts, asked of a real Prometheus. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Fastify from 'fastify'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Test } from 'tap'
import { createRevocationList } from '../../src/revocation/index.js'
import { registerMetrics } from '../../src/telemetry/prometheus.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { systemClock } from '../../src/time/clock.js'
import { buildApp } from '../support/app.js'
import { createTestStore } from '../support/revocation-store.js'
import { startPrometheus } from './support/prometheus-server.js'

const run = promisify(execFile)
const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

interface Dashboard {
  readonly panels: ReadonlyArray<{ readonly title: string, readonly targets: ReadonlyArray<{ readonly expr: string }> }>
}

const dashboard = JSON.parse(readFileSync(pathOf('../../docs/monitoring/grafana-dashboard.json'), 'utf8')) as Dashboard

/** An application of which every instrument has something to tell; `ask` makes one request of each kind. */
async function startMeasured (t: Test): Promise<{ readonly register: Registry, readonly port: number, readonly ask: () => Promise<number[]> }> {
  const register = new Registry()
  t.teardown(registerMetrics(register))
  const pool = createTestUserPool()
  const revocation = createRevocationList({ store: createTestStore(systemClock) })
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: revocation.isRevoked },
    routes: (app) => {
      app.get('/me', { config: { auth: 'required' } }, async () => 'in')
      app.get('/open', { config: { auth: 'optional' } }, async () => 'in')
      app.get('/admin', { config: { auth: { groups: ['Admins'] } } }, async () => 'in')
    }
  })
  const metrics = Fastify()
  t.teardown(() => metrics.close())
  metrics.get('/metrics', async (_request, reply) => reply.type(register.contentType).send(await register.metrics()))
  await metrics.listen({ host: '127.0.0.1', port: 0 })
  const headers = pool.authorization(await pool.accessToken())
  const ask = async (): Promise<number[]> => {
    const unknown = pool.authorization(await pool.accessToken())
    const answers = await Promise.all([
      app.inject({ url: '/me', headers: unknown }),
      ...['/me', '/me', '/admin'].map((url) => app.inject({ url, headers })),
      ...['/open', '/me'].map((url) => app.inject(url)),
      app.inject({ url: '/me', headers: { authorization: 'Bearer x' } })
    ])
    return answers.map(({ statusCode }) => statusCode)
  }
  return { register, port: (metrics.server.address() as AddressInfo).port, ask }
}

t.test('every query of the dashboard finds something in a real Prometheus', async (t) => {
  const { port, ask } = await startMeasured(t)
  const prometheus = await startPrometheus(t, { port })
  const scrapes = async (): Promise<number> => Number((await prometheus.query('count_over_time(up{job="api"}[5m])'))[0]?.value[1] ?? 0)
  // A rate needs two samples of a series that differ, and a counter has no series before it has counted.
  for (const until of [1, 2, 3]) {
    t.strictSame(await ask(), [200, 200, 200, 403, 200, 401, 401])
    const reached = await scrapes() + until
    while (await scrapes() < reached) await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  for (const { title, targets } of dashboard.panels) {
    for (const { expr } of targets) {
      const found = await prometheus.query(expr.replaceAll('$__rate_interval', '1m'))
      t.ok(found.length > 0, `${title}: ${expr}`)
      t.ok(found.every(({ value }) => Number.isFinite(Number(value[1]))), `${title}: ${JSON.stringify(found)}`)
    }
  }
  const shown = await prometheus.query(dashboard.panels.find(({ title }) => title === 'Refused, by reason')?.targets[0]?.expr.replaceAll('$__rate_interval', '1m') ?? '')
  t.strictSame(shown.map(({ metric }) => metric['reason']).sort(), ['format', 'missing', 'required_group'])
})

t.test('Prometheus finds nothing to say against the names and help texts', async (t) => {
  const { register, ask } = await startMeasured(t)
  await ask()
  const lint = run('promtool', ['check', 'metrics'])
  lint.child.stdin?.end(await register.metrics())
  t.strictSame(await lint, { stdout: '', stderr: '' })
})

t.test('the alerts fire when they should, and only then', async (t) => {
  const checked = await run('promtool', ['check', 'rules', pathOf('../../docs/monitoring/alerts.yml')])
  t.match(checked.stdout, 'SUCCESS: 5 rules found')
  const tested = await run('promtool', ['test', 'rules', pathOf('support/alerts.test.yml')])
  t.match(tested.stdout, 'SUCCESS')
})

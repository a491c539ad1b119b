/** The page about telemetry: its tables, its code, and the dashboard and the alerts beside it. */
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { register } from 'prom-client'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { channelNames } from '../../src/telemetry/index.js'
import { instruments } from '../../src/telemetry/instruments.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture } from '../support/log-capture.js'
import { rowsUnder } from '../support/readme.js'
import { createReadmePool, importBlock, runBlock } from '../support/readme-module.js'
import { recordEvents } from '../support/events.js'

const page = 'docs/telemetry.md'
const monitoring = new URL('../../docs/monitoring/', import.meta.url)

t.test('the table of instruments is that of the code', async (t) => {
  t.strictSame(rowsUnder(page, 'Instruments'), Object.values(instruments).map(({ prometheus, otel, unit, kind, labels, help }) => ({
    Prometheus: prometheus, OpenTelemetry: otel, unit, kind, labels: labels.map((label) => `\`${label}\``).join(', ').replace(/^`(\w+)`$/, '$1'), meaning: help
  })))
})

t.test('the table of events names the channels and what is in each event', async (t) => {
  const rows = rowsUnder(page, 'Events')
  t.strictSame(Object.fromEntries(rows.map(({ event, channel }) => [event, channel])), channelNames)
  const told = recordEvents(t)
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Logs', { edit: (code) => code.replace('logger: {', "logger: { level: 'silent',") })
  await app.inject('/me')
  await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken()) })
  for (const kind of ['verified', 'refused', 'keys'] as const) {
    const { kind: _, ...event } = told.find((event) => event.kind === kind) ?? {}
    const members = rows.find((row) => row['event'] === kind)?.['members'] ?? ''
    t.strictSame(Object.keys(event).sort(), members.replaceAll('`', '').split(', ').sort(), kind)
  }
})

t.test('dashboard and alerts ask only for metrics and labels that there are', async (t) => {
  const labelsOf = new Map<string, readonly string[]>(Object.values(instruments).flatMap(({ prometheus, kind, labels }) =>
    (kind === 'histogram' ? ['_count', '_sum', '_bucket'] : ['']).map((ending) => [`${prometheus}${ending}`, ending === '' ? labels : [...labels, 'le']] as const)))
  const ofTarget = ['job', 'instance']
  const dashboard = readFileSync(new URL('grafana-dashboard.json', monitoring), 'utf8')
  const expressions = (JSON.parse(dashboard) as { panels: Array<{ targets: Array<{ expr: string }> }> }).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  const alerts = readFileSync(new URL('alerts.yml', monitoring), 'utf8').split('- alert: ').slice(1)
  t.equal(alerts.length, 5)
  for (const text of [...expressions, ...alerts]) {
    const names = text.match(/cognito_auth_\w+/g) ?? []
    t.strictSame(names.filter((name) => !labelsOf.has(name)), [], text.slice(0, 60))
    t.ok(names.length > 0)
    const known = [...names.flatMap((name) => labelsOf.get(name) ?? []), ...ofTarget]
    const asked = [...text.matchAll(/(?:by|on) \(([^)]+)\)/g)].flatMap(([, list = '']) => list.split(', '))
    const matched = [...text.matchAll(/\{(\w+)=/g)].map(([, label = '']) => label)
    t.strictSame([...asked, ...matched].filter((label) => !known.includes(label)), [])
  }
  const shown = Object.values(instruments).map(({ prometheus }) => prometheus).filter((name) => !dashboard.includes(name))
  t.strictSame(shown, [], 'every instrument is on the dashboard')
})

t.test('Prometheus finds the metrics on a port of their own', async (t) => {
  const pool = createReadmePool(t)
  t.teardown(() => register.clear())
  const { app, metrics } = await runBlock(t, 'Metrics for Prometheus', { edit: (code) => `${code.replace('9464', '0')}\nexport { metrics }` }) as { app: FastifyInstance, metrics: FastifyInstance }
  t.teardown(() => metrics.close())
  await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken()) })
  const { port } = metrics.server.address() as AddressInfo
  // The page's pool has taken the place of the global fetch.
  const { body, headers } = await metrics.inject('/metrics')
  t.ok(port > 0)
  t.match(headers['content-type'], 'text/plain')
  t.match(body, 'cognito_auth_verification_duration_seconds_count{cached="false"} 1')
})

t.test('the code for OpenTelemetry runs', async (t) => {
  t.strictSame(Object.keys(await importBlock(t, 'Metrics for OpenTelemetry')), [])
  createReadmePool(t)
  const { app } = await runBlock(t, 'Traces')
  t.equal((await app.inject('/me')).statusCode, 401)
})

t.test('the code for events hears of a forged token', async (t) => {
  const pool = createReadmePool(t)
  const warned: unknown[] = []
  const capture = t.capture(console, 'warn', (...line: unknown[]) => { warned.push(...line) })
  await importBlock(t, 'Events')
  const { app } = await runBlock(t, 'Traces')
  const token = await pool.accessToken()
  await app.inject({ url: '/me', headers: pool.authorization(`${token.slice(0, -20)}${'A'.repeat(20)}`) })
  t.strictSame(warned, ['a forged token at /me: FST_COGNITO_TOKEN_INVALID'])
  t.equal(capture().length, 1)
})

function logTo (log: LogCapture): string {
  const name = `log${Math.random().toString(36).slice(2)}`
  Reflect.set(globalThis, name, log.logger)
  return `globalThis.${name}`
}

t.test('the redaction keeps tokens and cookies out of the log of an application that logs headers', async (t) => {
  const pool = createReadmePool(t)
  const log = captureLog()
  const headersToo = 'serializers: { req: ({ headers }: { headers: object }) => ({ headers }) }'
  const { app } = await runBlock(t, 'Logs', { edit: (code) => code.replace('logger: {', `logger: { ...(${logTo(log)} as object), ${headersToo},`) })
  const token = await pool.accessToken()
  await app.inject({ url: '/me', headers: { ...pool.authorization(token), cookie: 'session=secret', 'x-kept': 'kept' } })
  t.match(log.text(), 'kept', 'headers are logged')
  for (const secret of [...token.split('.'), 'secret']) t.notOk(log.text().includes(secret))
  t.match(log.where('msg', 'request completed'), [{ sub: String }])
})

t.test('the audit log has one line for each request of a user, refused ones too', async (t) => {
  const pool = createReadmePool(t)
  const log = captureLog()
  const { app } = await runBlock(t, 'An audit log', { edit: (code) => code.replace('logger: true', `logger: (${logTo(log)} as never)`) })
  for (const scopes of [['orders/read'], []]) await app.inject({ url: '/orders/7', headers: pool.authorization(await pool.accessToken({ sub: 'somebody', scopes })) })
  await app.inject('/orders/7')
  const audit = { sub: 'somebody', clientId: pool.clientId, method: 'GET', route: '/orders/:id', params: { id: '7' }, needs: { auth: 'required', requirements: [{ scopes: ['orders/read'] }] } }
  await app.inject({ url: '/reports', headers: pool.authorization(await pool.accessToken({ sub: 'somebody', groups: ['Auditors'] })) })
  const report = { ...audit, route: '/reports', params: {}, needs: { auth: 'required', requirements: [{ groups: ['Auditors'] }] } }
  t.strictSame(log.where('msg', 'audit').map((line) => line['audit']), [{ ...audit, status: 200 }, { ...audit, status: 403 }, { ...report, status: 200 }], 'a right that a hook asks is named too')
})

/** Metrics and traces by OpenTelemetry's own SDK, with its exporters in memory. */
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemoryMetricExporter, AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { FastifyOtelInstrumentation } from '@fastify/otel'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { instruments } from '../../src/telemetry/instruments.js'
import { cognitoTraces, recordMetrics } from '../../src/telemetry/opentelemetry.js'
import type { CognitoTracesOptions } from '../../src/telemetry/opentelemetry.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { rejectionOf } from '../support/rejection.js'

const pool = createTestUserPool()
const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
trace.setGlobalTracerProvider(provider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

interface Scene {
  readonly app: FastifyInstance
  /** The span of the request just sent. */
  requestSpan (): ReadableSpan
}

async function build (t: Test, { traces = {}, options = {}, hasOtel = true }: { traces?: CognitoTracesOptions, options?: Partial<CognitoAuthOptions>, hasOtel?: boolean } = {}): Promise<Scene> {
  exporter.reset()
  const app = Fastify()
  t.teardown(() => app.close())
  if (hasOtel) {
    const instrumentation = new FastifyOtelInstrumentation()
    instrumentation.setTracerProvider(provider)
    await app.register(instrumentation.plugin())
  }
  await app.register(cognitoTraces, traces)
  await app.register(cognitoAuth, { ...pool.options, roles: { Admins: 'Admin' }, ...options } as CognitoAuthOptions)
  app.get('/in', { config: { auth: 'required' } }, async () => 'in')
  app.get('/open', { config: { auth: 'optional' } }, async () => 'in')
  app.get('/public', async () => 'in')
  app.get('/admin', { preHandler: app.authorize({ groups: ['Admins'] }) }, async () => 'in')
  app.get('/broken', { config: { auth: 'required' } }, async () => { throw new Error('broken') })
  await app.ready()
  await app.cognitoAuth.ready()
  return { app, requestSpan: () => exporter.getFinishedSpans().findLast(({ name }) => name === 'request') as ReadableSpan }
}

function told ({ attributes }: ReadableSpan): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => /^(?:cognito_auth|enduser|user)\./.test(name)))
}

t.test('the span of a request says how its credentials were judged, and a refusal is no failure of the server', async (t) => {
  const { app, requestSpan } = await build(t)
  const headers = pool.authorization(await pool.accessToken())
  const refused = (code: string, reason: string): object => ({ 'cognito_auth.outcome': 'refused', 'cognito_auth.code': code, 'cognito_auth.reason': reason })
  const rows = [
    ['/in', headers, 200, SpanStatusCode.UNSET, { 'cognito_auth.outcome': 'verified' }],
    ['/open', {}, 200, SpanStatusCode.UNSET, { 'cognito_auth.outcome': 'guest' }],
    ['/public', headers, 200, SpanStatusCode.UNSET, {}],
    ['/in', {}, 401, SpanStatusCode.OK, refused('FST_COGNITO_TOKEN_MISSING', 'missing')],
    ['/in', { authorization: 'Bearer x' }, 401, SpanStatusCode.OK, refused('FST_COGNITO_TOKEN_INVALID', 'format')],
    ['/admin', headers, 403, SpanStatusCode.OK, refused('FST_COGNITO_FORBIDDEN', 'required_group')],
    ['/broken', headers, 500, SpanStatusCode.ERROR, { 'cognito_auth.outcome': 'verified' }]
  ] as const
  for (const [url, sent, statusCode, status, attributes] of rows) {
    t.equal((await app.inject({ url, headers: sent })).statusCode, statusCode)
    const span = requestSpan()
    t.equal(span.status.code, status, `${url} ${statusCode}: status`)
    t.strictSame(told(span), attributes, `${url} ${statusCode}: attributes`)
  }
  const text = JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })))
  t.notMatch(text, headers.authorization.slice(-20))
  t.notMatch(text, /enduser|test-user/)
})

t.test('a 503 is a failure of the server', async (t) => {
  const { app, requestSpan } = await build(t, { options: { isRevoked: () => { throw new Error('down') } } })
  const { statusCode } = await app.inject({ url: '/in', headers: pool.authorization(await pool.accessToken()) })
  t.equal(statusCode, 503)
  t.equal(requestSpan().status.code, SpanStatusCode.ERROR)
  t.match(told(requestSpan()), { 'cognito_auth.code': 'FST_COGNITO_UNAVAILABLE', 'cognito_auth.reason': 'is_revoked' })
})

t.test('the user is named where a function does it, and in no other way', async (t) => {
  const { app, requestSpan } = await build(t, { traces: { pseudonym: ({ sub }) => `p-${sub}` } })
  const user = { 'cognito_auth.outcome': 'verified', 'enduser.pseudo.id': 'p-somebody' }
  await app.inject({ url: '/in', headers: pool.authorization(await pool.accessToken({ sub: 'somebody', groups: ['Admins'] })) })
  t.strictSame(told(requestSpan()), { ...user, 'user.roles': ['Admin'] })
  await app.inject({ url: '/in', headers: pool.authorization(await pool.accessToken({ sub: 'somebody' })) })
  t.strictSame(told(requestSpan()), { ...user, 'user.roles': [] })
  await app.inject('/open')
  t.strictSame(told(requestSpan()), { 'cognito_auth.outcome': 'guest' })
})

t.test('a function that throws names nobody and fails no request', async (t) => {
  const { app, requestSpan } = await build(t, { traces: { pseudonym: () => { throw new Error('broken') } } })
  t.equal((await app.inject({ url: '/in', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  t.strictSame(told(requestSpan()), { 'cognito_auth.outcome': 'verified' })
})

t.test('without @fastify/otel the active span is taken, and without any nothing happens', async (t) => {
  const { app } = await build(t, { hasOtel: false })
  t.equal((await app.inject('/in')).statusCode, 401)
  const span = provider.getTracer('http').startSpan('GET')
  await context.with(trace.setSpan(context.active(), span), async () => app.inject('/in'))
  span.end()
  const [finished] = exporter.getFinishedSpans().filter(({ name }) => name === 'GET')
  t.match(finished?.attributes, { 'cognito_auth.outcome': 'refused', 'cognito_auth.reason': 'missing' })
})

t.test('each fetch of keys is a span, failed if the fetch has', async (t) => {
  let isDown = false
  const app = (await build(t, {
    options: {
      issuer: pool.issuer,
      keys: {
        cooldown: 1,
        refreshAfter: 1,
        fetch: async (...call) => isDown ? Promise.reject(new Error('down')) : pool.options.keys.fetch(...call)
      }
    }
  })).app
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans().filter(({ name }) => name === 'fetch signing keys')
  t.match(spans()[0], { kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET }, attributes: { 'cognito_auth.issuer': pool.issuer, 'cognito_auth.outcome': 'loaded', 'cognito_auth.keys.removed': 0 } })
  isDown = true
  await new Promise((resolve) => setTimeout(resolve, 5))
  const count = spans().length
  app.cognitoAuth.status()
  while (spans().length === count) await new Promise((resolve) => setImmediate(resolve))
  t.match(spans().at(-1), { status: { code: SpanStatusCode.ERROR, message: 'network' }, attributes: { 'cognito_auth.outcome': 'failed', 'error.type': 'network' } })
  await app.close()
})

t.test('bad options are refused', async (t) => {
  const app = Fastify()
  t.match(await rejectionOf((async () => { await app.register(cognitoTraces, { pseudonym: 'sub' } as unknown as CognitoTracesOptions) })()), { code: 'FST_COGNITO_OPTIONS_INVALID' })
})

t.test('the metrics are those of the table, with their units, and labels become attributes', async (t) => {
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 })
  const meters = new MeterProvider({ readers: [reader] })
  const end = recordMetrics(meters.getMeter('test'))
  const { app } = await build(t, { options: { issuer: pool.issuer } })
  const headers = pool.authorization(await pool.accessToken())
  for (const url of ['/in', '/in', '/nowhere']) await app.inject({ url, headers })
  await app.inject('/open')
  await app.inject('/in')
  await reader.forceFlush()
  const all = metricExporter.getMetrics().at(-1)?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []
  const byName = new Map(all.map((metric) => [metric.descriptor.name, metric]))
  for (const { otel, unit, help } of Object.values(instruments)) {
    const metric = byName.get(otel)
    // Nothing is revoked here.
    if (metric === undefined) t.match(otel, /revocation/)
    else t.match(metric.descriptor, { unit, description: help }, otel)
  }
  const points = (name: string): unknown[] => byName.get(name)?.dataPoints.map(({ attributes, value }) => [attributes, typeof value === 'number' ? value : value.count]) ?? []
  t.strictSame(points('cognito_auth.verification.duration'), [[{ 'cognito_auth.cached': 'false' }, 1], [{ 'cognito_auth.cached': 'true' }, 1]])
  t.strictSame(points('cognito_auth.refused'), [[{ 'cognito_auth.code': 'FST_COGNITO_TOKEN_MISSING', 'cognito_auth.reason': 'missing', 'http.route': '/in' }, 1]])
  t.strictSame(points('cognito_auth.guests'), [[{}, 1]])
  t.strictSame(points('cognito_auth.cached_tokens'), [[{}, 1]])
  t.strictSame(points('cognito_auth.key_fetch.duration'), [[{ 'cognito_auth.issuer': pool.issuer, 'cognito_auth.outcome': 'loaded' }, 1]])
  end()
  await app.inject({ url: '/in', headers: pool.authorization(await pool.accessToken()) })
  await reader.forceFlush()
  const values = (metricExporter.getMetrics().at(-1)?.scopeMetrics ?? []).flatMap(({ metrics }) => metrics).find(({ descriptor }) => descriptor.name === 'cognito_auth.cached_tokens')?.dataPoints.map(({ value }) => value)
  t.strictSame(values, [1], 'nothing is measured any more: there are two now')
  await meters.shutdown()
})

/** The metrics for Prometheus, as they are scraped. */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { instruments } from '../../src/telemetry/instruments.js'
import { mostIssuers } from '../../src/telemetry/measure.js'
import { registerMetrics } from '../../src/telemetry/prometheus.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import * as scripts from '../support/issuer-scripts.js'
import { startIssuer } from '../support/scripted-issuer.js'

const pool = createTestUserPool()

async function build (t: Test): Promise<{ app: FastifyInstance, scrape: () => Promise<Map<string, number>> }> {
  const register = new Registry()
  t.teardown(registerMetrics(register))
  const app = await buildApp(t, {
    options: { ...pool.options, issuer: pool.issuer },
    routes: (app) => {
      app.get('/orders/:id', { config: { auth: 'required' } }, async () => 'in')
      app.get('/open', { config: { auth: 'optional' } }, async () => 'in')
    }
  })
  await app.cognitoAuth.ready()
  return {
    app,
    scrape: async () => new Map((await register.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }))
  }
}

t.test('what happens is counted', async (t) => {
  const { app, scrape } = await build(t)
  const headers = pool.authorization(await pool.accessToken())
  for (const id of [1, 2, 3]) await app.inject({ url: `/orders/${id}`, headers })
  await app.inject('/open')
  await app.inject('/orders/1')
  await app.inject({ url: '/orders/2', headers: { authorization: 'Bearer x' } })
  const lines = await scrape()
  const expected: Record<string, number> = {
    'cognito_auth_verification_duration_seconds_count{cached="false"}': 1,
    'cognito_auth_verification_duration_seconds_count{cached="true"}': 2,
    cognito_auth_guests_total: 1,
    'cognito_auth_refused_total{code="FST_COGNITO_TOKEN_MISSING",reason="missing",route="/orders/:id"}': 1,
    'cognito_auth_refused_total{code="FST_COGNITO_TOKEN_INVALID",reason="format",route="/orders/:id"}': 1,
    [`cognito_auth_key_fetch_duration_seconds_count{issuer="${pool.issuer}",outcome="loaded",fault="none"}`]: 1,
    cognito_auth_cached_tokens: 1,
    cognito_auth_waiting_verifications: 0
  }
  for (const [line, value] of Object.entries(expected)) t.equal(lines.get(line), value, line)
  t.ok((lines.get('cognito_auth_verification_duration_seconds_sum{cached="false"}') ?? 0) > 0)
  t.ok((lines.get(`cognito_auth_key_age_seconds{issuer="${pool.issuer}"}`) ?? -1) >= 0)
  t.ok(Math.abs((lines.get(`cognito_auth_key_last_success_timestamp_seconds{issuer="${pool.issuer}"}`) ?? 0) - Date.now() / 1000) < 60)
  t.equal((await scrape()).get('cognito_auth_cached_tokens'), 1, 'each scrape reads anew')
})

t.test('those that wait are counted, those of an application that was closed are not', async (t) => {
  const { scrape } = await build(t)
  const issuer = await startIssuer(t, pool)
  issuer.play(scripts.hang)
  const slow = await buildApp(t, { options: issuer.options, routes: () => {} })
  const waiting = slow.cognitoAuth.verify(await pool.accessToken()).catch(() => 'refused')
  await issuer.arrival(1)
  t.equal((await scrape()).get('cognito_auth_waiting_verifications'), 1)
  await slow.close()
  t.equal(await waiting, 'refused')
  t.equal((await scrape()).get('cognito_auth_waiting_verifications'), 0)
})

t.test('the state of a list of revoked tokens is one of all', async (t) => {
  const { scrape } = await build(t)
  const without = [...(await scrape()).keys()].filter((line) => line.includes('revocation'))
  t.strictSame(without, [], 'where there is no list, nothing says that it is empty')
  channel('fastify-cognito-auth:revocation').publish({ state: 'stale', age: 40_000, entries: 7, failed: true, onStale: 'refuse' })
  const lines = await scrape()
  t.strictSame(['empty', 'fresh', 'stale', 'full', 'closed'].map((state) => lines.get(`cognito_auth_revocation_state{state="${state}"}`)), [0, 0, 1, 0, 0])
  t.equal(lines.get('cognito_auth_revocation_entries'), 7)
})

t.test('a flood of made-up addresses, issuers, key ids and tokens makes no new series, and nothing of them is shown', async (t) => {
  const { app, scrape } = await build(t)
  const now = Math.floor(Date.now() / 1000)
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const send = async (round: number): Promise<void> => {
    const made = `made-up-${round}`
    for (const [kid, iss] of [[made, pool.issuer], ['kid', `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_${made}`]]) {
      const token = `${encode({ alg: 'RS256', kid })}.${encode({ iss, client_id: made, token_use: 'access', sub: made, exp: now + 60, iat: now })}.${encode({ made })}`
      await app.inject({ url: `/orders/${made}`, headers: pool.authorization(token) })
      await app.inject({ url: `/${made}`, method: 'GET', headers: pool.authorization(token) })
    }
    await app.inject({ url: `/orders/${made}`, headers: { authorization: `Basic ${made}` } })
  }
  for (let round = 0; round < 10; round++) await send(round)
  const before = [...(await scrape()).keys()]
  for (let round = 10; round < 200; round++) await send(round)
  const after = [...(await scrape()).keys()]
  t.strictSame(after.filter((line) => !before.includes(line)), [])
  t.strictSame(after.filter((line) => line.includes('made-up')), [])
})

t.test('pools that are found at run time make a bounded number of series, and one that has gone has no last success', async (t) => {
  const { scrape } = await build(t)
  const issuers = Array.from({ length: 300 }, (_, at) => `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Tenant${at}`)
  let loaded = issuers
  const answer = (question: unknown): void => {
    const usage = (): { cachedTokens: number, waiting: number } => ({ cachedTokens: 0, waiting: 0 })
    ;(question as { add: (service: object) => void }).add({ usage, standings: () => loaded.map((issuer, at) => ({ issuer, age: at * 1_000 })) })
  }
  subscribe('fastify-cognito-auth:collect', answer)
  t.teardown(() => unsubscribe('fastify-cognito-auth:collect', answer))
  const told = { outcome: 'loaded', fault: null, added: [], removed: [], duration: 1_000, age: null }
  for (const issuer of issuers) channel('fastify-cognito-auth:keys').publish({ ...told, userPoolId: 'x', issuer })
  const lines = await scrape()
  const issuersOf = (name: string): Set<string> => new Set([...lines.keys()].filter((line) => line.startsWith(name)).map((line) => /issuer="([^"]*)"/.exec(line)?.[1] ?? ''))
  t.equal(issuersOf('cognito_auth_key_fetch_duration_seconds_count').size, mostIssuers + 1)
  t.equal(issuersOf('cognito_auth_key_age_seconds').size, mostIssuers + 1)
  t.equal(lines.get('cognito_auth_key_age_seconds{issuer="other"}'), 299, 'the oldest of them')
  t.ok((lines.get('cognito_auth_key_fetch_duration_seconds_count{issuer="other",outcome="loaded",fault="none"}') ?? 0) > 200)
  const success = `cognito_auth_key_last_success_timestamp_seconds{issuer="${issuers[0]}"}`
  t.ok(lines.has(success))
  loaded = []
  t.notOk((await scrape()).has(success))
})

t.test('what there is none of is none', async (t) => {
  const { scrape } = await build(t)
  channel('fastify-cognito-auth:refused').publish({ requestId: '1', method: 'GET', route: null, code: null, reason: 'check' })
  t.equal((await scrape()).get('cognito_auth_refused_total{code="none",reason="check",route="none"}'), 1)
})

t.test('the names follow the conventions of Prometheus', async (t) => {
  for (const { kind, prometheus, unit } of Object.values(instruments)) {
    t.match(prometheus, /^cognito_auth_[a-z_]+$/)
    t.equal(prometheus.endsWith('_total'), kind === 'counter', prometheus)
    t.equal(prometheus.endsWith('_seconds'), unit === 's', prometheus)
  }
})

t.test('a registry takes them once', async (t) => {
  const register = new Registry()
  registerMetrics(register)()
  t.throws(() => registerMetrics(register), /already been registered/)
})

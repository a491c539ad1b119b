/**
 * A minute under load, through an outage, a rotation and a recovery of the key endpoint: `npx tsx bench/outage/main.ts`.
 * Durations are scaled down to a minute, not simulated. `npx tsx bench/outage/main.ts 0.1` takes a tenth of it.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createTestUserPool } from '../../src/testing/index.js'
import * as scripts from '../../test/support/issuer-scripts.js'
import { startIssuer } from '../../test/support/scripted-issuer.js'
import { hangUp, quantile, sendSteadily } from './load.js'
import type { Outcome } from './load.js'
import { signGeneration, signUnknown } from './tokens.js'

const unit = 1000 * Number(process.argv[2] ?? 1)
const keys = { refreshAfter: 3 * unit, maxStale: 60 * unit, cooldown: unit, timeout: unit / 2 }
const end = 60 * unit
const rates = { valid: 200, open: 100, unknown: 20, removed: 10 }
// One valid request in ten carries a token that was never seen before.
const freshEvery = 10
const moments = { down: 15 * unit, reset: 22 * unit, failing: 29 * unit, up: 35 * unit, secondRotation: 45 * unit, removal: 50 * unit }

const teardowns: Array<() => unknown> = []
const pool = createTestUserPool()
const issuer = await startIssuer({ teardown: (handler) => { teardowns.push(handler) } }, pool)
const fresh = Math.ceil(rates.valid / freshEvery * end / 1000)
const [a, b, c] = [await signGeneration(pool, 500, fresh, 0), await signGeneration(pool, 500, fresh, moments.up), await signGeneration(pool, 500, fresh, moments.secondRotation)]
const unknown = await signUnknown(pool, 1_000)

const options = { ...issuer.options, keys, cache: { maxEntries: 10_000, maxAge: 5 * unit } }
issuer.publish(a.keys)
const server = fork(fileURLToPath(new URL('server.js', import.meta.url)), [JSON.stringify(options)])
const [port] = await once(server, 'message') as [number]
const origin = `http://127.0.0.1:${port}`
const url = `${origin}/guarded`
// Load comes to an instance that says it is ready, as it does from a load balancer.
while (await standing() !== 'fresh') await sleep(keys.cooldown)

const requestsAt: Record<string, number> = {}
const standings: Record<string, string> = {}
for (const [at, act] of [
  [moments.down, () => issuer.play(scripts.hang)],
  [moments.reset, () => issuer.play(scripts.reset)],
  [moments.failing, () => issuer.play(scripts.status(503))],
  [moments.up, () => {
    issuer.publish([...a.keys, ...b.keys])
    issuer.play(scripts.serve)
  }],
  [moments.secondRotation, () => issuer.publish([...a.keys, ...b.keys, ...c.keys])],
  [moments.removal, () => issuer.publish([...b.keys, ...c.keys])]
] as const) {
  setTimeout(act, at)
  // Just before what happens then, so that the figures are those of the phase that ends.
  setTimeout(() => {
    requestsAt[at] = issuer.requests
    void standing().then((is) => { standings[at] = is })
  }, at - unit / 10)
}

let sent = 0
const [valid, open, hostile, removed] = await Promise.all([
  sendSteadily(url, rates.valid, end, (at) => {
    // A new key is used from the moment it is published.
    const usable = at < moments.up ? [a] : at < moments.secondRotation ? [a, b] : [b, c]
    const generation = usable[sent % usable.length] ?? a
    const isFresh = ++sent % freshEvery === 0
    return (isFresh ? generation.fresh.pop() : generation.users[sent % generation.users.length]) ?? null
  }),
  // What the machine itself does to requests meanwhile.
  sendSteadily(`${origin}/open`, rates.open, end, () => ''),
  sendSteadily(url, rates.unknown, end, (at) => unknown[Math.floor(at) % unknown.length] ?? null),
  // After the removal, and after the refresh that has to follow it.
  sendSteadily(url, rates.removed, end, (at) => (at < moments.removal + keys.refreshAfter + keys.cooldown ? null : a.users[Math.floor(at) % a.users.length] ?? null))
])
requestsAt[end] = issuer.requests
standings[end] = await standing()
server.disconnect()
hangUp()
for (const teardown of teardowns) await teardown()

const phases = [
  ['before', 0, moments.down],
  ['outage: hangs', moments.down, moments.reset],
  ['outage: resets', moments.reset, moments.failing],
  ['outage: 503', moments.failing, moments.up],
  ['up again, rotated', moments.up, moments.secondRotation],
  ['rotated again', moments.secondRotation, moments.removal],
  ['old keys removed', moments.removal, end]
] as const
console.table(phases.map(([phase, from, to]) => ({ phase, seconds: (to - from) / 1000, ...figures(from, to), fetches: (requestsAt[to] ?? 0) - (requestsAt[from] ?? 0), keys: standings[to] })))

const failed = valid.filter(({ status }) => status !== 200)
// The strangers' key ids leave nothing of the reserve, so a new key may have to wait for the next attempt: 503, and never a verdict.
const isExcused = ({ due, status }: Outcome): boolean => status === 503 && [moments.up, moments.secondRotation].some((at) => due >= at && due < at + keys.cooldown + keys.timeout)
const inexcusable = failed.filter((outcome) => !isExcused(outcome)).length
const fetches = issuer.requests
// One per cooldown, and the reserve for unknown keys.
const mostFetches = Math.floor(end / keys.cooldown) + 1 + 3
const accepted = [...hostile, ...removed].filter(({ status }) => status === 200).length
const [before, during] = [figures(moments.down / 3, moments.down), figures(moments.down, moments.up)]
console.log(`valid requests: ${valid.length}, of which got 503 in the cooldown after a rotation: ${failed.length - inexcusable}, and failed otherwise: ${inexcusable}`)
console.log(`requests with unknown or removed keys: ${hostile.length + removed.length}, of which accepted: ${accepted}`)
console.log(`fetches: ${fetches}, of at most ${mostFetches}`)
console.log(`p99 before the outage: ${before['p99 ms']} ms, during it: ${during['p99 ms']} ms (of an open route: ${before['open p99']} ms, ${during['open p99']} ms)`)
process.exitCode = inexcusable === 0 && accepted === 0 && fetches <= mostFetches ? 0 : 1

function figures (from: number, to: number): Record<string, number> {
  const within = ({ due }: Outcome): boolean => due >= from && due < to
  const inside = valid.filter(within)
  const took = inside.map((outcome) => outcome.took)
  return {
    requests: inside.length,
    failed: inside.filter(({ status }) => status !== 200).length,
    'p50 ms': round(quantile(took, 0.5)),
    'p99 ms': round(quantile(took, 0.99)),
    'max ms': round(quantile(took, 1)),
    'open p99': round(quantile(open.filter(within).map((outcome) => outcome.took), 0.99))
  }
}

async function standing (): Promise<string> {
  const response = await fetch(`${origin}/status`)
  return (await response.json() as string[]).join()
}

function round (milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}

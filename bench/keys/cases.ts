/** The cases, for one of those that are compared: run by main.ts in a process of its own, since some move its clock or take its fetch. */
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { install } from '@sinonjs/fake-timers'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import nodeFetch, { Response as NodeFetchResponse } from 'node-fetch'
import { createTestKeyPairs, createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import type { Certificate } from '../../test/support/certificate.js'
import * as scripts from '../../test/support/issuer-scripts.js'
import { startIssuer } from '../../test/support/scripted-issuer.js'
import type { Script, ScriptedIssuer } from '../../test/support/scripted-issuer.js'

// A tenth of the defaults, but the refresh, which is not what is looked at.
const keys = { refreshAfter: 60_000, maxStale: 360_000, cooldown: 3_000, timeout: 1_000 }
const hour = 3_600_000
// The others have none by default.
const tolerance = { clockTolerance: 0 }

const [, , module = '', certificate = '', pattern = ''] = process.argv
const { protect } = await import(module) as { protect: (app: FastifyInstance, options: object) => Promise<void> }
// The machine's own fetch, before anything takes its place.
await fetch('https://127.0.0.1:1/').catch(() => {})

const keyPairs = await createTestKeyPairs(4)

interface Scene {
  readonly pool: TestUserPool
  readonly issuer: ScriptedIssuer
  readonly app: FastifyInstance
  /** Sends tokens, one each `every` milliseconds, and counts the answers by status. */
  ask (next: () => string | Promise<string>, times?: number, every?: number): Promise<Record<number, number>>
}

interface Setup {
  readonly script?: Script
  /** Further options, which may replace those of the issuer. */
  readonly options?: (issuer: ScriptedIssuer) => object
  /** Put in place of the globals before anything is registered. */
  readonly globals?: (pool: TestUserPool) => object
  /** Without TLS. */
  readonly isPlain?: boolean
}

async function play (says: string, run: (scene: Scene) => Promise<string>, { script = scripts.serve, options = () => ({}), globals = () => ({}), isPlain = false }: Setup = {}): Promise<void> {
  if (!says.includes(pattern)) return
  const teardowns: Array<() => unknown> = []
  // A rotation within the cooldown has no time to make keys.
  const pool = createTestUserPool({ keyPairs })
  const issuer = await startIssuer({ teardown: (handler) => { teardowns.push(handler) } }, pool, isPlain ? undefined : JSON.parse(certificate) as Certificate)
  issuer.play(script)
  const app = Fastify()
  const ask: Scene['ask'] = async (next, times = 1, every = 50) => {
    const counts: Record<number, number> = {}
    const sent: Array<Promise<void>> = []
    for (let at = 0; at < times; at++) {
      const headers = { authorization: `Bearer ${await next()}` }
      sent.push(app.inject({ url: '/guarded', headers }).then(({ statusCode }) => { counts[statusCode] = (counts[statusCode] ?? 0) + 1 }))
      if (at + 1 < times) await sleep(every)
    }
    await Promise.all(sent)
    return counts
  }
  const { fetch, Response } = globalThis
  let came: string
  try {
    Object.assign(globalThis, globals(pool))
    await protect(app, { ...issuer.options, keys, cache: false, ...options(issuer) })
    came = await run({ pool, issuer, app, ask })
  } catch (error) {
    came = `the start is refused: ${String((error as Error).message).slice(0, 70)}`
  }
  Object.assign(globalThis, { fetch, Response })
  process.send?.({ says, came })
  await app.close()
  for (const teardown of teardowns.reverse()) await teardown()
}

const shown = (counts: Record<number, number>): string => Object.entries(counts).map(([status, times]) => `${status}: ${times}`).join(', ')
const unknown = (pool: TestUserPool, id: number): Promise<string> => pool.sign({ header: { alg: 'RS256', kid: `nobody-has-${id}` } })

function resetOnce (): Script {
  let isReset = false
  return (exchange) => {
    if (isReset) scripts.serve(exchange)
    else exchange.request.socket.destroy()
    isReset = true
  }
}

await play('2 the first connection is lost: 60 requests, one each 50 ms', async ({ pool, issuer, ask }) => {
  const token = await pool.accessToken()
  return `${shown(await ask(() => token, 60))}; ${issuer.requests} fetches`
}, { script: resetOnce() })

async function rotate ({ pool, issuer, ask }: Scene, strangers: number): Promise<string> {
  const old = await pool.accessToken()
  await ask(() => old)
  for (let at = 0; at < strangers; at++) await ask(() => unknown(pool, at))
  pool.rotateKeys()
  const token = await pool.accessToken()
  return `${shown(await ask(() => token, 60))}; ${issuer.requests} fetches`
}

await play('3 a key published just now: 60 requests, one each 50 ms', (scene) => rotate(scene, 0))
await play('3 the same after one token with a made-up key id', (scene) => rotate(scene, 1))

await play('3 a flood of 1,000 made-up key ids in 5 s, a new key in its midst', async ({ pool, issuer, ask }) => {
  await ask(() => pool.accessToken())
  const forged = await Promise.all(Array.from({ length: 1_000 }, (_, at) => unknown(pool, at)))
  let at = 0
  const flood = ask(() => forged[at++] ?? '', 1_000, 5)
  await sleep(2_500)
  pool.rotateKeys()
  const token = await pool.accessToken()
  const good = await ask(() => token, 50)
  return `good ${shown(good)}; made up ${shown(await flood)}; ${issuer.requests} fetches`
})

await play("4 the time of day +48 h: a withdrawn key's token, 40 requests, one each 50 ms", async ({ pool, issuer, ask }) => {
  const later = Math.floor((Date.now() + 48 * hour) / 1000)
  const token = await pool.accessToken({ iat: later - 60, exp: later + 3600 })
  await ask(() => pool.accessToken())
  pool.rotateKeys()
  await sleep(keys.cooldown)
  const clock = install({ now: Date.now() + 48 * hour, toFake: ['Date'] })
  const counts = await ask(() => token, 40)
  clock.uninstall()
  return `${shown(counts)}; ${issuer.requests} fetches`
})

for (const [says, globals] of [
  ['node-fetch 2 and its Response', () => ({ fetch: nodeFetch, Response: NodeFetchResponse })],
  ['no Response', () => ({ Response: undefined })],
  ['a mock that answers { status, json }', (pool: TestUserPool) => ({ fetch: async () => ({ ok: true, status: 200, json: () => pool.jwks() }) })]
] as const) {
  await play(`5 in place of the globals: ${says}`, async ({ pool, ask }) => shown(await ask(() => pool.accessToken())), { globals })
}

await play('6 isRevoked takes 2.5 s, and the token ends meanwhile', async ({ pool, ask }) => {
  const now = Math.floor(Date.now() / 1000)
  return shown(await ask(() => pool.accessToken({ iat: now - 60, exp: now + 2 })))
}, { options: () => ({ ...tolerance, isRevoked: () => sleep(2_500, false) }) })

await play('7 an emulator in another container: http, by its name', async ({ pool, ask }) => shown(await ask(() => pool.accessToken({ iss: 'http://localhost:9229/local_Example' }))), {
  isPlain: true,
  options: ({ jwksUri }) => ({
    userPoolId: 'local_Example',
    issuer: 'http://localhost:9229/local_Example',
    jwksUri: jwksUri.replace('127.0.0.1', hostname()),
    ...(process.env.HAS_ALLOW_INSECURE === undefined ? {} : { allowInsecure: true })
  })
})

for (const ahead of [20, 120]) {
  await play(`8 this machine is ${ahead} s behind: a fresh token`, async ({ pool, ask }) => {
    const now = Math.floor(Date.now() / 1000)
    return shown(await ask(() => pool.accessToken({ iat: now + ahead, exp: now + 3600 })))
  })
}
process.exit()

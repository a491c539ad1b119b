/** The server of the list is killed, loses its data, hangs and is cut off, while applications run. */
import t from 'tap'
import type { Test } from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { createPlugin } from '../../src/plugin.js'
import { redisStore } from '../../src/revocation/index.js'
import type { RevocationList, RevocationListOptions } from '../../src/revocation/index.js'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createRunningClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'
import { clients, connect } from './support/redis-clients.js'
import { startRedis } from './support/redis-server.js'
import { startProxy } from './support/tcp-proxy.js'

const pool = createTestUserPool()
const sign = async (session: string) => pool.authorization(await pool.accessToken({ origin_jti: session, jti: `of ${session}` }))
const good = await sign('good')
const revoked = await sign('revoked')

interface Machine { readonly app: FastifyInstance, readonly list: RevocationList, readonly clock: TestClock, revoke (session: object): Promise<unknown> }

async function startMachine (t: Test, port: number, options: Partial<RevocationListOptions> = {}, client: (typeof clients)[number] = clients[1]): Promise<Machine> {
  const clock = createRunningClock()
  const list = createRevocationListWithClock({ store: redisStore(await connect(t, client, port)), timeout: 2_000, ...options }, clock)
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(createPlugin(clock), { ...pool.options, isRevoked: list.isRevoked })
  app.get('/', { config: { auth: 'required' } }, async () => 'in')
  app.get('/ask', { config: { auth: { revocation: 'ask' } } }, async () => 'in')
  await app.ready()
  const revoke = async ({ authorization }: { authorization?: string }): Promise<unknown> =>
    list.revokeSession(await app.cognitoAuth.verify(String(authorization).slice(7)))
  return { app, list, clock, revoke }
}

type Counts = Readonly<Record<number, number>>

/** A thousand requests with the good and the revoked token in turn, twenty at a time. */
async function load ({ app }: Machine): Promise<{ readonly good: Counts, readonly revoked: Counts }> {
  const counts = { good: {} as Record<number, number>, revoked: {} as Record<number, number> }
  for (let batch = 0; batch < 50; batch++) {
    await Promise.all(Array.from({ length: 20 }, async (_, at) => {
      const [of, headers] = at % 2 === 0 ? [counts.good, good] : [counts.revoked, revoked]
      const { statusCode } = await app.inject({ url: '/', headers })
      of[statusCode] = (of[statusCode] ?? 0) + 1
    }))
  }
  return counts
}

async function untilRead ({ list }: Machine): Promise<void> {
  for (;;) {
    try {
      await list.refresh()
      return
    } catch {
      await new Promise((resolve) => { setImmediate(resolve) })
    }
  }
}

for (const client of [clients[1], clients[3]]) {
  t.test(`killed under load and started again, with and without its data (${client[0]})`, async (t) => {
    const server = await startRedis(t)
    const machine = await startMachine(t, server.port, {}, client)
    const { clock } = machine
    await machine.revoke(revoked)
    const told: Array<readonly [phase: string, counts: unknown]> = []
    const phase = async (name: string, expected: { readonly good: Counts, readonly revoked: Counts }): Promise<void> => {
      const counts = await load(machine)
      told.push([name, counts])
      t.strictSame(counts, expected, name)
    }
    const served = { good: { 200: 500 }, revoked: { 401: 500 } }
    await phase('up', served)
    const underLoad = load(machine)
    await server.kill()
    t.strictSame(await underLoad, served, 'while it is killed')
    clock.pass(20_000)
    await phase('down for 20 s', served)
    clock.pass(30_000)
    await phase('down for 50 s', { good: { 503: 500 }, revoked: { 401: 500 } })
    await server.start()
    await untilRead(machine)
    await phase('started again with its data', served)
    const newcomer = await startMachine(t, server.port, {}, client)
    await untilRead(newcomer)
    t.strictSame(await load(newcomer), served, 'a machine that starts now reads what was revoked before')
    await server.kill()
    await server.forget()
    await server.start()
    await untilRead(machine)
    await phase('started again without its data', served)
    const late = await startMachine(t, server.port, {}, client)
    await untilRead(late)
    t.strictSame(await load(late), { good: { 200: 500 }, revoked: { 200: 500 } }, 'a machine that starts after the loss cannot know')
    await machine.revoke(revoked)
    await untilRead(late)
    t.strictSame(await load(late), served, 'until it is said again')
    for (const [name, counts] of told) t.comment(`${name}: ${JSON.stringify(counts)}`)
  })
}

t.test('cut off without a word: known answers up to maxStale, nobody waits longer than the timeout, and all is well afterwards', async (t) => {
  const server = await startRedis(t)
  const proxy = await startProxy(t, server.port)
  const machine = await startMachine(t, proxy.port)
  const other = await startMachine(t, server.port)
  const { app, clock } = machine
  t.equal((await app.inject({ url: '/', headers: revoked })).statusCode, 200)
  const mend = proxy.partition()
  await other.revoke(revoked)
  clock.pass(2_000)
  t.equal((await app.inject({ url: '/', headers: good })).statusCode, 200, 'in the background')
  t.equal((await app.inject({ url: '/ask', headers: good })).statusCode, 503)
  clock.pass(28_000)
  t.equal((await app.inject({ url: '/', headers: good })).statusCode, 503)
  mend()
  await untilRead(machine)
  t.strictSame(await load(machine), { good: { 200: 500 }, revoked: { 401: 500 } })
  t.equal((await app.inject({ url: '/ask', headers: good })).statusCode, 200)
})

t.test('a server that hangs is one that is cut off, and closing waits for it no longer than for one that is well', async (t) => {
  const server = await startRedis(t)
  const proxy = await startProxy(t, server.port)
  for (const isCut of [false, true]) {
    const { app, list, clock } = await startMachine(t, proxy.port)
    t.equal((await app.inject({ url: '/', headers: good })).statusCode, 200)
    const mend = isCut ? proxy.partition() : () => {}
    clock.pass(2_000)
    t.equal((await app.inject({ url: '/', headers: good })).statusCode, 200)
    list.close()
    await app.close()
    t.match(list.status(), { state: 'closed' })
    mend()
  }
})

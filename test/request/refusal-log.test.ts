/** The option `log`: levels, floods, and the user. */
import t from 'tap'
import type { LogOptions } from '../../src/options/log-options.js'
import { readPluginOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture, LogLine } from '../support/log-capture.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'

interface Scene {
  readonly app: FastifyInstance
  readonly pool: TestUserPool
  readonly log: LogCapture
  readonly clock: TestClock
  /** Sends so many requests without a token. */
  knock (times?: number): Promise<void>
  /** The lines of this package, without what Fastify adds. */
  lines (): LogLine[]
}

async function build (t: Test, log: LogOptions): Promise<Scene> {
  const pool = createTestUserPool()
  const captured = captureLog()
  const clock = createTestClock()
  const app = await buildApp(t, {
    clock,
    options: { ...pool.options, log },
    server: { logger: captured.logger },
    routes: (app) => {
      app.get('/', { config: { auth: 'required' } }, async (request) => {
        request.log.info('in the handler')
        return 'in'
      })
      app.get('/admin', { config: { auth: { groups: ['Admins'] } } }, async () => 'in')
    }
  })
  return {
    app,
    pool,
    clock,
    log: captured,
    knock: async (times = 1) => { for (let sent = 0; sent < times; sent++) await app.inject('/') },
    lines: () => captured.lines().filter(({ msg }) => String(msg).startsWith('request') && String(msg).includes('refused'))
  }
}

const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50 } as const

t.test('a level is that of every refusal, and false is none', async (t) => {
  for (const [level, number] of Object.entries(levels)) {
    const { knock, lines } = await build(t, { refusals: level as keyof typeof levels })
    await knock()
    t.match(lines(), [{ level: number, code: 'FST_COGNITO_TOKEN_MISSING', reason: 'missing' }], level)
  }
  const { knock, lines } = await build(t, { refusals: false })
  await knock()
  t.strictSame(lines(), [])
})

t.test('a function tells the level of each', async (t) => {
  const seen: unknown[] = []
  const { app, knock, pool, lines } = await build(t, {
    refusals: (refusal) => {
      seen.push(refusal)
      return refusal.code === 'FST_COGNITO_TOKEN_MISSING' ? false : 'warn'
    }
  })
  await knock()
  await app.inject({ url: '/admin', headers: pool.authorization(await pool.accessToken()) })
  t.strictSame(seen, [{ code: 'FST_COGNITO_TOKEN_MISSING', reason: 'missing' }, { code: 'FST_COGNITO_FORBIDDEN', reason: 'required_group' }])
  t.match(lines(), [{ level: 40, reason: 'required_group' }])
  t.equal(lines().length, 1)
})

t.test('a function that throws or answers nonsense changes nothing', async (t) => {
  for (const refusals of [() => { throw new Error('broken') }, () => 'loud' as 'info', async () => 'warn' as const] as Array<() => 'info'>) {
    const { app, lines } = await build(t, { refusals })
    t.equal((await app.inject('/')).statusCode, 401)
    t.match(lines(), [{ level: 30, reason: 'missing' }])
  }
})

t.test('a function that rejects does not end the process', async (t) => {
  const rejected: unknown[] = []
  const keep = (error: unknown): void => { rejected.push(error) }
  process.prependListener('unhandledRejection', keep)
  t.teardown(() => process.off('unhandledRejection', keep))
  const { knock, lines } = await build(t, { refusals: (async () => { throw new Error('broken') }) as unknown as () => 'info' })
  await knock()
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  t.strictSame(rejected, [])
  t.match(lines(), [{ level: 30, reason: 'missing' }])
})

t.test('a flood is told, not transcribed: lines of the limit, and how many were left out', async (t) => {
  const { app, clock, pool, knock, lines } = await build(t, { limit: 3 })
  await knock(10)
  const garbage = { url: '/', headers: pool.authorization('a.b.c') }
  await app.inject(garbage)
  t.strictSame(lines().map(({ reason }) => reason), ['missing', 'missing', 'missing', 'format'], 'each reason has a limit of its own')
  clock.pass(1_000)
  await knock(5)
  t.match(lines()[4], { level: 30, reason: 'missing', leftOut: 7, msg: 'requests refused: 7 more for missing in one second, not logged one by one' })
  t.equal(lines().length, 8)
  await app.close()
  t.match(lines()[8], { reason: 'missing', leftOut: 2 }, 'what is left is told when the application closes')
  t.equal(lines().length, 9)
})

t.test('a flood of one code leaves the lines of another code of the same reason alone', async (t) => {
  let status = 403
  const pool = createTestUserPool()
  const log = captureLog()
  const app = await buildApp(t, {
    options: { ...pool.options, log: { limit: 2 } },
    server: { logger: log.logger },
    routes: (app) => {
      app.get('/', { config: { auth: { check: () => { if (status === 503) throw new Error('the store is down'); return false } } } }, async () => 'in')
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  const codes = async (): Promise<number> => (await app.inject({ url: '/', headers })).statusCode
  for (let sent = 0; sent < 10; sent++) t.equal(await codes(), 403)
  status = 503
  for (let sent = 0; sent < 5; sent++) t.equal(await codes(), 503)
  await app.close()
  t.strictSame(log.where('reason', 'check').map(({ level, code, leftOut }) => [level, code, leftOut]), [
    [30, 'FST_COGNITO_FORBIDDEN', undefined], [30, 'FST_COGNITO_FORBIDDEN', undefined],
    [50, 'FST_COGNITO_UNAVAILABLE', undefined], [50, 'FST_COGNITO_UNAVAILABLE', undefined],
    [30, 'FST_COGNITO_FORBIDDEN', 8], [50, 'FST_COGNITO_UNAVAILABLE', 3]
  ])
})

t.test('the first line after the second tells of every reason, and names no request and no user', async (t) => {
  const { app, clock, pool, knock, lines } = await build(t, { limit: 1, user: true })
  const admin = async (): Promise<unknown> => app.inject({ url: '/admin', headers: pool.authorization(await pool.accessToken({ sub: 'somebody' })) })
  await knock(4)
  for (let sent = 0; sent < 3; sent++) await app.inject({ url: '/', headers: pool.authorization('a.b.c') })
  clock.pass(1_000)
  await admin()
  const [, , ...later] = lines()
  t.match(later, [{ reason: 'missing', leftOut: 3 }, { reason: 'format', leftOut: 2 }, { reason: 'required_group', reqId: String }])
  t.equal(later.length, 3)
  for (const line of later.slice(0, 2)) t.notOk('reqId' in line || 'sub' in line, 'no single request has left them out')
  clock.pass(5_000)
  await admin()
  t.equal(lines().length, 6, 'what was told is not told again')
})

t.test('what was left out has the most severe of its levels', async (t) => {
  const levels = ['info', 'debug', 'error', 'warn'] as const
  let asked = 0
  const { app, knock, lines } = await build(t, { limit: 1, refusals: () => levels[asked++ % levels.length] ?? false })
  await knock(4)
  await app.close()
  t.match(lines(), [{ level: 30 }, { level: 50, leftOut: 3 }])
  t.equal(lines().length, 2)
})

t.test('10,000 refusals write fewer than 100 lines, and the lines account for all of them', async (t) => {
  const { app, clock, knock, lines } = await build(t, { limit: 5 })
  for (let second = 0; second < 10; second++) {
    await knock(1_000)
    clock.pass(1_000)
  }
  await app.close()
  t.ok(lines().length < 100, `${lines().length} lines`)
  t.equal(lines().reduce((sum, { leftOut }) => sum + (typeof leftOut === 'number' ? leftOut : 1), 0), 10_000)
})

t.test('the user is in the later lines of a request where that is asked for, and in none otherwise', async (t) => {
  for (const user of [true, false]) {
    const { app, pool, log } = await build(t, { user })
    const headers = pool.authorization(await pool.accessToken({ sub: 'somebody' }))
    // The second time the token is remembered.
    for (const url of ['/', '/', '/admin']) await app.inject({ url, headers })
    await app.inject('/')
    const told = log.lines().filter(({ sub }) => sub === 'somebody').map(({ msg }) => msg)
    const each = ['in the handler', 'request completed']
    t.strictSame(told, user ? [...each, ...each, 'Insufficient permissions', 'request completed'] : [])
  }
})

t.test('a logger that makes no other, and a reply that is none, are let be', async (t) => {
  const pool = createTestUserPool()
  const nothing = (): void => {}
  const levels = { level: 'info', fatal: nothing, error: nothing, warn: nothing, info: nothing, debug: nothing, trace: nothing, silent: nothing }
  // Fastify makes the logger of a request itself, with these bindings.
  const logger = { ...levels, child: (bindings: object): object => 'reqId' in bindings ? levels : logger }
  const app = await buildApp(t, {
    options: { ...pool.options, log: { user: true } },
    server: { loggerInstance: logger as never },
    routes: (app) => app.get('/', { onRequest: (request, _reply, done) => app.authenticate(request, null, done) }, async () => 'in')
  })
  t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
})

t.test('bad values are refused by name', async (t) => {
  const pool = createTestUserPool()
  const cases: Array<[object | string, string]> = [
    ['info', 'option "log" is invalid: expected an object'],
    [{ level: 'info' }, 'option "log.level" is invalid'],
    [{ refusals: 'loud' }, 'option "log.refusals" is invalid: expected one of "trace", "debug", "info", "warn", "error", false, or a function, got "loud"'],
    [{ refusals: true }, 'option "log.refusals" is invalid'],
    [{ limit: 0 }, 'option "log.limit" is invalid: expected an integer from 1 to 10000, got 0'],
    [{ user: 'yes' }, 'option "log.user" is invalid: expected true or false, got "yes"']
  ]
  for (const [log, message] of cases) {
    const error = thrown(() => readPluginOptions({ ...pool.options, log }))
    t.match(error, { code: 'FST_COGNITO_OPTIONS_INVALID' })
    t.ok(error.message.includes(message), `${message}: ${error.message}`)
  }
})

function thrown (act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  return new Error('nothing was thrown')
}

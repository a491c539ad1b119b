import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize } from '../../src/index.js'
import type { RouteAuthConfig } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'in'
const admins = { groups: ['Admins'] }

function open (t: Test): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  return app
}

/** Nobody, a user and an administrator. */
async function statusesOf (app: FastifyInstance, url: string): Promise<number[]> {
  const callers = [{}, pool.authorization(await pool.accessToken()), pool.authorization(await pool.accessToken(admins))]
  const statuses: number[] = []
  for (const headers of callers) statuses.push((await app.inject({ url, headers })).statusCode)
  return statuses
}

const tightenings: Readonly<Record<string, (route: RouteOptions) => void>> = {
  'a new config': (route) => { route.config = { ...route.config, auth: admins } },
  'a member of the config': (route) => { Object.assign(route.config ?? {}, { auth: admins }) },
  'a member of the rule': (route) => { Object.assign((route.config as { auth: object }).auth, { groups: ['Admins'] }) },
  'an item of a list of the rule': (route) => { (route.config as { auth: { groups: string[] } }).auth.groups[0] = 'Admins' },
  'a hook of its own': (route) => { route.preHandler = authorize(admins) }
}

for (const [what, tighten] of Object.entries(tightenings)) {
  t.test(`a later onRoute hook that writes ${what} is obeyed, and its route alone`, async (t) => {
    const app = open(t)
    await app.register(cognitoAuth, pool.options)
    const staff = { groups: ['Staff'] }
    const config = { auth: staff }
    app.get('/other', { config }, handler)
    await app.register(async (child) => {
      child.addHook('onRoute', tighten)
      child.get('/x', { config }, handler)
    })
    const headers = pool.authorization(await pool.accessToken(staff))
    assertRefused(t, await app.inject({ url: '/x', headers }), 'FST_COGNITO_FORBIDDEN')
    t.equal((await app.inject({ url: '/other', headers })).statusCode, 200)
  })
}

t.test('config.auth tightened at run time is obeyed, twice; loosened it is not', async (t) => {
  const app = open(t)
  await app.register(cognitoAuth, pool.options)
  let config: { auth?: unknown } = {}
  app.get('/x', async (request) => { config = request.routeOptions.config; return 'in' })
  t.same(await statusesOf(app, '/x'), [200, 200, 200])
  for (const [auth, statuses] of [['required', [401, 200, 200]], [admins, [401, 403, 200]], ['required', [401, 200, 200]], ['Required', [403, 403, 403]]] as const) {
    config.auth = auth
    t.same(await statusesOf(app, '/x'), statuses, JSON.stringify(auth))
  }
  const strict = open(t)
  await strict.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  strict.get('/x', async (request) => { config = request.routeOptions.config; return 'in' })
  t.same(await statusesOf(strict, '/x'), [401, 200, 200])
  config.auth = 'public'
  t.same(await statusesOf(strict, '/x'), [401, 200, 200])
})

t.test('a rule is fixed once the application is ready: writing to it fails', async (t) => {
  const app = open(t)
  await app.register(cognitoAuth, pool.options)
  let rule: { groups: string[] } = { groups: [] }
  app.get('/x', { config: { auth: admins } }, async (request) => { rule = request.routeOptions.config.auth; return 'in' })
  t.same(await statusesOf(app, '/x'), [401, 403, 200])
  t.throws(() => { rule.groups = ['Everyone'] }, TypeError)
  t.throws(() => rule.groups.push('Everyone'), TypeError)
  t.strictSame(admins, { groups: ['Admins'] }, 'the application\'s own object is not frozen')
  t.notOk(Object.isFrozen(admins.groups))
})

t.test('a getter and a list with an iterator of its own are read once', async (t) => {
  const app = open(t)
  await app.register(cognitoAuth, pool.options)
  let reads = 0
  const config = { get auth (): RouteAuthConfig { return reads++ === 0 ? admins : 'public' } }
  const groups = Object.assign(['Admins'], { * [Symbol.iterator] () { yield 'Everyone' } })
  app.get('/getter', { config }, handler)
  app.get('/iterator', { config: { auth: { groups } } }, handler)
  app.get('/hook', { preHandler: authorize({ groups }) }, handler)
  const everyone = pool.authorization(await pool.accessToken({ groups: ['Everyone'] }))
  for (const url of ['/getter', '/iterator', '/hook']) {
    t.same(await statusesOf(app, url), [401, 403, 200], url)
    assertRefused(t, await app.inject({ url, headers: everyone }), 'FST_COGNITO_FORBIDDEN')
  }
})

t.test('only own members count: what Object.prototype was given turns nothing off', async (t) => {
  const everybody = Object.getPrototypeOf({}) as object
  Object.defineProperty(everybody, 'auth', { value: 'public', configurable: true, writable: true })
  t.teardown(() => Reflect.deleteProperty(everybody, 'auth'))
  const app = open(t)
  app.get('/early', handler)
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  app.get('/none', handler)
  app.get('/empty', { config: {} }, handler)
  app.get('/ruled', { config: { auth: admins } }, handler)
  for (const url of ['/early', '/none', '/empty']) t.same(await statusesOf(app, url), [401, 200, 200], url)
  t.same(await statusesOf(app, '/ruled'), [401, 403, 200])
  assertRefused(t, await app.inject('/nowhere'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('a rule beside config stops the start although another rule exists, unless that is the same', async (t) => {
  const beside: ReadonlyArray<[options: object, starts: boolean]> = [
    [{ auth: admins, preHandler: authenticate }, false],
    [{ auth: admins, config: { auth: 'required' } }, false],
    [{ auth: 'required', preHandler: authorize(admins) }, false],
    [{ auth: 'required', config: { auth: 'public' } }, false],
    [{ auth: 'optional' }, false],
    [{ auth: admins, config: { auth: { groups: ['Admins'] } } }, true],
    [{ auth: admins, preHandler: authorize({ groups: ['Admins'] }) }, true],
    [{ auth: 'required', preHandler: authenticate }, true],
    [{ auth: 'public' }, true], [{ auth: 'basic' }, true], [{ auth: { strategy: 'session' } }, true], [{ auth: true }, true], [{ auth: undefined }, true]
  ]
  for (const [options, starts] of beside) {
    for (const defaultAuth of ['public', 'required'] as const) {
      const app = open(t)
      await app.register(cognitoAuth, { ...pool.options, defaultAuth })
      app.get('/x', options, handler)
      if (starts) await t.resolves(async () => { await app.ready() }, JSON.stringify(options))
      else await t.rejects(async () => { await app.ready() }, { code: 'FST_COGNITO_ROUTE_INVALID', message: /an option "auth" beside config/ }, JSON.stringify(options))
    }
  }
})

/** Requirements through HTTP: what requests hold, and what the application's own checks say. */
import t from 'tap'
import { mock } from 'node:test'
import sensible from '@fastify/sensible'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { authorize, getUser } from '../../src/index.js'
import type { AuthRequirement, CognitoAuthOptions } from '../../src/index.js'
import { longestAnswer } from '../../src/time/bounded.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture } from '../support/log-capture.js'
import { sendLines } from '../support/raw-http.js'
import { assertRefused } from '../support/refusals.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool()
const headers = pool.authorization(await pool.accessToken({ sub: 'me', groups: ['Staff'], 'custom:tenant': 'acme', scopes: ['api/read'] }))

interface Scene {
  readonly app: FastifyInstance
  readonly log: LogCapture
  readonly served: () => number
}

/** One route by `config.auth`, `/tenants/:tenant`, and one by a hook, `/hook/:tenant`. */
async function guarded (t: Test, requirement: AuthRequirement, options: Partial<CognitoAuthOptions> = {}): Promise<Scene> {
  const log = captureLog()
  let served = 0
  const app = await buildApp(t, {
    options: { ...pool.options, ...options },
    server: { logger: log.logger },
    routes: (app) => {
      const handler = async (): Promise<string> => { served++; return 'in' }
      app.get('/tenants/:tenant', { config: { auth: requirement } }, handler)
      app.get('/hook/:tenant', { preHandler: authorize(requirement) }, handler)
    }
  })
  return { app, log, served: () => served }
}

const places = ['/tenants', '/hook']

t.test('a match compares the parameter as it was decoded, once and whole', async (t) => {
  const { app } = await guarded(t, { match: { 'custom:tenant': 'params.tenant' } })
  for (const place of places) {
    for (const same of ['acme', '%61cme', 'acm%65', 'acme?tenant=other']) t.equal((await app.inject({ url: `${place}/${same}`, headers })).statusCode, 200, same)
    for (const other of ['other', 'ACME', 'acme%20', 'acme%2F', '%2561cme', 'acme%00', 'acme;x', 'other?tenant=acme', 'acm']) {
      assertRefused(t, await app.inject({ url: `${place}/${other}`, headers }), 'FST_COGNITO_FORBIDDEN')
    }
    assertRefused(t, await app.inject(`${place}/acme`), 'FST_COGNITO_TOKEN_MISSING')
  }
})

t.test('a match of a later hook takes what the schema of the route has made of a parameter', async (t) => {
  const level = { type: 'integer' }
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      const schema = { params: { type: 'object', properties: { level } }, querystring: { type: 'object', properties: { level } } }
      app.get('/params/:level', { schema, preHandler: authorize({ match: { 'custom:level': 'params.level' } }) }, async () => 'in')
      app.get('/query', { schema, preHandler: authorize({ match: { 'custom:level': 'query.level' } }) }, async () => 'in')
    }
  })
  const seven = pool.authorization(await pool.accessToken({ 'custom:level': '7' }))
  for (const url of ['/params/7', '/query?level=7']) t.equal((await app.inject({ url, headers: seven })).statusCode, 200, url)
  for (const url of ['/params/8', '/params/77', '/query?level=8', '/query']) assertRefused(t, await app.inject({ url, headers: seven }), 'FST_COGNITO_FORBIDDEN')
})

t.test('a match with a query parameter that was sent twice never holds', async (t) => {
  const { app } = await guarded(t, { match: { 'custom:tenant': 'query.tenant' } })
  for (const same of ['tenant=acme', 'tenant=acm%65', 'x=1&tenant=acme']) t.equal((await app.inject({ url: `/tenants/x?${same}`, headers })).statusCode, 200, same)
  for (const other of ['', 'tenant', 'tenant=', 'tenant=acme&tenant=acme', 'tenant=acme&tenant=other', 'tenant=acme&te%6Eant=other', 'tenant[]=acme', 'tenant=acme,acme', 'Tenant=acme', 'tenant=%2561cme']) {
    assertRefused(t, await app.inject({ url: `/tenants/acme?${other}`, headers }), 'FST_COGNITO_FORBIDDEN')
  }
})

t.test('a match with a header that was sent twice never holds', async (t) => {
  const { app } = await guarded(t, { match: { 'custom:tenant': 'headers.X-Tenant' } })
  const send = async (...lines: string[]): Promise<number> => (await sendLines(app, '/tenants/x', [`Authorization: ${headers.authorization}`, ...lines])).statusCode
  t.equal(await send('x-tenant: acme'), 200)
  t.equal(await send('X-TENANT: acme'), 200)
  t.equal(await send('X-Tenant: acme', 'x-tenant: acme'), 403)
  t.equal(await send('X-Tenant: acme', 'x-tenant: other'), 403)
  t.equal(await send('X-Tenant: other'), 403)
  t.equal(await send('X-Tenant:'), 403)
  t.equal(await send(), 403)
})

t.test('a check is asked last, on every request, with the user and the request', async (t) => {
  const asked: unknown[] = []
  const { app } = await guarded(t, {
    groups: ['Staff'],
    check: async (user, request) => {
      asked.push([user.sub, request.url])
      return request.url.endsWith('/acme')
    }
  })
  for (let request = 0; request < 2; request++) t.equal((await app.inject({ url: '/tenants/acme', headers })).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/hook/other', headers }), 'FST_COGNITO_FORBIDDEN')
  t.strictSame(asked, [['me', '/tenants/acme'], ['me', '/tenants/acme'], ['me', '/hook/other']])
  assertRefused(t, await app.inject({ url: '/tenants/acme', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_FORBIDDEN')
  assertRefused(t, await app.inject('/tenants/acme'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal(asked.length, 3, 'nobody was asked about a user whom data refuses')
})

t.test('anything but true refuses', async (t) => {
  for (const answer of [false, undefined, null, 0, 1, '', 'true', {}, [], [true], () => true]) {
    for (const check of [() => answer, async () => answer]) {
      const { app, log, served } = await guarded(t, { check: check as () => boolean })
      assertRefused(t, await app.inject({ url: '/tenants/x', headers }), 'FST_COGNITO_FORBIDDEN')
      assertRefused(t, await app.inject({ url: '/hook/x', headers }), 'FST_COGNITO_FORBIDDEN')
      t.equal(served(), 0)
      t.match(log.where('reason', 'check'), [{ level: 30, expected: ['a function'] }, { level: 30 }])
    }
  }
})

t.test('an error of a check with a status of a client is the answer, as it is', async (t) => {
  const hidden = sensible.httpErrors.notFound('There is no such tenant')
  for (const check of [() => { throw hidden }, async () => { throw hidden }]) {
    const { app, log, served } = await guarded(t, { check })
    for (const place of places) {
      const answer = await app.inject({ url: `${place}/x`, headers })
      t.strictSame(answer.json(), { statusCode: 404, error: 'Not Found', message: 'There is no such tenant' })
      t.equal(answer.headers['www-authenticate'], undefined)
    }
    t.equal(served(), 0)
    t.equal(log.where('reason', 'check').length, 2)
  }
  const { app } = await guarded(t, { check: (_user, request) => getUser({ ...request, user: null, server: request.server, log: request.log }).sub === '' })
  assertRefused(t, await app.inject({ url: '/tenants/x', headers }), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('a check that fails is a 503, logged with its error', async (t) => {
  const down = new Error('the database is down')
  const odd = Object.assign(new Error('odd'), { statusCode: 404, then: (done: (value: boolean) => void) => done(true) })
  const failures: ReadonlyArray<readonly [check: () => unknown, logged: RegExp]> = [
    [() => { throw down }, /the database is down/],
    [() => Promise.reject(down), /the database is down/],
    [() => { throw Object('text') }, /text/],
    [() => { throw Object.assign(new Error('upstream'), { statusCode: 502 }) }, /upstream/],
    [() => { throw Object.assign(new Error('moved'), { statusCode: 302 }) }, /moved/],
    [() => { throw odd }, /odd/],
    [() => new Proxy({}, { get: (_target, name) => (name === 'then' ? () => { throw down } : undefined) }), /the database is down/]
  ]
  for (const [check, logged] of failures) {
    const { app, log, served } = await guarded(t, { check: check as () => boolean })
    for (const place of places) assertRefused(t, await app.inject({ url: `${place}/x`, headers }), 'FST_COGNITO_UNAVAILABLE')
    t.equal(served(), 0)
    const [line, ...others] = log.where('reason', 'check')
    t.match(line, { level: 50, code: 'FST_COGNITO_UNAVAILABLE' })
    t.match(JSON.stringify(line?.err), logged)
    t.equal(others.length, 1)
  }
})

t.test('a check that never answers is waited for no longer than its bound', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  let asked = (): void => {}
  const wasAsked = new Promise<void>((resolve) => { asked = resolve })
  const { app, served } = await guarded(t, { check: () => { asked(); return new Promise(() => {}) } })
  const answer = app.inject({ url: '/tenants/x', headers })
  await wasAsked
  // The clock of the bound starts after the function has returned.
  await Promise.resolve()
  mock.timers.tick(longestAnswer)
  assertRefused(t, await answer, 'FST_COGNITO_UNAVAILABLE')
  t.equal(served(), 0)
})

t.test('of alternatives the checks are asked in order, and only where no data and no earlier check lets in', async (t) => {
  const asked: string[] = []
  const says = (name: string, answer: () => boolean) => async (): Promise<boolean> => { asked.push(name); return answer() }
  const notFound = (): never => { throw sensible.httpErrors.notFound() }
  const down = (): never => { throw new Error('down') }
  const yes = () => true
  const no = () => false
  const table: ReadonlyArray<readonly [requirement: AuthRequirement, status: number, asked: readonly string[]]> = [
    [{ anyOf: [{ check: says('a', no) }, { groups: ['Staff'] }] }, 200, []],
    [{ anyOf: [{ check: says('a', yes) }, { check: says('b', yes) }] }, 200, ['a']],
    [{ anyOf: [{ check: says('a', no) }, { check: says('b', yes) }], check: says('c', yes) }, 200, ['a', 'b', 'c']],
    [{ anyOf: [{ check: says('a', yes) }], check: says('c', no) }, 403, ['a', 'c']],
    [{ anyOf: [{ check: says('a', no) }, { check: says('b', no) }], check: says('c', yes) }, 403, ['a', 'b']],
    [{ anyOf: [{ groups: ['Admins'], check: says('a', yes) }, { check: says('b', yes) }] }, 200, ['b']],
    [{ anyOf: [{ groups: ['Admins'], check: says('a', yes) }, { groups: ['Others'] }] }, 403, []],
    [{ anyOf: [{ anyOf: [{ check: says('a', no) }, { check: says('b', yes) }] }, { check: says('c', yes) }] }, 200, ['a', 'b']],
    [{ anyOf: [{ check: says('a', notFound) }, { groups: ['Admins'] }] }, 404, ['a']],
    [{ anyOf: [{ check: says('a', notFound) }, { check: says('b', yes) }] }, 200, ['a', 'b']],
    [{ anyOf: [{ check: says('a', notFound) }, { check: says('b', down) }, { check: says('c', no) }] }, 503, ['a', 'b', 'c']],
    [{ anyOf: [{ check: says('a', down) }, { check: says('b', yes) }] }, 200, ['a', 'b']],
    [{ anyOf: [{ check: says('a', no) }, { maxAge: 1, groups: ['Admins'] }] }, 403, ['a']],
    [{ anyOf: [{ check: says('a', no) }, { anyOf: [{ check: says('b', notFound) }] }] }, 404, ['a', 'b']],
    [{ groups: ['Admins'], anyOf: [{ check: says('a', yes) }] }, 403, []]
  ]
  for (const [index, [requirement, status, expected]] of table.entries()) {
    const { app } = await guarded(t, requirement)
    asked.length = 0
    t.equal((await app.inject({ url: '/tenants/x', headers })).statusCode, status, String(index))
    t.strictSame(asked, expected, String(index))
  }
})

t.test('a sign-in that is too old is a 401 that asks for a new one, and a new one is let in', async (t) => {
  const clock = createTestClock()
  const now = Math.floor(clock.now() / 1000)
  const app = await buildApp(t, {
    options: pool.options,
    clock,
    routes: (app) => {
      app.get('/config', { config: { auth: { maxAge: 300 } } }, async () => 'in')
      app.get('/hook', { preHandler: authorize({ groups: ['Staff'], maxAge: 60 }) }, async () => 'in')
      app.get('/either', { config: { auth: { anyOf: [{ check: () => false }, { groups: ['Staff'], maxAge: 60 }] } } }, async () => 'in')
    }
  })
  const token = async (signedInAt: unknown) => pool.authorization(await pool.accessToken({ groups: ['Staff'], iat: now, exp: now + 3_600, auth_time: signedInAt }))
  const fresh = await token(now)
  for (const url of ['/config', '/hook', '/either']) t.equal((await app.inject({ url, headers: fresh })).statusCode, 200, url)
  clock.pass(61_000)
  t.equal((await app.inject({ url: '/config', headers: fresh })).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/hook', headers: fresh }), 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="60"')
  assertRefused(t, await app.inject({ url: '/either', headers: fresh }), 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="60"')
  clock.pass(240_000)
  assertRefused(t, await app.inject({ url: '/config', headers: fresh }), 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="300"')
  t.equal((await app.inject({ url: '/config', headers: await token(now + 300) })).statusCode, 200)
  for (const signedInAt of [String(now + 300), null, [now + 300], { now }, (now + 300) * 1_000]) {
    assertRefused(t, await app.inject({ url: '/config', headers: await token(signedInAt) }), 'FST_COGNITO_REAUTHENTICATION_REQUIRED', ', max_age="300"')
  }
  const nobody = pool.authorization(await pool.accessToken({ iat: now, exp: now + 3_600, auth_time: now }))
  assertRefused(t, await app.inject({ url: '/hook', headers: nobody }), 'FST_COGNITO_FORBIDDEN')
})

t.test('the challenge of a 403 names the scopes that would do, and none where they alone would not', async (t) => {
  const table: ReadonlyArray<readonly [requirement: AuthRequirement, scope: string]> = [
    [{ scopes: { any: ['api/write', 'api/admin'] } }, ', scope="api/write"'],
    [{ anyOf: [{ groups: ['Admins'] }, { scopes: ['api/write'] }] }, ', scope="api/write"'],
    [{ scopes: ['api/write'], groups: ['Admins'] }, ''],
    [{ groups: ['Admins'] }, ''],
    [{ scopes: ['api/read'], check: () => false }, ''],
    [{ anyOf: [{ check: () => false }, { scopes: ['api/write'] }] }, ', scope="api/write"'],
    [{ anyOf: [{ anyOf: [{ check: () => false }, { groups: ['Admins'] }] }, { groups: ['Admins'] }] }, ''],
    [{ scopes: ['api/read'], anyOf: [{ check: () => false }, { groups: ['Admins'], scopes: ['api/write'] }] }, ''],
    [{ anyOf: [{ anyOf: [{ check: () => false }], scopes: ['api/read'] }, { scopes: { any: ['api/admin'] } }] }, ', scope="api/admin"'],
    [{ anyOf: [{ scopes: ['api/read'], check: () => false }, { scopes: ['api/write'], check: () => true }] }, ', scope="api/write"']
  ]
  for (const [requirement, scope] of table) {
    const { app } = await guarded(t, requirement)
    for (const place of places) assertRefused(t, await app.inject({ url: `${place}/x`, headers }), 'FST_COGNITO_FORBIDDEN', scope)
  }
})

t.test('the log names the claim and the place, and no value of either', async (t) => {
  for (const [requirement, expected] of [
    [{ claims: { 'custom:tenant': 'SECRET' } }, ['custom:tenant']],
    [{ match: { 'custom:tenant': 'params.tenant' } }, ['custom:tenant = params.tenant']],
    [
      { anyOf: [{ claims: { 'custom:tenant': 'SECRET' } }, { anyOf: [{ groups: ['Admins'], claims: { tier: ['SECRET'] } }] }] },
      [{ claims: ['custom:tenant'] }, { anyOf: [{ groups: ['Admins'], claims: ['tier'] }] }]
    ]
  ] as const) {
    const { app, log } = await guarded(t, requirement)
    t.equal((await app.inject({ url: '/tenants/elsewhere', headers })).statusCode, 403)
    const [line] = log.lines().filter((each) => 'reason' in each)
    t.strictSame(line?.expected, expected)
    t.notMatch(JSON.stringify({ ...line, req: null }), /SECRET|acme|elsewhere/)
  }
})

t.test('mutation of a requirement after its declaration changes nothing', async (t) => {
  const requirement = { groups: ['Admins'], claims: { 'custom:tenant': ['other'] } }
  const { app } = await guarded(t, requirement)
  requirement.groups.push('Staff')
  requirement.claims['custom:tenant'].push('acme')
  for (const place of places) assertRefused(t, await app.inject({ url: `${place}/x`, headers }), 'FST_COGNITO_FORBIDDEN')
  t.match(app.cognitoAuth.routes()[0]?.requirements, [{ groups: ['Admins'], claims: { 'custom:tenant': ['other'] } }])
})

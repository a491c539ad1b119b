import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'LEAK'

/** Applications that must not start, each by its mistake; the routes are `/open` and `/guarded`. */
const refusedStarts: Readonly<Record<string, (app: FastifyInstance) => void>> = {
  'a rule beside config': (app) => {
    void app.register(cognitoAuth, pool.options)
    app.get('/guarded', Object.assign({}, { auth: 'required' }) as object, handler)
  },
  'a client id that is undefined': (app) => {
    void app.register(cognitoAuth, { userPoolId: pool.userPoolId, clientId: undefined, defaultAuth: 'required' } as unknown as CognitoAuthOptions)
    app.get('/guarded', handler)
  },
  'a user of another plugin': (app) => {
    app.decorateRequest('user', null)
    void app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
    app.get('/guarded', { config: { auth: 'required' } }, handler)
  },
  'another plugin that fails before this one is reached': (app) => {
    void app.register(async () => { throw new Error('no database') })
    void app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
    app.get('/guarded', handler)
  },
  'a rule on a route that the registration does not cover': (app) => {
    void app.register(async (child) => { await child.register(cognitoAuth, pool.options) })
    app.get('/guarded', { config: { auth: { groups: ['Admins'] } } }, handler)
  }
}

/** Asks as an adapter does that hands requests to the router itself; before the start is complete Fastify may throw. */
async function route (app: FastifyInstance, url: string): Promise<number> {
  const other = Fastify()
  // Another application's inject makes the request; its handler gives it to the router under test.
  other.get('/*', (request, reply) => {
    reply.hijack()
    try {
      app.routing(request.raw, reply.raw)
    } catch {
      reply.raw.writeHead(500).end()
    }
  })
  return (await other.inject(url)).statusCode
}

async function assertNobodyIsServed (t: Test, app: FastifyInstance): Promise<void> {
  const token = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
  for (const url of ['/guarded', '/open']) {
    for (const headers of [{}, token]) {
      const statuses = [0, 0]
      for (const again of statuses.keys()) statuses[again] = await app.inject({ url, headers }).then(({ statusCode }) => statusCode, () => 500)
      t.ok(statuses.every((status) => status >= 400), `inject ${url}: ${statuses.join()}`)
    }
    const status = await route(app, url)
    t.ok(status >= 400, `routing ${url}: ${status}`)
  }
}

for (const [mistake, declare] of Object.entries(refusedStarts)) {
  t.test(`a start refused for ${mistake} stays refused, however it is driven on`, async (t) => {
    const log = captureLog()
    const app = Fastify({ logger: log.logger })
    declare(app)
    app.get('/open', handler)
    await t.rejects(async () => { await app.ready() })
    await assertNobodyIsServed(t, app)
    t.ok(log.where('reason', 'start').length > 0, 'the log says why')
    t.notMatch(log.text(), /LEAK/)
  })
}

t.test('the routes of a context in which a registration has failed are refused, also where the failure was caught', async (t) => {
  const log = captureLog()
  const app = Fastify({ logger: log.logger })
  t.teardown(() => app.close())
  void app.register(cognitoAuth, { ...pool.options, realm: '', defaultAuth: 'required' })
  app.after((error) => { t.match(error, { code: 'FST_COGNITO_OPTIONS_INVALID' }) })
  app.get('/guarded', handler)
  await app.ready()
  t.equal((await app.inject('/guarded')).statusCode, 503)
  t.equal(log.where('reason', 'uncovered').length, 1)
})

t.test('before the start is complete nothing is served', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.get('/open', handler)
  app.get('/guarded', { config: { auth: 'required' } }, handler)
  for (const url of ['/open', '/guarded']) t.ok(await route(app, url) >= 400)
  await app.ready()
  t.equal(await route(app, '/open'), 200)
  t.equal(await route(app, '/guarded'), 401)
})

t.test('an application without the plugin is served as ever once it has started', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/open', { config: Object.assign({}, { auth: { strategy: 'session' } }) as object }, async () => 'open')
  t.equal((await app.inject('/open')).body, 'open')
  t.equal((await app.inject('/nowhere')).statusCode, 404)
})

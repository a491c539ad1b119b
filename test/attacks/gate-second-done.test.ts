import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize } from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'

const pool = createTestUserPool()

/** A hook that calls `done` and returns a promise as well, so that Fastify moves on twice. */
const twice: onRequestHookHandler = (_request, _reply, done) => {
  done()
  return Promise.resolve()
}

interface Scene {
  readonly app: FastifyInstance
  readonly log: ReturnType<typeof captureLog>
  ran (): number
}

async function build (t: Test, options: Partial<CognitoAuthOptions>, route: object, position: 'onRequest' | 'preValidation' | 'preHandler'): Promise<Scene> {
  const log = captureLog()
  const app = Fastify({ logger: log.logger })
  t.teardown(() => app.close())
  let ran = 0
  // Before the plugin, so that the second call passes over its pending verification.
  app.addHook(position, twice)
  await app.register(cognitoAuth, { ...pool.options, ...options })
  app.get('/x', route, async () => { ran++; return 'SECRET' })
  await app.ready()
  return { app, log, ran: () => ran }
}

/** A token of the pool's form whose signature is wrong: it is not refused before a key has been looked for. */
async function forgedToken (): Promise<string> {
  const token = await pool.accessToken({ groups: ['Admins'] })
  const [header, payload, signature = ''] = token.split('.')
  return [header, payload, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)].join('.')
}

const protections: ReadonlyArray<[what: string, options: Partial<CognitoAuthOptions>, route: object, position: 'onRequest' | 'preValidation' | 'preHandler']> = [
  ['config', {}, { config: { auth: 'required' } }, 'onRequest'],
  ['a requirement', {}, { config: { auth: { groups: ['Admins'] } } }, 'onRequest'],
  ['default-deny', { defaultAuth: 'required' }, {}, 'onRequest'],
  ['an optional rule', {}, { config: { auth: 'optional' } }, 'onRequest'],
  ['an onRequest hook', {}, { onRequest: authenticate }, 'onRequest'],
  ['a preValidation hook', {}, { preValidation: [authorize({ groups: ['Admins'] })] }, 'preValidation'],
  ['a preHandler hook', {}, { preHandler: authenticate }, 'preHandler']
]

for (const [what, options, route, position] of protections) {
  t.test(`a hook that calls done twice brings no forged token past ${what}`, async (t) => {
    const { app, log, ran } = await build(t, options, route, position)
    const answer = await app.inject({ url: '/x', headers: pool.authorization(await forgedToken()) })
    t.ok(answer.statusCode >= 400, `answered ${answer.statusCode}`)
    t.notMatch(answer.body, /SECRET/)
    t.equal(ran(), 0, 'the handler has not run')
    t.match(log.where('reason', 'unjudged'), [{ level: 50, code: 'FST_COGNITO_UNAVAILABLE' }])
  })
}

t.test('a hook that calls done twice costs a good token an answer the first time, and nothing once it is remembered', async (t) => {
  const { app } = await build(t, {}, { config: { auth: 'required' } }, 'onRequest')
  const token = await pool.accessToken()
  const headers = pool.authorization(token)
  t.equal((await app.inject({ url: '/x', headers })).statusCode, 503)
  await app.cognitoAuth.verify(token)
  t.equal((await app.inject({ url: '/x', headers })).statusCode, 200)
})

t.test('a handler that a later onRoute hook puts there is behind the last look too', async (t) => {
  const log = captureLog()
  const app = Fastify({ logger: log.logger })
  t.teardown(() => app.close())
  app.addHook('onRequest', twice)
  app.addHook('onRoute', (route: RouteOptions) => {
    const { handler } = route
    if (route.url === '/replaced') route.handler = async () => 'SECRET'
    if (route.url === '/wrapped') route.handler = function (request, reply) { return handler.call(this, request, reply) }
  })
  await app.register(cognitoAuth, pool.options)
  for (const url of ['/replaced', '/wrapped']) app.get(url, { config: { auth: 'required' } }, async () => 'SECRET')
  await app.ready()
  for (const url of ['/replaced', '/wrapped']) {
    const token = await pool.accessToken()
    await app.cognitoAuth.verify(token)
    t.notMatch((await app.inject({ url, headers: pool.authorization(await forgedToken()) })).body, /SECRET/)
    t.equal((await app.inject({ url, headers: pool.authorization(token) })).body, 'SECRET', 'a remembered token')
  }
})

t.test('a reply that was hijacked, timed out or aborted while the token is verified never reaches the handler for a forged one', async (t) => {
  const slow = { isRevoked: async () => { await new Promise((resolve) => { setImmediate(resolve) }); return true } }
  const ways: Readonly<Record<string, (app: FastifyInstance) => void>> = {
    hijack: (app) => app.addHook('onRequest', (_request, reply, done) => {
      setImmediate(() => { reply.hijack(); reply.raw.end('hijacked') })
      done()
    }),
    abort: (app) => app.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
      setImmediate(() => request.raw.destroy())
      done()
    })
  }
  for (const [way, add] of Object.entries(ways)) {
    const app = Fastify()
    t.teardown(() => app.close())
    let ran = 0
    add(app)
    await app.register(cognitoAuth, { ...pool.options, ...slow })
    app.get('/x', { config: { auth: 'required' }, handlerTimeout: 1_000 }, async () => { ran++; return 'SECRET' })
    const answer = await app.inject({ url: '/x', headers: pool.authorization(await pool.accessToken()) }).catch(() => ({ body: '' }))
    t.notMatch(answer.body, /SECRET/, way)
    t.equal(ran, 0, way)
  }
})

import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify'
import { Readable } from 'node:stream'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize } from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'
import { createLatch } from '../support/latch.js'

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

/** What a hook of the application answers by itself, as a cache or a page of its own would. */
const answers: Readonly<Record<string, (reply: FastifyReply) => unknown>> = {
  'a text': (reply) => reply.send('SECRET'),
  'a stream': (reply) => reply.type('text/plain').send(Readable.from(['SECRET'])),
  'a page with a status of its own': (reply) => reply.code(201).send({ page: 'SECRET' }),
  'a redirection': (reply) => reply.redirect('/SECRET')
}

for (const [what, answer] of Object.entries(answers)) {
  t.test(`a hook behind ours that answers with ${what} does not answer a forged token after a second done`, async (t) => {
    const log = captureLog()
    const app = Fastify({ logger: log.logger })
    t.teardown(() => app.close())
    app.addHook('onRequest', twice)
    await app.register(cognitoAuth, pool.options)
    app.addHook('preHandler', async (_request, reply) => answer(reply))
    app.get('/x', { config: { auth: 'required' } }, async () => 'SECRET')
    app.get('/hook', { onRequest: authenticate }, async () => 'SECRET')
    app.get('/checked', { config: { auth: { check: async () => false } } }, async () => 'SECRET')
    await app.ready()
    const good = await pool.accessToken()
    for (const [url, token] of [['/x', await forgedToken()], ['/hook', await forgedToken()], ['/checked', good]] as const) {
      const before = log.where('reason', 'unjudged').length
      const { statusCode, body, headers } = await app.inject({ url, headers: pool.authorization(token) })
      t.equal(statusCode, 503, url)
      t.notMatch(body + String(headers.location), /SECRET/, url)
      t.match(log.where('reason', 'unjudged').slice(before), [{ level: 50, code: 'FST_COGNITO_UNAVAILABLE', msg: /a hook has replied.*done twice/ }])
    }
    await app.cognitoAuth.verify(good)
    const remembered = await app.inject({ url: '/x', headers: pool.authorization(good) })
    t.match(remembered.body + String(remembered.headers.location), /SECRET/, 'a remembered token')
  })
}

t.test('an error of the application may be sent while a token is being verified, and nothing runs after it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const latch = createLatch()
  let ran = 0
  app.addHook('onRequest', (_request, reply, done) => {
    setImmediate(() => {
      void reply.code(504).send({ sorry: 'too slow' })
      latch.open()
    })
    done()
  })
  await app.register(cognitoAuth, { ...pool.options, isRevoked: async () => { await latch.opened; return false } })
  app.get('/x', { config: { auth: 'required' } }, async () => { ran++; return 'SECRET' })
  const answer = await app.inject({ url: '/x', headers: pool.authorization(await pool.accessToken()) })
  t.equal(answer.statusCode, 504)
  t.strictSame(answer.json(), { sorry: 'too slow' })
  t.equal(ran, 0)
})

t.test('handlerTimeout fires while a token is being verified: 503, and the handler does not run afterwards', async (t) => {
  for (const isRevoked of [true, false]) {
    const app = Fastify()
    t.teardown(() => app.close())
    const latch = createLatch()
    let ran = 0
    let asked = 0
    await app.register(cognitoAuth, { ...pool.options, isRevoked: async () => { asked++; await latch.opened; return isRevoked } })
    app.get('/x', { config: { auth: 'required' }, handlerTimeout: 1 }, async () => { ran++; return 'SECRET' })
    const token = await pool.accessToken()
    // Of a remembered token `isRevoked` is asked before any timer can fire.
    await app.ready()
    await app.cognitoAuth.verify(token)
    const answer = await app.inject({ url: '/x', headers: pool.authorization(token) })
    t.equal(answer.statusCode, 503)
    t.equal(answer.json<{ code: string }>().code, 'FST_ERR_HANDLER_TIMEOUT')
    t.equal(asked, 1, 'it was being verified')
    latch.open()
    // The verdict, and whatever Fastify makes of it, comes before the next turn of the event loop is over.
    await new Promise((resolve) => { setImmediate(resolve) })
    t.equal(ran, 0)
  }
})

t.test('a reply that was hijacked or aborted while the token is verified never reaches the handler for a forged one', async (t) => {
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
    app.get('/x', { config: { auth: 'required' } }, async () => { ran++; return 'SECRET' })
    const answer = await app.inject({ url: '/x', headers: pool.authorization(await pool.accessToken()) }).catch(() => ({ body: '' }))
    t.notMatch(answer.body, /SECRET/, way)
    t.equal(ran, 0, way)
  }
})

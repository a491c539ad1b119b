import { inspect } from 'node:util'
import t from 'tap'
import Fastify from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import cognitoAuth, { isCognitoAuthError } from '../../src/index.js'
import type { CognitoAuthErrorCode } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { refusals } from '../support/refusals.js'

const pool = createTestUserPool()

type ErrorHandler = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => unknown

/** Handlers as applications write them; none of them thinks of the challenge. */
const handlers: Record<string, ErrorHandler> = {
  'that replies by hand': (error, _request, reply) => { void reply.code(error.statusCode ?? 500).send({ problem: error.code }) },
  'that returns a reply of its own': (error, _request, reply) => reply.code(error.statusCode ?? 500).type('application/problem+json').send(JSON.stringify({ problem: error.code })),
  'that is async': async (error, _request, reply) => {
    await Promise.resolve()
    void reply.code(error.statusCode ?? 500)
    return { problem: error.code }
  },
  'that sends the error on': (error, _request, reply) => { void reply.send(error) },
  'that throws the error again': (error) => { throw error },
  'that copies the error': (error, _request, reply) => { void reply.code(error.statusCode ?? 500).send({ ...error, problem: error.code }) }
}

/** Where a handler can stand. */
const places: Record<string, (app: FastifyInstance, handler: ErrorHandler, declare: (app: FastifyInstance, own?: ErrorHandler) => void) => Promise<void>> = {
  'the root, before the plugin': async (app, handler, declare) => {
    app.setErrorHandler(handler)
    await app.register(cognitoAuth, pool.options)
    declare(app)
  },
  'the root, after the plugin': async (app, handler, declare) => {
    await app.register(cognitoAuth, pool.options)
    app.setErrorHandler(handler)
    declare(app)
  },
  'a child context': async (app, handler, declare) => {
    await app.register(cognitoAuth, pool.options)
    await app.register(async (child) => {
      child.setErrorHandler(handler)
      declare(child)
    })
  },
  'a child context made before the plugin': async (app, handler, declare) => {
    await app.register(async (child) => {
      child.setErrorHandler(handler)
      declare(child)
    })
    await app.register(cognitoAuth, pool.options)
  },
  'the route': async (app, handler, declare) => {
    await app.register(cognitoAuth, pool.options)
    declare(app, handler)
  }
}

function declare (app: FastifyInstance, errorHandler?: ErrorHandler): void {
  const own = errorHandler === undefined ? {} : { errorHandler: (error: FastifyError, request: unknown, reply: unknown) => { errorHandler(error, request as FastifyRequest, reply as FastifyReply) } }
  app.get('/guarded', { ...own, config: { auth: { scopes: ['api/write'] } } }, async () => 'in')
}

async function requests (): Promise<ReadonlyArray<readonly [code: CognitoAuthErrorCode, headers: Record<string, string>, scope?: string]>> {
  const past = Math.floor(Date.now() / 1000) - 600
  return [
    ['FST_COGNITO_TOKEN_MISSING', {}],
    ['FST_COGNITO_REQUEST_INVALID', { authorization: 'Bearer' }],
    ['FST_COGNITO_TOKEN_INVALID', { authorization: 'Bearer a.b.c' }],
    ['FST_COGNITO_TOKEN_EXPIRED', pool.authorization(await pool.accessToken({ iat: past - 300, exp: past }))],
    ['FST_COGNITO_FORBIDDEN', pool.authorization(await pool.accessToken()), ', scope="api/write"']
  ]
}

for (const [where, arrange] of Object.entries(places)) {
  for (const [says, handler] of Object.entries(handlers)) {
    // A route's own handler is typed to return nothing, so what it returns is not an answer.
    if (where === 'the route' && says === 'that is async') continue
    t.test(`an error handler ${says}, set on ${where}, keeps status, code and challenge`, async (t) => {
      const app = Fastify()
      t.teardown(() => app.close())
      await arrange(app, handler, declare)
      for (const [code, headers, scope = ''] of await requests()) {
        const answer = await app.inject({ url: '/guarded', headers })
        t.equal(answer.statusCode, refusals[code].statusCode, code)
        t.equal(answer.headers['www-authenticate'], `${refusals[code].challenge}${scope}`, code)
        t.match(answer.body, code)
      }
      const good = await app.inject({ url: '/guarded', headers: pool.authorization(await pool.accessToken({ scopes: ['api/write'] })) })
      t.equal(good.body, 'in')
    })
  }
}

t.test('an error handler never gets the token, nor any part of it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const seen: unknown[] = []
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    seen.push(error)
    void reply.send(error)
  })
  await app.register(cognitoAuth, pool.options)
  declare(app)
  for (const [code, headers] of await requests()) {
    seen.length = 0
    await app.inject({ url: '/guarded', headers })
    t.match(seen, [{ code }])
    t.equal(seen.filter(isCognitoAuthError).length, 1, 'it can be told from other errors')
    const shown = inspect(seen, { depth: 20, showHidden: true, getters: true })
    for (const part of (headers.authorization ?? '').slice(7).split('.')) {
      if (part.length > 1) t.notMatch(shown, part.slice(0, 20), `${code}: no part of the token`)
    }
    t.notMatch(JSON.stringify(seen), 'reason', 'why it was refused is for the log')
  }
})

t.test('an outage keeps its Retry-After, by hand too', async (t) => {
  const down = createTestUserPool({ userPoolId: 'us-east-1_Down' })
  down.goDown()
  for (const [says, handler] of Object.entries(handlers)) {
    const app = Fastify()
    t.teardown(() => app.close())
    app.setErrorHandler(handler)
    await app.register(cognitoAuth, down.options)
    declare(app)
    const answer = await app.inject({ url: '/guarded', headers: down.authorization(await down.accessToken()) })
    t.equal(answer.statusCode, 503, says)
    t.match(answer.headers['retry-after'], /^[1-9]\d*$/)
    t.equal(answer.headers['www-authenticate'], undefined)
  }
})

t.test('an error of the application\'s own gets no challenge', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.setErrorHandler((error: FastifyError, _request, reply) => { void reply.code(error.statusCode ?? 500).send({ problem: error.message }) })
  await app.register(cognitoAuth, pool.options)
  app.get('/', { config: { auth: 'required' } }, async () => {
    throw Object.assign(new Error('no such thing'), { statusCode: 401, headers: { 'www-authenticate': 'Another realm="x"' } })
  })
  const answer = await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })
  t.equal(answer.statusCode, 401)
  t.equal(answer.headers['www-authenticate'], undefined)
})

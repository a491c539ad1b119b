import t from 'tap'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authenticate, authorize, getUser, optionalAuth } from '../../src/index.js'
import type { AuthHook, CognitoAuthOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool()

/** Runs a hook as a handler may: to its `done`, once. */
function run (hook: AuthHook, request: FastifyRequest): Promise<Error | undefined> {
  return new Promise((resolve) => hook(request, null, resolve))
}

/** Options that count how often a request is authenticated: `isRevoked` is asked once for each time. */
function counting (options: Partial<CognitoAuthOptions> = {}): { options: CognitoAuthOptions, asked: () => number } {
  let asked = 0
  return {
    asked: () => asked,
    options: { ...pool.options, ...options, isRevoked: async () => { asked++; return false } }
  }
}

t.test('a request is authenticated once, however many hooks ask one after the other', async (t) => {
  const { options, asked } = counting({ defaultAuth: 'required' })
  const app = await buildApp(t, {
    options,
    routes: (app) => {
      const hooks = { onRequest: [authenticate, optionalAuth], preValidation: authorize({ tokenUse: 'access' }), preHandler: [authenticate, authenticate] }
      app.get('/', hooks, async (request) => getUser(request).sub)
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  t.equal(asked(), 1)
  t.equal((await app.inject({ url: '/', headers })).statusCode, 200)
  t.equal(asked(), 2, 'the next request is asked for again, though its token is remembered')
})

t.test('a request is authenticated once, however many hooks ask at the same time', async (t) => {
  const { options, asked } = counting()
  const app = await buildApp(t, {
    options,
    routes: (app) => {
      app.get('/', async (request) => {
        const errors = await Promise.all([run(authenticate, request), run(optionalAuth, request), run(authorize({ groups: ['Admins'] }), request)])
        return errors.map((error) => (error === undefined ? 'in' : error.message))
      })
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  t.strictSame((await app.inject({ url: '/', headers })).json(), ['in', 'in', 'Insufficient permissions'])
  t.equal(asked(), 1)
})

t.test('a request that is refused is refused and logged once, however many hooks ask', async (t) => {
  const log = captureLog()
  const app = await buildApp(t, {
    options: { ...pool.options, isRevoked: async () => true },
    server: { logger: log.logger },
    routes: (app) => {
      app.get('/', async (request) => {
        const together = await Promise.all([run(authenticate, request), run(optionalAuth, request)])
        const later = await run(authenticate, request)
        const [first] = together
        return { same: [...together, later].every((error) => error === first), code: Reflect.get(Object(first), 'code'), user: request.user }
      })
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  t.strictSame((await app.inject({ url: '/', headers })).json(), { same: true, code: 'FST_COGNITO_TOKEN_REVOKED', user: null })
  t.equal(log.where('reason', 'revoked').length, 1)
})

t.test('missing credentials pass an optional hook even after a required one has refused them', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      app.get('/', async (request) => [await run(authenticate, request), await run(optionalAuth, request)].map((error) => error?.message ?? 'in'))
    }
  })
  t.strictSame((await app.inject('/')).json(), ['Not authenticated', 'in'])
})

t.test('a lacking right is no bad token: another hook may be content with the user', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      app.get('/', async (request) => {
        const errors = [await run(authorize({ groups: ['Admins'] }), request), await run(authenticate, request)]
        return { errors: errors.map((error) => error?.message ?? 'in'), username: getUser(request).username }
      })
    }
  })
  const headers = pool.authorization(await pool.accessToken())
  t.strictSame((await app.inject({ url: '/', headers })).json(), { errors: ['Insufficient permissions', 'in'], username: 'test-user' })
})

t.test('a remembered token is judged synchronously, a new one is not', async (t) => {
  const app = await buildApp(t, {
    options: pool.options,
    routes: (app) => {
      app.get('/', async (request) => {
        let calls = 0
        authenticate(request, null, () => { calls++ })
        const atOnce = calls
        await new Promise((resolve) => setImmediate(resolve))
        return atOnce
      })
    }
  })
  await app.cognitoAuth.verify(await pool.accessToken())
  const headers = pool.authorization(await pool.accessToken())
  t.equal((await app.inject({ url: '/', headers })).body, '0')
  await app.cognitoAuth.verify(headers.authorization.slice('Bearer '.length))
  t.equal((await app.inject({ url: '/', headers })).body, '1')
  t.equal((await app.inject('/')).body, '1', 'what is missing is known at once')
})

t.test('concurrent requests with one new token share its verification and each get the user', async (t) => {
  let mapped = 0
  const app = await buildApp(t, {
    options: { ...pool.options, mapUser: (user) => { mapped++; return user } },
    routes: (app) => { app.get('/', { preHandler: authenticate }, async (request) => getUser(request).sub) }
  })
  const headers = pool.authorization(await pool.accessToken({ sub: 'shared' }))
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.inject({ url: '/', headers })))
  t.ok(answers.every(({ statusCode, body }) => statusCode === 200 && body === 'shared'))
  t.equal(mapped, 1)
})

t.test('a remembered token is refused once it has expired', async (t) => {
  const clock = createTestClock()
  const app = await buildApp(t, {
    options: pool.options,
    clock,
    routes: (app) => { app.get('/', { preHandler: authenticate }, async () => 'in') }
  })
  const now = Math.floor(clock.now() / 1000)
  const headers = pool.authorization(await pool.accessToken({ iat: now, exp: now + 60 }))
  const get = async (): Promise<number> => (await app.inject({ url: '/', headers })).statusCode
  t.equal(await get(), 200)
  clock.pass(59_000)
  t.equal(await get(), 200)
  clock.pass(6_000)
  assertRefused(t, await app.inject({ url: '/', headers }), 'FST_COGNITO_TOKEN_EXPIRED')
})

t.test('public routes look at no credentials, however bad', async (t) => {
  const { options, asked } = counting()
  const app: FastifyInstance = await buildApp(t, {
    options,
    routes: (app) => { app.get('/', async (request) => ({ user: request.user })) }
  })
  for (const authorization of ['Bearer', 'Bearer a.b.c', `Bearer ${await pool.accessToken()}`]) {
    t.strictSame((await app.inject({ url: '/', headers: { authorization } })).json(), { user: null })
  }
  t.equal(asked(), 0)
})

t.test('a logger that fails cannot let a request in, whatever it throws', async (t) => {
  const token = await pool.accessToken()
  const cases = [
    { name: 'no credentials', url: '/config', headers: {}, code: 'FST_COGNITO_TOKEN_MISSING' },
    { name: 'garbage', url: '/config', headers: pool.authorization('a.b.c'), code: 'FST_COGNITO_TOKEN_INVALID' },
    { name: 'a bad signature', url: '/config', headers: pool.authorization(`${token.slice(0, -8)}AAAAAAAA`), code: 'FST_COGNITO_TOKEN_INVALID' },
    { name: 'a bad signature, for a hook', url: '/hook', headers: pool.authorization(`${token.slice(0, -8)}BBBBBBBA`), code: 'FST_COGNITO_TOKEN_INVALID' },
    { name: 'a right that is lacking', url: '/rights', headers: pool.authorization(token), code: 'FST_COGNITO_FORBIDDEN' }
  ] as const
  const all: readonly unknown[] = [undefined, null, new Error('disk full')]
  for (const thrown of all) {
    let handled = 0
    let failed = 0
    const app = await buildApp(t, {
      options: pool.options,
      server: {
        logger: {
          level: 'info',
          stream: { write: () => {} },
          hooks: { logMethod (line, write) { if (isRefusal(line[0])) fail(); else write.apply(this, line) } }
        }
      },
      routes: (app) => {
        const handler = async (): Promise<number> => ++handled
        app.get('/config', { config: { auth: 'required' } }, handler)
        app.get('/hook', { preHandler: authenticate }, handler)
        app.get('/rights', { config: { auth: { groups: ['Admins'] } } }, handler)
      }
    })
    const fail = (): void => {
      failed++
      throw thrown
    }
    for (const { name, url, headers, code } of cases) {
      await t.test(`${name}, ${String(thrown)}`, async (t) => assertRefused(t, await app.inject({ url, headers }), code))
    }
    t.strictSame({ handled, failed }, { handled: 0, failed: cases.length })
  }
})

function isRefusal (details: unknown): boolean {
  return typeof details === 'object' && details !== null && 'reason' in details
}

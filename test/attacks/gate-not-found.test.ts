import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate } from '../../src/index.js'
import type { AuthMode } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()
const admins = { groups: ['Admins'] }

/** Sets a 404 handler that answers 200, as one that serves the page of a single-page application does. */
function setHandler (app: FastifyInstance, options: object): void {
  app.setNotFoundHandler(options, async (_request, reply) => reply.code(200).send('the page'))
}

/** An application with a public route that gives up, and a 404 handler in the root or in a child. */
async function build (t: Test, defaultAuth: AuthMode, options: object, isChild: boolean): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, defaultAuth })
  const declare = async (context: FastifyInstance): Promise<void> => {
    context.get('/public', { config: { auth: 'public' } }, (_request, reply) => { reply.callNotFound() })
    setHandler(context, options)
  }
  if (isChild) await app.register(declare, { prefix: '/child' })
  else await declare(app)
  return app
}

async function statusesOf (app: FastifyInstance, url: string): Promise<number[]> {
  const callers = [{}, pool.authorization('a.b.c'), pool.authorization(await pool.accessToken()), pool.authorization(await pool.accessToken(admins))]
  const statuses: number[] = []
  for (const headers of callers) statuses.push((await app.inject({ url, headers })).statusCode)
  return statuses
}

const rulesOf404: ReadonlyArray<[what: string, defaultAuth: AuthMode, options: object, statuses: number[]]> = [
  ['its config', 'public', { config: { auth: admins } }, [401, 401, 403, 200]],
  ['its preHandler', 'public', { preHandler: [authenticate] }, [401, 401, 200, 200]],
  ['its preValidation, which callNotFound leaves out', 'public', { preValidation: authenticate }, [401, 401, 200, 200]],
  ['the default', 'required', {}, [401, 401, 200, 200]],
  ['an optional default', 'optional', {}, [200, 401, 200, 200]],
  ['nothing', 'public', {}, [200, 200, 200, 200]],
  ['a public config under default-deny', 'required', { config: { auth: 'public' } }, [200, 200, 200, 200]]
]

for (const [what, defaultAuth, options, statuses] of rulesOf404) {
  for (const isChild of [false, true]) {
    t.test(`a 404 handler of ${isChild ? 'a child' : 'the root'} is guarded by ${what}, whether it is met or called`, async (t) => {
      const app = await build(t, defaultAuth, options, isChild)
      const prefix = isChild ? '/child' : ''
      for (const url of [`${prefix}/nowhere`, `${prefix}/public`]) t.same(await statusesOf(app, url), statuses, url)
      const expected = statuses[0] === 401 ? 'required' : statuses[1] === 401 ? 'optional' : 'public'
      t.match(app.cognitoAuth.routes().filter(({ kind }) => kind === 'not_found'), [{ method: '*', url: `${prefix}/*`, auth: expected }])
    })
  }
}

t.test('the options given to a 404 handler are not written to, and it may be given as a handler alone', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  const config = { auth: 'public' } as const
  await app.register(async (child) => { setHandler(child, { config }) }, { prefix: '/child' })
  app.setNotFoundHandler((_request, reply) => { void reply.code(200).send('the page') })
  t.same(await statusesOf(app, '/child/nowhere'), [200, 200, 200, 200])
  t.same(await statusesOf(app, '/nowhere'), [401, 401, 200, 200])
  t.strictSame(config, { auth: 'public' })
})

t.test('a 404 handler with a rule that no registration covers stops the start', async (t) => {
  const app = Fastify()
  await app.register(async (child) => {
    await child.register(cognitoAuth, pool.options)
    child.get('/own', async () => 'in')
  })
  app.setNotFoundHandler({ config: { auth: 'required' } } as object, async () => 'in')
  await t.rejects(async () => { await app.ready() }, { code: 'FST_COGNITO_ROUTE_INVALID', message: /route \* \/\*: .*fp/ })
})

t.test('what is no 404 handler is left for Fastify to answer', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  // Fastify takes a call without a handler for its own one, whatever its types say.
  Reflect.apply(app.setNotFoundHandler, app, [])
  t.equal((await app.inject('/nowhere')).statusCode, 404)
  t.same(app.cognitoAuth.routes(), [])
})

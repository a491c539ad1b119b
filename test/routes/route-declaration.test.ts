import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { declarationsSoFar, readDeclaration } from '../../src/routes/route-declaration.js'

const handler = async (): Promise<string> => 'in'

t.test('reads method, address, config and the hooks that can refuse a request', async (t) => {
  const [one, two, three] = [() => {}, () => {}, () => {}]
  const config = { auth: 'required' } as const
  const route: RouteOptions = { method: ['GET', 'PUT'], url: '/x', handler, config, onRequest: one, preValidation: [two, three], onSend: async () => {} }
  const declaration = readDeclaration(route)
  t.strictSame({ ...declaration, hooks: [...declaration.hooks] }, { method: ['GET', 'PUT'], url: '/x', config, hooks: [one, two, three], undefinedHooks: [], optionAuth: undefined })
  t.ok(Object.isFrozen(declaration))
})

t.test('tells a position that was given as undefined from one that was not given', async (t) => {
  const route: RouteOptions = { method: 'GET', url: '/x', handler }
  t.strictSame(readDeclaration(route).undefinedHooks, [])
  for (const position of ['onRequest', 'preValidation', 'preHandler']) {
    t.strictSame(readDeclaration({ ...route, [position]: undefined }).undefinedHooks, [position])
  }
  t.strictSame(readDeclaration({ ...route, onSend: undefined } as unknown as RouteOptions).undefinedHooks, [])
})

function urlsSeenBy (app: FastifyInstance): string[] {
  return declarationsSoFar(app).filter(({ method }) => method === 'GET').map(({ url }) => url)
}

t.test('an instance knows the routes declared so far in its context and below, and not those beside it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/root', handler)
  await app.register(async (child) => {
    child.get('/x', handler)
    await child.register(async (grandchild) => { grandchild.get('/x', handler) }, { prefix: '/b' })
    t.strictSame(urlsSeenBy(child), ['/a/x', '/a/b/x'])
  }, { prefix: '/a' })
  await app.register(async (child) => { t.strictSame(urlsSeenBy(child), []) })
  t.strictSame(urlsSeenBy(app), ['/root', '/a/x', '/a/b/x'])
  app.get('/later', handler)
  t.strictSame(urlsSeenBy(app), ['/root', '/a/x', '/a/b/x', '/later'])
})

t.test('instances do not know of each other\'s routes', async (t) => {
  const [one, two] = [Fastify(), Fastify()]
  t.teardown(() => Promise.all([one.close(), two.close()]))
  one.get('/one', handler)
  t.strictSame(urlsSeenBy(two), [])
})

t.test('of an instance that it was not told of, nothing is known', async (t) => {
  t.strictSame(declarationsSoFar({ server: {} } as FastifyInstance), [])
})

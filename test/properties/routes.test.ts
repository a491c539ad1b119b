import fc from 'fast-check'
import Fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import t from 'tap'
import cognitoAuth, { authenticate, authorize, optionalAuth } from '../../src/index.js'
import type { AuthMode, DeclaredRoute, RouteAuth, RouteAuthConfig } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { Answer } from '../support/refusals.js'

const pool = createTestUserPool()
const admins = { groups: ['Admins'] }

const urls = ['/', '', '/a', '/a/', '/b/:id', '/b/:other', '/c/*', '/d/:n(^\\d+)', '/e/:optional?', '/a/b'] as const
const methods = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'] as const
const rulesOf = [undefined, 'public', 'optional', 'required', admins] as const
const hooks = { none: [], authenticate: [authenticate], optional: [optionalAuth], admins: [async () => {}, authorize(admins)] } as const
const rewrites = ['none', 'method', 'url', 'rule', 'handler', 'hook'] as const

const route = fc.record({
  url: fc.constantFrom(...urls),
  method: fc.oneof(fc.constantFrom(...methods), fc.uniqueArray(fc.constantFrom(...methods), { minLength: 1, maxLength: 3 })),
  rule: fc.constantFrom(...rulesOf),
  hook: fc.constantFrom('none', 'authenticate', 'optional', 'admins'),
  host: fc.constantFrom(undefined, undefined, undefined, 'one.example', 'two.example'),
  exposeHeadRoute: fc.boolean(),
  prefixTrailingSlash: fc.constantFrom('both', 'slash', 'no-slash')
})
const context = fc.record({
  prefix: fc.constantFrom('', '/p', '/q', '/p/r'),
  rewrite: fc.constantFrom(...rewrites),
  notFound: fc.option(fc.constantFrom(...rulesOf), { nil: null }),
  routes: fc.array(route, { maxLength: 4 }),
  /** Routes that are added once all contexts were made. */
  later: fc.array(route, { maxLength: 2 })
})
const application = fc.record({
  defaultAuth: fc.constantFrom<AuthMode[]>('public', 'optional', 'required'),
  /** Which routes the option `publicRoutes` opens, by a part of their address. */
  open: fc.constantFrom(null, '/a', '/p', '/'),
  ignoreTrailingSlash: fc.boolean(),
  before: fc.array(context, { maxLength: 2 }),
  after: fc.array(context, { maxLength: 2 })
})

type RouteShape = typeof route extends fc.Arbitrary<infer T> ? T : never
type ContextShape = typeof context extends fc.Arbitrary<infer T> ? T : never
type ApplicationShape = typeof application extends fc.Arbitrary<infer T> ? T : never

const rewriting: Readonly<Record<typeof rewrites[number], (route: RouteOptions) => void>> = {
  none: () => {},
  method: (route) => { if (route.method === 'GET') route.method = 'POST' },
  url: (route) => { if (route.url.endsWith('/a')) route.url += '/moved' },
  rule: (route) => { if (route.url.includes('/b')) route.config = { ...route.config, auth: 'required' } },
  handler: (route) => { const { handler } = route; route.handler = function (request, reply) { return handler.call(this, request, reply) } },
  hook: (route) => { if (route.url.includes('/c')) route.preHandler = authenticate }
}

function declare (app: FastifyInstance, { url, method, rule, hook, host, exposeHeadRoute, prefixTrailingSlash }: RouteShape): void {
  const config: { auth?: RouteAuthConfig } = rule === undefined ? {} : { auth: rule }
  try {
    app.route({
      url,
      method: (typeof method === 'string' ? method : [...method]),
      config,
      preHandler: [...hooks[hook]],
      ...(host === undefined ? {} : { constraints: { host } }),
      exposeHeadRoute,
      prefixTrailingSlash,
      handler: async (_request, reply) => reply.code(200).send('in')
    })
  } catch {
    // A duplicate, or an address that Fastify refuses: the application goes on without it, as some do.
  }
}

async function addContext (app: FastifyInstance, shape: ContextShape, prefixes: Set<string>): Promise<() => void> {
  let later = (): void => {}
  await app.register(async (child) => {
    child.addHook('onRoute', rewriting[shape.rewrite])
    for (const each of shape.routes) declare(child, each)
    // Fastify ends the process over a second 404 handler of one prefix.
    if (shape.notFound !== null && !prefixes.has(shape.prefix)) {
      prefixes.add(shape.prefix)
      child.setNotFoundHandler({ config: shape.notFound === undefined ? {} : { auth: shape.notFound } } as object, async (_request, reply) => reply.code(200).send('page'))
    }
    later = () => { for (const each of shape.later) declare(child, each) }
  }, { prefix: shape.prefix })
  return later
}

async function build ({ defaultAuth, open, ignoreTrailingSlash, before, after }: ApplicationShape): Promise<FastifyInstance> {
  const app = Fastify({ routerOptions: { ignoreTrailingSlash } })
  const later: Array<() => void> = []
  const prefixes = new Set<string>()
  for (const shape of before) later.push(await addContext(app, shape, prefixes))
  const publicRoutes = open === null || defaultAuth === 'public' ? {} : { publicRoutes: ({ url }: DeclaredRoute) => url.includes(open) }
  await app.register(cognitoAuth, { ...pool.options, defaultAuth, ...publicRoutes })
  for (const shape of after) later.push(await addContext(app, shape, prefixes))
  for (const add of later) add()
  await app.ready()
  return app
}

/** What each protection lets in: nobody signed in, a bad token, a user, an administrator. */
function expectedOf ({ auth, requirements }: RouteAuth): readonly number[] {
  const user = requirements.length === 0 ? 200 : 403
  switch (auth) {
    case 'public': return [200, 200, 200, 200]
    case 'optional': return [200, 401, 200, 200]
    case 'required': return [401, 401, user, 200]
    case 'denied': return [403, 403, 403, 403]
    case 'unknown': return []
  }
}

/** Addresses that a pattern matches. */
function addressOf (pattern: string): string {
  return pattern.replace(':n(^\\d+)', '7').replace(/:(?:id|other|optional)\??/, 'x').replace('*', 'y/z') || '/'
}

/** What a pattern matches, as far as the patterns above go; a parameter may be empty. */
function patternOf ({ url }: RouteAuth): RegExp {
  const source = url.replace(':n(^\\d+)', '\\d+').replace(/:(?:id|other|optional)/, '[^/]*').replace(/\/\*$/, '/.*')
  return new RegExp(`^${source}$`)
}

async function statusesOf (app: FastifyInstance, method: string, url: string, host: string): Promise<number[]> {
  const callers = [{}, { authorization: 'Bearer a.b.c' }, pool.authorization(await user), pool.authorization(await admin)]
  const statuses: number[] = []
  // A route of several methods that was refused for one of them is left half made in the router: Fastify throws over it.
  for (const headers of callers) statuses.push(await app.inject({ method: method as 'GET', url, headers: { host, ...headers } }).then(({ statusCode }) => statusCode, () => 0))
  return statuses
}

const user = pool.accessToken()
const admin = pool.accessToken(admins)

t.test('every listed route answers as listed, and every route that answers is listed', async (t) => {
  let applications = 0
  let listedRoutes = 0
  let probes = 0
  await fc.assert(fc.asyncProperty(application, async (shape) => {
    const app = await build(shape)
    const routes = app.cognitoAuth.routes()
    for (const listed of routes.filter(({ kind }) => kind === 'route')) {
      const host = typeof listed.constraints['host'] === 'string' ? listed.constraints['host'] : 'none.example'
      for (const method of [listed.method].flat()) {
        const url = addressOf(listed.url)
        const expected = expectedOf(listed)
        const actual = await statusesOf(app, method, url, host)
        // A more specific route may take the address: then that one is asked under its own name.
        const taken = routes.some((other) => other !== listed && other.kind === 'route' && [other.method].flat().includes(method) && addressOf(other.url) === url)
        if (!taken && actual.some((status) => status !== 0) && JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${method} ${listed.url} is listed as ${JSON.stringify(listed)}, and answers ${actual.join()}`)
        listedRoutes++
      }
    }
    // Every address of the tables that answers must be one that is listed.
    for (const prefix of ['', '/p', '/q', '/p/r']) {
      for (const tail of ['', '/', '/a', '/a/', '/a/moved', '/b/x', '/c/y/z', '/d/7', '/e', '/e/', '/e/x', '/a/b']) {
        for (const method of methods) {
          for (const host of ['none.example', 'one.example']) {
            const url = prefix + tail || '/'
            const answer: Answer = await app.inject({ method, url, headers: { host, ...pool.authorization(await admin) } }).catch((): Answer => ({ statusCode: 404, body: '', headers: {} }))
            const isAnswered = answer.statusCode !== 404 && answer.body !== 'page' && !(method === 'HEAD' && answer.headers['content-length'] === '4')
            const isListed = routes.some((listed) => listed.kind === 'route' && [listed.method].flat().includes(method) &&
              [undefined, host].includes(listed.constraints['host'] as string | undefined) &&
              (patternOf(listed).test(url) || (shape.ignoreTrailingSlash && patternOf(listed).test(url.replace(/(?<=.)\/$/, '')))))
            if (isAnswered && !isListed) throw new Error(`${method} ${url} (${host}) answers ${answer.statusCode} and is not listed`)
            probes++
          }
        }
      }
    }
    applications++
    await app.close()
  }), { numRuns: 25 })
  t.comment(`${applications} applications, ${listedRoutes} listed routes asked by four callers each, ${probes} addresses asked`)
  t.ok(listedRoutes > 100, `${listedRoutes} listed routes`)
})

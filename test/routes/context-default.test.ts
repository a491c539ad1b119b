import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize } from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'
import { rejectionOf } from '../support/rejection.js'

const pool = createTestUserPool()

type Declare = (app: FastifyInstance) => unknown

async function build (t: Test, declare: Declare, options: Partial<CognitoAuthOptions> = {}): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, ...options } as CognitoAuthOptions)
  await declare(app)
  await app.ready()
  return app
}

function route (app: FastifyInstance, url: string, auth?: 'public' | 'optional' | 'required'): void {
  app.get(url, auth === undefined ? {} : { config: { auth } }, async (request) => request.user?.sub ?? 'nobody')
}

async function statuses (app: FastifyInstance, url: string): Promise<number[]> {
  const tokens = [null, await pool.accessToken(), await pool.accessToken({ groups: ['Admins'] }), await pool.accessToken({ groups: ['Admins', 'Auditors'] })]
  return Promise.all(tokens.map(async (token) => (await app.inject({ url, headers: token === null ? {} : pool.authorization(token) })).statusCode))
}

function listed (app: FastifyInstance, wanted: string): object[] {
  return app.cognitoAuth.routes().filter(({ url, method }) => url === wanted && method !== 'HEAD').map(({ auth, source, requirements }) => ({ auth, source, requirements }))
}

t.test('a context gives its routes, and those below, a rule; others are as before', async (t) => {
  const app = await build(t, (app) => {
    route(app, '/open')
    app.register(async (admin) => {
      admin.defaultAuth({ groups: ['Admins'] })
      route(admin, '/')
      route(admin, '/health', 'public')
      admin.register(async (child) => route(child, '/child'))
    }, { prefix: '/admin' })
  })
  t.strictSame(await statuses(app, '/open'), [200, 200, 200, 200])
  t.strictSame(await statuses(app, '/admin'), [401, 403, 200, 200])
  t.strictSame(await statuses(app, '/admin/child'), [401, 403, 200, 200])
  t.strictSame(await statuses(app, '/admin/health'), [200, 200, 200, 200])
  t.strictSame(listed(app, '/admin/child'), [{ auth: 'required', source: 'context', requirements: [{ groups: ['Admins'] }] }])
  t.match(listed(app, '/open'), [{ auth: 'public', source: 'default' }])
  t.match(listed(app, '/admin/health'), [{ auth: 'public', source: 'config' }])
})

t.test('a child adds a requirement, and loosens only by the name of a mode', async (t) => {
  const app = await build(t, (app) => {
    app.register(async (admin) => {
      admin.defaultAuth({ groups: ['Admins'] })
      admin.register(async (both) => {
        both.defaultAuth({ groups: ['Auditors'] })
        route(both, '/both')
      })
      admin.register(async (any) => {
        any.defaultAuth('required')
        route(any, '/any')
      })
      admin.register(async (open) => {
        open.defaultAuth('public')
        route(open, '/open')
      })
    })
  }, { defaultAuth: 'required' })
  t.strictSame(await statuses(app, '/both'), [401, 403, 403, 200])
  t.strictSame(await statuses(app, '/any'), [401, 200, 200, 200])
  t.strictSame(await statuses(app, '/open'), [200, 200, 200, 200])
  t.match(listed(app, '/both'), [{ requirements: [{ groups: ['Admins'] }, { groups: ['Auditors'] }] }])
})

t.test('a rule above counts below, also when a child had its rule first', async (t) => {
  let both: FastifyInstance | undefined
  let named: FastifyInstance | undefined
  const app = await build(t, async (app) => {
    await app.register(async (child) => {
      child.defaultAuth({ groups: ['Auditors'] })
      both = child
    })
    await app.register(async (child) => {
      child.defaultAuth('required')
      named = child
    })
    app.defaultAuth({ groups: ['Admins'] })
    for (const [context, url] of [[both, '/both'], [named, '/named'], [app, '/above']] as const) {
      if (context !== undefined) route(context, url)
    }
  })
  t.strictSame(await statuses(app, '/both'), [401, 403, 403, 200])
  t.strictSame(await statuses(app, '/named'), [401, 200, 200, 200])
  t.strictSame(await statuses(app, '/above'), [401, 403, 200, 200])
  t.match(listed(app, '/both'), [{ source: 'context', requirements: [{ groups: ['Admins'] }, { groups: ['Auditors'] }] }])
  t.match(listed(app, '/named'), [{ source: 'context', requirements: [] }])
})

t.test('what comes too late, twice or misspelt refuses the start', async (t) => {
  const mistakes: ReadonlyArray<readonly [says: RegExp, declare: Declare]> = [
    [/before the routes/, (app) => { route(app, '/x'); app.defaultAuth('required') }],
    [/before the routes.*\/deep/, async (app) => { await app.register(async (child) => route(child, '/deep')); app.defaultAuth('required') }],
    [/before the routes/, (app) => { app.setNotFoundHandler(async () => 'none'); app.defaultAuth('required') }],
    [/one rule/, (app) => { app.defaultAuth('required'); app.defaultAuth('required') }],
    [/context \/admin.*expected/, (app) => app.register(async (admin) => admin.defaultAuth('requird' as 'required'), { prefix: '/admin' })],
    [/role/, (app) => app.defaultAuth({ roles: ['Nobody'] })]
  ]
  for (const [says, declare] of mistakes) {
    t.match(await rejectionOf(build(t, declare)), { code: 'FST_COGNITO_ROUTE_INVALID', message: says }, String(says))
  }
  const app = await build(t, () => {})
  t.throws(() => app.defaultAuth('required'), { message: /the application has started/ })
})

t.test('routes that the match of their context closes for everybody are named at the start', async (t) => {
  const log = captureLog()
  const app = Fastify({ logger: log.logger })
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.register(async (tenant) => {
    tenant.defaultAuth({ match: { 'custom:tenant': 'params.tenant' } })
    tenant.setNotFoundHandler(async () => 'none')
    route(tenant, '/:tenant/x')
    route(tenant, '/all')
    route(tenant, '/own', 'required')
  })
  app.register(async (hooked) => {
    hooked.addHook('onRequest', authorize({ match: { sub: 'params.id' } }))
    route(hooked, '/hooked')
    route(hooked, '/hooked/:id')
  })
  await app.ready()
  const warnings = log.lines().filter(({ msg }) => /refuse everybody/.test(String(msg)))
  t.equal(warnings.length, 1)
  t.strictSame((warnings[0]?.['routes'] as Array<{ method: string, url: string, parameter: string }>).filter(({ method }) => method === 'GET'), [
    { method: 'GET', url: '/all', parameter: 'tenant' },
    { method: 'GET', url: '/hooked', parameter: 'id' }
  ])
  t.strictSame(await statuses(app, '/all'), [401, 403, 403, 403])
})

t.test('the rule is copied: a later change of it changes nothing', async (t) => {
  const groups = ['Admins']
  const app = await build(t, (app) => {
    app.defaultAuth({ groups })
    route(app, '/x')
    groups[0] = 'Users'
  })
  t.strictSame(await statuses(app, '/x'), [401, 403, 200, 200])
})

t.test('hooks of addHook count in the list, for the context and below', async (t) => {
  const app = await build(t, (app) => {
    route(app, '/open')
    app.addHook('onSend', async () => {})
    app.register(async (admin) => {
      admin.addHook('onRequest', authorize({ groups: ['Admins'] }))
      route(admin, '/')
      admin.register(async (child) => {
        child.addHook('preHandler', authenticate)
        route(child, '/child')
      })
    }, { prefix: '/admin' })
  })
  t.match(listed(app, '/open'), [{ auth: 'public', source: 'default' }])
  t.match(listed(app, '/admin'), [{ auth: 'required', source: 'hook', requirements: [{ groups: ['Admins'] }] }])
  t.match(listed(app, '/admin/child'), [{ auth: 'required', source: 'hook' }])
  t.strictSame(await statuses(app, '/open'), [200, 200, 200, 200])
  t.strictSame(await statuses(app, '/admin'), [401, 403, 200, 200])
  t.strictSame(await statuses(app, '/admin/child'), [401, 403, 200, 200])
})

t.test('a route that another hook moves on past the context\'s hook is not answered', async (t) => {
  const app = await build(t, (app) => {
    app.addHook('onRequest', (_request, _reply, done) => {
      done()
      queueMicrotask(done)
    })
    app.addHook('onRequest', authorize({ groups: ['Admins'] }))
    route(app, '/x')
  })
  const [nobody, user] = await statuses(app, '/x')
  t.not(nobody, 200)
  t.not(user, 200)
})

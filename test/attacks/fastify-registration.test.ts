import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const staff = createTestUserPool({ userPoolId: 'eu-west-1_Staff', clientId: 'staff' })
const customers = createTestUserPool({ userPoolId: 'eu-west-1_Customers', clientId: 'customers' })

function open (t: Test): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  return app
}

async function registerChild (app: FastifyInstance, prefix: string, pool: TestUserPool, defaultAuth: 'public' | 'required' = 'public'): Promise<void> {
  await app.register(async (child) => {
    await child.register(cognitoAuth, { ...pool.options, defaultAuth })
    child.get('/guarded', { config: { auth: 'required' } }, async (request) => request.user?.userPoolId)
  }, { prefix })
}

const clash = { code: 'FST_COGNITO_REGISTRATION_INVALID', message: /registered already in this context or a parent; register it once, or in sibling contexts/ }
const clashBelow = { ...clash, message: /registered already in a child of this context; register it once, or in sibling contexts/ }

t.test('registered twice in one context, the start fails with an error that says so', async (t) => {
  for (const second of [staff, customers]) {
    const app = open(t)
    await app.register(cognitoAuth, staff.options)
    await t.rejects(async () => { await app.register(cognitoAuth, second.options) }, clash)
  }
})

t.test('registered in a parent and then in its child, the start fails', async (t) => {
  const app = open(t)
  await app.register(cognitoAuth, staff.options)
  await t.rejects(registerChild(app, '/customers', customers), clash)
})

t.test('registered in a child and then in its parent, the start fails: two rules for one route could not both be obeyed', async (t) => {
  const app = open(t)
  await registerChild(app, '/customers', customers)
  await t.rejects(async () => { await app.register(cognitoAuth, { ...staff.options, defaultAuth: 'required' }) }, clashBelow)
})

t.test('registered in a grandchild and then in the root, the start fails', async (t) => {
  const app = open(t)
  await app.register(async (child) => registerChild(child, '/customers', customers))
  await t.rejects(async () => { await app.register(cognitoAuth, staff.options) }, clashBelow)
})

t.test('a registration that was refused for its options leaves the context free for another', async (t) => {
  const app = open(t)
  await t.rejects(async () => { await cognitoAuth(app, { ...staff.options, realm: '' }) }, { code: 'FST_COGNITO_OPTIONS_INVALID' })
  await app.register(cognitoAuth, staff.options)
  app.get('/guarded', { config: { auth: 'required' } }, async () => 'in')
  assertRefused(t, await app.inject('/guarded'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('in sibling contexts each has its own pool, and neither takes the other\'s tokens', async (t) => {
  const app = open(t)
  await registerChild(app, '/staff', staff)
  await registerChild(app, '/customers', customers)
  const ofStaff = staff.authorization(await staff.accessToken())
  const ofCustomers = customers.authorization(await customers.accessToken())
  t.equal((await app.inject({ url: '/staff/guarded', headers: ofStaff })).body, 'eu-west-1_Staff')
  t.equal((await app.inject({ url: '/customers/guarded', headers: ofCustomers })).body, 'eu-west-1_Customers')
  assertRefused(t, await app.inject({ url: '/staff/guarded', headers: ofCustomers }), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await app.inject({ url: '/customers/guarded', headers: ofStaff }), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('in sibling contexts each has its own default and lists its own routes', async (t) => {
  const app = open(t)
  const lists: Record<string, Record<string, string>> = {}
  for (const [prefix, pool, defaultAuth] of [['/staff', staff, 'required'], ['/customers', customers, 'public']] as const) {
    await app.register(async (child) => {
      await child.register(cognitoAuth, { ...pool.options, defaultAuth })
      child.get('/', async () => 'in')
      child.addHook('onReady', async () => {
        lists[prefix] = Object.fromEntries(child.cognitoAuth.routes().map(({ url, auth }) => [url, auth]))
      })
    }, { prefix })
  }
  await app.ready()
  assertRefused(t, await app.inject('/staff'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await app.inject('/customers')).statusCode, 200)
  t.same(lists, {
    '/staff': { '/staff': 'required', '/staff/': 'required' },
    '/customers': { '/customers': 'public', '/customers/': 'public' }
  })
})

t.test('outside the contexts that it is registered in, the plugin does nothing', async (t) => {
  const app = open(t)
  app.get('/', async (request) => ({ keys: Object.keys(request).includes('user'), user: request.user as unknown }))
  await registerChild(app, '/staff', staff, 'required')
  t.same((await app.inject('/')).json(), { keys: false })
  t.equal((await app.inject('/nowhere')).statusCode, 404)
  t.notOk(app.hasDecorator('cognitoAuth'))
})

t.test('two applications in one process do not know of each other', async (t) => {
  for (const pool of [staff, customers]) {
    const app = open(t)
    await app.register(cognitoAuth, pool.options)
    app.get('/', { config: { auth: 'required' } }, async (request) => request.user?.userPoolId)
    t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).body, pool.userPoolId)
    const other = pool === staff ? customers : staff
    assertRefused(t, await app.inject({ url: '/', headers: other.authorization(await other.accessToken()) }), 'FST_COGNITO_TOKEN_INVALID')
  }
})

import Fastify from 'fastify'
import type { RouteOptions } from 'fastify'
import t from 'tap'
import cognitoAuth, { authorize } from '../../src/index.js'
import type { AuthRequirement, RouteAuthConfig } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

function hidden (): object {
  return Object.defineProperty({}, 'auth', { value: 'required' })
}

const lost: ReadonlyArray<readonly [string, () => object]> = [
  ['inherited', () => Object.create({ auth: 'required' }) as object],
  ['of a class', () => new class { get auth (): string { return 'required' } }()],
  ['not enumerable', hidden]
]

for (const [form, configOf] of lost) {
  t.test(`refuses a config.auth that is ${form}, which Fastify would lose`, async (t) => {
    const app = Fastify()
    await app.register(cognitoAuth, pool.options)
    t.throws(() => app.get('/', { config: configOf() }, async () => 'secret'), { code: 'FST_COGNITO_ROUTE_INVALID' })
  })

  t.test(`refuses to start after a route whose config.auth is ${form}`, async (t) => {
    const app = Fastify()
    app.get('/', { config: configOf() }, async () => 'secret')
    await t.rejects(async () => { await app.register(cognitoAuth, pool.options) }, { code: 'FST_COGNITO_ROUTE_INVALID' })
  })
}

t.test('refuses a member by whatever key it was written: no copy leaves one out', async (t) => {
  const app = Fastify()
  await app.register(cognitoAuth, pool.options)
  const key = Symbol('groups')
  const rules: object[] = [
    { groups: ['Staff'], [key]: ['Admins'] },
    { groups: { any: ['Staff'], [key]: ['Admins'] } },
    { anyOf: [{ groups: ['Staff'], [key]: ['Admins'] }] },
    Object.defineProperty({ groups: ['Staff'] }, 'group', { value: ['Admins'], enumerable: false })
  ]
  const refusal = { code: 'FST_COGNITO_ROUTE_INVALID', message: /no member of this name/ }
  for (const rule of rules) {
    // The compiler sees no symbols and nothing hidden.
    const auth = rule as AuthRequirement
    t.throws(() => app.get('/', { config: { auth } }, async () => 'secret'), refusal)
    t.throws(() => authorize(auth), refusal)
    t.throws(() => app.defaultAuth(auth), refusal)
  }
})

for (const auth of ['required', { groups: ['Admins'] }]) {
  const options = (): object => ({ auth })

  t.test(`refuses to start with ${JSON.stringify(auth)} beside config, declared before or after the plugin`, async (t) => {
    const wrong = { code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/x: config\.auth/ }
    for (const isEarly of [true, false]) {
      const app = Fastify()
      if (isEarly) app.get('/x', options(), async () => 'secret')
      await app.register(cognitoAuth, pool.options)
      if (!isEarly) app.route({ method: 'GET', url: '/x', handler: async () => 'secret', ...options() })
      await t.rejects(async () => { await app.ready() }, wrong)
    }
  })

  t.test(`starts where an onRoute hook makes a config of ${JSON.stringify(auth)}, in the root or in a child`, async (t) => {
    const translate = (route: RouteOptions): void => {
      const { auth: given } = route as { readonly auth?: RouteAuthConfig }
      if (given !== undefined) route.config = { ...route.config, auth: given }
    }
    const app = Fastify()
    app.addHook('onRoute', translate)
    await app.register(cognitoAuth, pool.options)
    app.get('/root', options(), async () => 'secret')
    await app.register(async (child) => {
      child.addHook('onRoute', translate)
      child.get('/child', options(), async () => 'secret')
    })
    for (const url of ['/root', '/child']) t.equal((await app.inject(url)).statusCode, 401)
  })
}

t.test('takes a config of null for none, as Fastify does', async (t) => {
  const app = Fastify()
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  app.get('/', JSON.parse('{"config":null}') as object, async () => 'secret')
  t.equal((await app.inject('/')).statusCode, 401)
})

t.test('lists a route declared before the plugin as the last onRoute hook has left it', async (t) => {
  const app = Fastify()
  app.addHook('onRoute', (route) => {
    if (route.url === '/open') route.config = { ...route.config, auth: 'public' }
    if (route.url === '/closed') route.config = { ...route.config, auth: 'required' }
  })
  app.get('/open', { config: { auth: 'required' } }, async () => 'open')
  app.get('/closed', async () => 'secret')
  await app.register(cognitoAuth, pool.options)
  for (const [url, auth, status] of [['/open', 'public', 200], ['/closed', 'required', 401]] as const) {
    t.equal((await app.inject(url)).statusCode, status)
    t.equal(app.cognitoAuth.routes().find((route) => route.url === url)?.auth, auth)
  }
})

t.test('refuses to start above a context whose requests have a user of another plugin', async (t) => {
  const app = Fastify()
  await app.register(async (child) => {
    child.decorateRequest('user', null)
    child.get('/', async () => 'theirs')
  })
  await t.rejects(async () => { await app.register(cognitoAuth, pool.options) }, { code: 'FST_COGNITO_REGISTRATION_INVALID', message: /request\.user/ })
})

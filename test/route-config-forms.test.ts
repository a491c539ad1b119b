import Fastify from 'fastify'
import t from 'tap'
import cognitoAuth from '../src/index.js'
import { createTestUserPool } from '../src/testing/index.js'

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

import t from 'tap'
import type { RouteOptions } from 'fastify'
import { absent } from '../../src/routes/own-values.js'
import { assertCarriedOver, losesAuth, readDeclaration, whereIs } from '../../src/routes/route-declaration.js'

const handler = async (): Promise<string> => 'in'

t.test('reads method, address, rule and the hooks that can refuse a request', async (t) => {
  const [one, two, three] = [() => {}, () => {}, () => {}]
  const config = { auth: { groups: ['Admins'] } } as const
  const route: RouteOptions = { method: ['GET', 'PUT'], url: '/x', handler, config, onRequest: one, preValidation: [two, three], onSend: async () => {} }
  const declaration = readDeclaration(route)
  t.strictSame({ ...declaration, hooks: [...declaration.hooks] }, {
    method: ['GET', 'PUT'], url: '/x', auth: { groups: ['Admins'] }, hooks: [one, two, three], undefinedHooks: [], optionAuth: absent
  })
  t.not(declaration.auth, config.auth, 'a copy')
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

t.test('tells a rule that is absent from one that is undefined, in config and beside it', async (t) => {
  for (const config of [undefined, null, {}, { other: 1 }, Object.create({ auth: 'public' })]) {
    t.equal(readDeclaration({ method: 'GET', url: '/x', handler, config: config as object }).auth, absent)
  }
  const given: object = { method: 'GET', url: '/x', handler, config: { auth: undefined }, auth: 'required' }
  const declaration = readDeclaration(given as RouteOptions)
  t.equal(declaration.auth, undefined)
  t.equal(declaration.optionAuth, 'required')
})

t.test('a rule that a copy of the config would not have is refused; what Object.prototype has is none', async (t) => {
  const hidden = Object.defineProperty({}, 'auth', { value: 'required' })
  const grandchild = Object.create(Object.create({ auth: 'required' })) as object
  for (const config of [hidden, Object.create({ auth: 'required' }) as object, grandchild, Object.create(hidden) as object]) {
    t.equal(losesAuth(config), true)
    t.throws(() => assertCarriedOver({ method: 'GET', url: '/x', handler, config }), { code: 'FST_COGNITO_ROUTE_INVALID', message: /neither inherited nor hidden/ })
  }
  for (const config of [undefined, null, 'auth', {}, { auth: 'required' }, Object.create(null), Object.create({ other: 1 })]) t.equal(losesAuth(config), false)
  const everybody = Object.getPrototypeOf({}) as object
  Object.defineProperty(everybody, 'auth', { value: 'public', configurable: true })
  t.teardown(() => Reflect.deleteProperty(everybody, 'auth'))
  t.equal(losesAuth({}), false)
})

t.test('a route is named by method and address', async (t) => {
  t.equal(whereIs({ method: ['GET', 'PUT'], url: '/x' }), 'route GET,PUT /x: config.auth')
})

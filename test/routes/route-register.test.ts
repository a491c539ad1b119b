import t from 'tap'
import type { RouteOptions } from 'fastify'
import { authenticate, authorize, optionalAuth } from '../../src/request/hooks.js'
import { attainableWith } from '../../src/routes/attainable.js'
import { rules } from '../../src/routes/requirement.js'
import { createRouteRegister } from '../../src/routes/route-register.js'
import type { RouteRegister } from '../../src/routes/route-register.js'
import type { RouteDeclaration } from '../../src/routes/route-declaration.js'

const noRoles = attainableWith({ roles: { byGroup: [], otherwise: null }, userPools: [] })
const someRoles = attainableWith({ roles: { byGroup: [['Admins', 'Admin']], otherwise: 'Operator' }, userPools: [] })

function route (options: object = {}): RouteOptions {
  return { method: 'GET', url: '/x', handler: async () => 'in', ...options }
}

function early (options: Partial<RouteDeclaration> = {}): RouteDeclaration {
  return { method: 'GET', url: '/early', config: undefined, hooks: [], undefinedHooks: [], optionAuth: undefined, ...options }
}

/** What a request to the route will meet, as Fastify hands it over: a copy of the members of `config`. */
function ruleFor (register: RouteRegister, options: RouteOptions): unknown {
  return register.ruleOf({ ...options.config, url: options.url, method: options.method })
}

t.test('a route with no config.auth gets the default', async (t) => {
  for (const defaultAuth of ['public', 'optional', 'required'] as const) {
    const register = createRouteRegister(defaultAuth, noRoles)
    for (const options of [route(), route({ config: {} }), route({ config: { other: 1 } })]) {
      register.declare(options)
      t.equal(ruleFor(register, options), rules[defaultAuth])
    }
    t.match(register.routes(), [{ auth: defaultAuth, source: 'default', requirements: [] }])
  }
})

t.test('the config of a route goes before the default', async (t) => {
  const register = createRouteRegister('required', noRoles)
  const open = route({ config: { auth: 'public', other: 1 } })
  register.declare(open)
  t.equal(ruleFor(register, open), rules.public)
  t.match(register.routes(), [{ method: 'GET', url: '/x', auth: 'public', source: 'config' }])
  t.match(open.config, { auth: 'public', other: 1 }, 'the application finds its config as it was')
})

t.test('the config of one route does not reach another that was given the same object', async (t) => {
  const config = { auth: 'required' }
  const register = createRouteRegister('public', noRoles)
  register.declare(route({ config }))
  t.same(Object.getOwnPropertySymbols(config), [])
})

t.test('a bad config.auth is refused when the route is declared, naming the route', async (t) => {
  const register = createRouteRegister('public', noRoles)
  for (const auth of ['Required', '', null, undefined, false, true, 0, [], {}, { group: ['a'] }, { groups: [] }, { groups: ['a'], mode: 'public' }]) {
    t.throws(() => register.declare(route({ method: ['GET', 'PUT'], url: '/admin/:id', config: { auth } })), {
      code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET,PUT \/admin\/:id: config\.auth[ .]/
    }, JSON.stringify(auth))
  }
  t.same(register.routes(), [])
})

t.test('a rule beside config, where nothing reads it, is found once all routes are declared', async (t) => {
  const wrong = { code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/\w+: config\.auth is invalid: .*an option "auth" beside config/ }
  for (const auth of ['required', 'optional', { groups: ['Admins'] }, { scopes: ['a/b'], tokenUse: 'access' }]) {
    const register = createRouteRegister('public', noRoles)
    register.declare(route({ auth }))
    t.throws(() => register.assertEnforced(), wrong, JSON.stringify(auth))
    const earlier = createRouteRegister('public', noRoles)
    earlier.declareEarly(early({ optionAuth: auth }))
    t.throws(() => earlier.assertEnforced(), wrong, `${JSON.stringify(auth)}, declared early`)
  }
  const register = createRouteRegister('public', noRoles)
  for (const auth of ['basic', 'public', { strategy: 'session' }, true, null, undefined, async () => {}]) register.declare(route({ auth }))
  register.declare(route({ auth: 'required', config: { auth: 'public' } }))
  register.declare(route({ auth: 'required', preHandler: authenticate }))
  const translated = route({ auth: 'required' })
  register.declare(translated)
  translated.config = { auth: 'required' }
  t.doesNotThrow(() => register.assertEnforced(), 'an option of another plugin, or one that is enforced all the same')
})

t.test('a role that no option gives is refused, in the config and in a hook', async (t) => {
  const register = createRouteRegister('public', someRoles)
  for (const role of ['Admin', 'Operator']) register.declare(route({ config: { auth: { roles: [role] } } }))
  const message = /roles that the options "roles" or "defaultRole" give; "Admins" is none of them/
  t.throws(() => register.declare(route({ config: { auth: { roles: ['Admin', 'Admins'] } } })), { code: 'FST_COGNITO_ROUTE_INVALID', message })
  t.throws(() => register.declare(route({ preHandler: authorize({ roles: ['Admins'] }) })), {
    code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/x: authorize\(\): requirement\.roles is invalid/
  })
  t.throws(() => register.declareEarly(early({ hooks: [authorize({ roles: ['Admins'] })] })), { code: 'FST_COGNITO_ROUTE_INVALID', message })
  t.throws(() => createRouteRegister('public', noRoles).declare(route({ config: { auth: { roles: ['null'] } } })), { code: 'FST_COGNITO_ROUTE_INVALID' })
})

t.test('hooks count in all positions, alone or in a list, and the strictest names the route', async (t) => {
  const other = (): void => {}
  const table: ReadonlyArray<[options: object, auth: string, source: string]> = [
    [{ onRequest: authenticate }, 'required', 'hook'],
    [{ preValidation: [other, optionalAuth] }, 'optional', 'hook'],
    [{ preHandler: [optionalAuth, authenticate, other] }, 'required', 'hook'],
    [{ onRequest: optionalAuth, preHandler: authenticate }, 'required', 'hook'],
    [{ preHandler: other }, 'public', 'default'],
    [{ preParsing: authenticate }, 'public', 'default'],
    [{ preHandler: optionalAuth, config: { auth: 'required' } }, 'required', 'config'],
    [{ preHandler: authenticate, config: { auth: 'required' } }, 'required', 'config'],
    [{ preHandler: authenticate, config: { auth: 'optional' } }, 'required', 'hook']
  ]
  for (const [options, auth, source] of table) {
    const register = createRouteRegister('public', noRoles)
    register.declare(route(options))
    t.match(register.routes(), [{ auth, source }], JSON.stringify(Object.keys(options)))
  }
})

t.test('the requirements of config and hooks are listed together', async (t) => {
  const register = createRouteRegister('public', someRoles)
  register.declare(route({ config: { auth: { groups: ['Staff'] } }, preHandler: [authorize({ roles: ['Admin'] }), authorize({ scopes: ['a/b'] })] }))
  const [described] = register.routes()
  t.strictSame(described?.requirements, [
    { groups: ['Staff'] },
    { roles: ['Admin'] },
    { scopes: ['a/b'] }
  ])
  t.ok(Object.isFrozen(described))
  t.ok(Object.isFrozen(described?.requirements))
})

t.test('a hook given as undefined is named: Fastify serves the route without it', async (t) => {
  const register = createRouteRegister('public', noRoles)
  register.declare(route({ preHandler: undefined, onRequest: undefined, preValidation: authenticate }))
  register.declare(route())
  t.match(register.routes(), [{ undefinedHooks: ['onRequest', 'preHandler'] }, { undefinedHooks: [] }])
})

t.test('a route that was declared earlier is judged by its config at its first request, and once', async (t) => {
  const register = createRouteRegister('optional', someRoles)
  const config = { auth: { roles: ['Admin'] }, url: '/early', method: 'GET' }
  const rule = register.ruleOf(config)
  t.match(rule, { mode: 'required', requirement: { shown: { roles: ['Admin'] } } })
  t.equal(register.ruleOf(config), rule)
  t.equal(register.ruleOf({ url: '/early' }), rules.optional)
  t.equal(register.ruleOf({}), rules.optional, 'and so is what matched no route')
})

t.test('a route that was declared earlier with a bad config.auth has no rule, so it is denied', async (t) => {
  const register = createRouteRegister('public', someRoles)
  for (const auth of ['Required', undefined, null, {}, { groups: [] }, { roles: ['Admins'] }]) {
    const config = { auth }
    t.equal(register.ruleOf(config), null, JSON.stringify(auth))
    t.equal(register.ruleOf(config), null, 'the second time too')
    register.declareEarly(early({ config }))
  }
  t.ok(register.routes().every(({ auth, source }) => auth === 'denied' && source === 'config'))
})

t.test('routes that were declared earlier are listed like others', async (t) => {
  const register = createRouteRegister('public', noRoles)
  register.declareEarly(early())
  register.declareEarly(early({ config: { auth: 'required' } }))
  register.declareEarly(early({ hooks: [optionalAuth], undefinedHooks: ['preHandler'] }))
  t.match(register.routes(), [
    { method: 'GET', url: '/early', auth: 'public', source: 'default', undefinedHooks: [] },
    { auth: 'required', source: 'config' },
    { auth: 'optional', source: 'hook', undefinedHooks: ['preHandler'] }
  ])
})

t.test('a config that is changed after it was read is read again', async (t) => {
  const table: ReadonlyArray<[before: object | undefined, after: object | undefined, rule: object | null]> = [
    [undefined, { auth: 'required' }, rules.required],
    [{ auth: 'public' }, { auth: 'required' }, rules.required],
    [{ auth: 'required' }, { auth: 'public' }, rules.public],
    [undefined, { auth: 'Required' }, null],
    [undefined, { auth: undefined }, null],
    [{ auth: 'required' }, { auth: 'required', other: 1 }, rules.required]
  ]
  for (const [before, after, rule] of table) {
    const register = createRouteRegister('public', noRoles)
    const options = route({ config: before })
    register.declare(options)
    const declared = options.config
    // Spread into a new object, or written into the one that is there.
    Object.assign(options, { config: { ...declared, ...after } })
    t.equal(ruleFor(register, options), rule, JSON.stringify([before, after]))
    t.match(register.routes(), [{ auth: rule === null ? 'denied' : Reflect.get(rule, 'mode') }])
    Object.assign(options, { config: Object.assign({}, declared) })
    Object.assign(options.config ?? {}, after)
    t.equal(ruleFor(register, options), rule)
  }
})

t.test('a config that is taken away after it was read leaves the default', async (t) => {
  const register = createRouteRegister('required', noRoles)
  const options = route({ config: { auth: 'public' } })
  register.declare(options)
  delete options.config
  t.equal(ruleFor(register, options), rules.required)
  t.match(register.routes(), [{ auth: 'required', source: 'default' }])
})

t.test('a hook that is given to the route after it was read is listed', async (t) => {
  const register = createRouteRegister('public', noRoles)
  const options = route()
  register.declare(options)
  Object.assign(options, { preHandler: authenticate, url: '/changed-by-fastify' })
  t.match(register.routes(), [{ auth: 'required', source: 'hook', url: '/x' }])
})

import t from 'tap'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { authenticate, authorize, optionalAuth } from '../../src/request/hooks.js'
import { attainableWith } from '../../src/routes/attainable.js'
import { createOpenRoutes } from '../../src/routes/public-routes.js'
import { rules } from '../../src/routes/requirement.js'
import type { AuthRule } from '../../src/routes/requirement.js'
import { recordOf, takeInCharge } from '../../src/routes/route-record.js'
import type { RouteRecord } from '../../src/routes/route-record.js'
import { createRouteRegister } from '../../src/routes/route-register.js'
import type { RouteRegister } from '../../src/routes/route-register.js'
import { createRuleReader } from '../../src/routes/route-rules.js'
import type { AuthMode } from '../../src/index.js'

const noRoles = attainableWith({ roles: { byGroup: [], otherwise: null }, userPools: [] }, { revocation: null, resolver: null })
const someRoles = attainableWith({ roles: { byGroup: [['Admins', 'Admin']], otherwise: 'Operator' }, userPools: [] }, { revocation: null, resolver: null })
// The register hands the context on to whoever tells its default, and looks at nothing in it.
const scope = {} as FastifyInstance

function registerOf (defaultAuth: AuthMode, attainable = someRoles): RouteRegister {
  return createRouteRegister(createRuleReader(attainable), () => ({ fallback: [{ value: defaultAuth, rule: rules[defaultAuth] }], source: 'default', hooks: [] }), createOpenRoutes(null), {})
}

function route (options: object = {}): RouteOptions {
  return { method: 'GET', url: '/x', handler: async () => 'in', ...options }
}

interface Declared {
  readonly record: RouteRecord
  /** What a request to the route meets, as Fastify hands it over: a bound handler and a copy of the config. */
  readonly matched: { readonly handler: unknown, readonly config: Record<string, unknown> }
}

/** Declares a route as Fastify does: hooks, then the route is made, then the start is complete. */
function declare (register: RouteRegister, options: RouteOptions, { hook = () => {}, late = () => {} }: { hook?: (route: RouteOptions) => void, late?: (route: RouteOptions) => void } = {}): Declared {
  const record = takeInCharge(options, scope, () => {})
  hook(options)
  const matched = { handler: options.handler.bind(scope), config: { ...options.config, url: options.url, method: options.method } }
  late(options)
  register.settle(record)
  return { record, matched }
}

t.test('a route with no config.auth gets the default', async (t) => {
  for (const defaultAuth of ['public', 'optional', 'required'] as const) {
    const register = registerOf(defaultAuth)
    for (const options of [route(), route({ config: {} }), route({ config: { other: 1 } }), route({ config: null })]) {
      const { record, matched } = declare(register, options)
      t.strictSame(register.rulesOf(matched, scope), [rules[defaultAuth]])
      t.match(register.assess(record), { judged: [rules[defaultAuth]], ofHooks: [], source: 'default' })
      t.strictSame(record.needs, defaultAuth === 'public' ? [] : [rules[defaultAuth]])
    }
  }
})

t.test('the config of a route goes before the default', async (t) => {
  const register = registerOf('required')
  const given = { auth: 'public', other: 1 }
  const { record, matched } = declare(register, route({ config: given }))
  t.strictSame(register.rulesOf(matched, scope), [rules.public])
  t.equal(register.assess(record).source, 'config')
  t.match(matched.config, { auth: 'public', other: 1 }, 'the application finds its config as it was')
  t.same(Object.getOwnPropertySymbols(given), [], 'and what it may share with other routes is not written to')
})

t.test('a bad config.auth is refused when the route is declared, naming the route', async (t) => {
  const register = registerOf('public')
  for (const auth of ['Required', '', null, undefined, false, true, 0, [], {}, { group: ['a'] }, { groups: [] }, { groups: ['a'], mode: 'public' }]) {
    t.throws(() => register.assertValid(route({ method: ['GET', 'PUT'], url: '/admin/:id', config: { auth } })), {
      code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET,PUT \/admin\/:id: config\.auth[ .]/
    }, JSON.stringify(auth))
  }
  t.doesNotThrow(() => register.assertValid(route({ config: { auth: { groups: ['a'] } }, preHandler: authenticate })))
})

t.test('a role that no option gives is refused, in the config and in a hook', async (t) => {
  const register = registerOf('public')
  for (const role of ['Admin', 'Operator']) t.doesNotThrow(() => register.assertValid(route({ config: { auth: { roles: [role] } } })))
  const message = /roles that the options "roles" or "defaultRole" give; "Admins" is none of them/
  t.throws(() => register.assertValid(route({ config: { auth: { roles: ['Admin', 'Admins'] } } })), { code: 'FST_COGNITO_ROUTE_INVALID', message })
  const hooked = route({ preHandler: authorize({ roles: ['Admins'] }) })
  for (const check of [register.assertValid, register.assertReadable]) {
    t.throws(() => check(hooked), { code: 'FST_COGNITO_ROUTE_INVALID', message: /route GET \/x: authorize\(\): requirement\.roles is invalid/ })
  }
  t.throws(() => registerOf('public', noRoles).assertValid(route({ config: { auth: { roles: ['null'] } } })), { code: 'FST_COGNITO_ROUTE_INVALID' })
})

t.test('the handler needs what config and hooks ask, whatever the position of the hooks; a public rule is no need', async (t) => {
  const admins = authorize({ groups: ['Admins'] })
  const table: ReadonlyArray<[options: object, modes: string[]]> = [
    [{ onRequest: authenticate }, ['required']],
    [{ preValidation: [() => {}, optionalAuth] }, ['optional']],
    [{ preHandler: [optionalAuth, authenticate] }, ['optional', 'required']],
    [{ preHandler: () => {} }, []],
    [{ preParsing: authenticate }, []],
    [{ preHandler: optionalAuth, config: { auth: 'required' } }, ['required', 'optional']],
    [{ preHandler: [authenticate, admins], config: { auth: 'required' } }, ['required', 'required']]
  ]
  for (const [options, modes] of table) {
    const { record } = declare(registerOf('public'), route(options))
    t.same(record.needs?.map(({ mode }) => mode), modes, JSON.stringify(Object.keys(options)))
  }
})

t.test('a route that was never announced is judged by its config at its first request, and once', async (t) => {
  const register = registerOf('optional')
  const config = { auth: { roles: ['Admin'] }, url: '/early', method: 'GET' }
  const judged = register.rulesOf({ handler: () => {}, config }, scope)
  t.match(judged, [{ mode: 'required', requirement: { shown: { roles: ['Admin'] } } }])
  t.equal(register.rulesOf({ handler: () => {}, config }, scope), judged)
  for (const config of [{ url: '/early' }, {}]) t.strictSame(register.rulesOf({ handler: undefined, config }, scope), [rules.optional])
})

t.test('a bad config.auth that could not be refused has no rule, so the route is denied', async (t) => {
  const register = registerOf('public')
  for (const auth of ['Required', undefined, null, {}, { groups: [] }, { roles: ['Admins'] }]) {
    const config = { auth }
    const unseen = { handler: () => {}, config }
    t.equal(register.rulesOf(unseen, scope), null, JSON.stringify(auth))
    t.equal(register.rulesOf(unseen, scope), null, 'the second time too')
    const { record, matched } = declare(register, route({ config }))
    t.equal(register.rulesOf(matched, scope), null)
    t.equal(record.needs?.length, 1, 'and nobody passes the last look')
  }
})

t.test('what a later onRoute hook writes counts, in a new config or in the one that is there', async (t) => {
  const table: ReadonlyArray<[before: object | undefined, after: object, judged: AuthRule[] | null]> = [
    [undefined, { auth: 'required' }, [rules.required]],
    [{ auth: 'public' }, { auth: 'required' }, [rules.required]],
    [{ auth: 'required' }, { auth: 'public' }, [rules.public]],
    [undefined, { auth: 'Required' }, null],
    [undefined, { auth: undefined }, null],
    [{ auth: 'required' }, { auth: 'required', other: 1 }, [rules.required]]
  ]
  for (const [before, after, judged] of table) {
    for (const hook of [(route: RouteOptions) => { route.config = { ...route.config, ...after } }, (route: RouteOptions) => { Object.assign(route.config ?? {}, after) }]) {
      const register = registerOf('public')
      const { record, matched } = declare(register, route({ config: before }), { hook })
      t.strictSame(register.rulesOf(matched, scope), judged, JSON.stringify([before, after]))
      t.strictSame(register.assess(record).judged, judged)
    }
  }
})

t.test('what is written once the route is made can only ask for more', async (t) => {
  const table: ReadonlyArray<[before: object, after: object, modes: string[] | null]> = [
    [{}, { auth: 'required' }, ['public', 'required']],
    [{ auth: 'required' }, { auth: 'public' }, ['required', 'public']],
    [{ auth: 'required' }, { auth: 'required' }, ['required']],
    [{ auth: 'required' }, { auth: { groups: ['a'] } }, ['required', 'required']],
    [{ auth: 'required' }, { auth: 'Public' }, null],
    [{ auth: 'required' }, {}, ['required']]
  ]
  for (const [config, after, modes] of table) {
    const { record } = declare(registerOf('public'), route({ config }), { late: (options) => { options.config = after } })
    t.same(record.judged?.map(({ mode }) => mode) ?? null, modes, JSON.stringify([config, after]))
    t.equal(registerOf('public').assess(record).source, 'config')
  }
})

t.test('what is written at run time can only ask for more, the second time too', async (t) => {
  const register = registerOf('public')
  const { matched } = declare(register, route({ config: { auth: 'optional' } }))
  const modes = (): unknown => register.rulesOf(matched, scope)?.map(({ mode }) => mode) ?? null
  const steps: ReadonlyArray<[auth: unknown, modes: string[] | null]> = [
    ['optional', ['optional']], ['required', ['optional', 'required']], ['public', ['optional', 'public']],
    [{ groups: ['a'] }, ['optional', 'required']], ['Required', null], ['optional', ['optional']]
  ]
  for (const [auth, expected] of steps) {
    matched.config['auth'] = auth
    t.same(modes(), expected, JSON.stringify(auth))
    t.same(modes(), expected, 'asked again')
  }
  delete matched.config['auth']
  t.same(modes(), ['optional'], 'nothing is loosened by taking it away')
})

t.test('before the start is complete a route is judged by its config as it stands', async (t) => {
  const register = registerOf('public')
  const options = route({ config: { auth: 'required' } })
  const record = takeInCharge(options, scope, () => {})
  const handler = options.handler.bind(scope)
  t.equal(recordOf(handler), record)
  t.strictSame(register.rulesOf({ handler, config: { auth: 'required' } }, scope), [rules.required])
  t.strictSame(register.rulesOf({ handler, config: {} }, scope), [rules.public])
  t.equal(record.needs, null)
})

t.test('a route that Fastify has not made yet is told as it stands', async (t) => {
  const record = takeInCharge(route({ config: { auth: 'required' } }), scope, () => {})
  t.match(registerOf('public').assess(record), { judged: [rules.required], source: 'config' })
})

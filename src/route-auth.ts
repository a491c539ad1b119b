/** What each route asks of its callers: read when the route is declared, found again for each request. */
import type { RouteOptions } from 'fastify'
import { ruleOfHook } from './hooks.js'
import type { RequestSettings, RoleSettings } from './options/settings.js'
import { readRouteAuth, routeInvalid, rules } from './requirement.js'
import type { AuthRule, Requirement } from './requirement.js'
import type { AuthMode } from './types.js'

/** How one route is protected, as far as it was declared to the plugin. */
export interface RouteAuth {
  readonly method: string | readonly string[]
  readonly url: string
  /** The strictest of what the route's config (or `defaultAuth`) and its hooks ask. */
  readonly auth: AuthMode
  /** What must hold besides a valid token; all of these, where config and hooks ask both. */
  readonly requirements: readonly Requirement[]
  /** Where that comes from. */
  readonly source: 'default' | 'config' | 'hook'
}

/** The routes of one plugin instance. */
export interface RouteRegister {
  /** Reads a route's declaration; throws `FST_COGNITO_ROUTE_INVALID` for a bad one. */
  declare (route: RouteOptions): void
  /** The rule of the route that a request matched, given its `config`; `null` if its `config.auth` is invalid. */
  ruleOf (config: object): AuthRule | null
  routes (): RouteAuth[]
}

const ruleSlot = Symbol('fastify-cognito-auth.rule')
const hookNames = ['onRequest', 'preValidation', 'preHandler'] as const
const strictness: readonly AuthMode[] = ['public', 'optional', 'required']

/** Makes the register; `roles` tells which roles exist, so that a misspelt one is found at start-up. */
export function createRouteRegister (defaultAuth: RequestSettings['defaultAuth'], roles: RoleSettings): RouteRegister {
  const declared: RouteAuth[] = []
  // Rules of routes that were declared before the plugin was loaded, and of the 404 handlers.
  const lateRules = new WeakMap<object, AuthRule | { rule: null }>()
  const knownRoles = new Set([...roles.byGroup.map(([, role]) => role), roles.otherwise])

  function declare (route: RouteOptions): void {
    const at = `config.auth of route ${String(route.method)} ${route.url}`
    const own = readConfig(route.config, at)
    const rule = own ?? rules[defaultAuth]
    const hooks = rulesOfHooks(route)
    const all = [rule, ...hooks]
    for (const { requirement } of all) assertRolesKnown(requirement, at)
    // Fastify copies the members of `config`, symbols included, when it makes the route's context.
    route.config = Object.assign({}, route.config, { [ruleSlot]: rule })
    const auth = strictest(all)
    declared.push(Object.freeze({
      method: route.method,
      url: route.url,
      auth,
      requirements: all.flatMap(({ requirement }) => requirement ?? []),
      source: hooks.length > 0 && strictest(hooks) === auth && rule.mode !== auth ? 'hook' : own === null ? 'default' : 'config'
    }))
  }

  function ruleOf (config: object): AuthRule | null {
    return (config as { [ruleSlot]?: AuthRule })[ruleSlot] ?? lateRuleOf(config)
  }

  function lateRuleOf (config: object): AuthRule | null {
    const known = lateRules.get(config)
    if (known !== undefined) return 'rule' in known ? null : known
    let rule: AuthRule | null
    try {
      rule = readConfig(config, 'config.auth') ?? rules[defaultAuth]
      assertRolesKnown(rule.requirement, 'config.auth')
    } catch {
      // Nobody can be told at start-up any more: the caller denies the request and logs it.
      rule = null
    }
    lateRules.set(config, rule ?? { rule })
    return rule
  }

  function assertRolesKnown (requirement: Requirement | null, at: string): void {
    const unknown = requirement?.roles?.find((role) => !knownRoles.has(role))
    if (unknown !== undefined) throw routeInvalid(at, `roles that the options "roles" or "defaultRole" give; "${unknown}" is none of them`)
  }

  return { declare, ruleOf, routes: () => [...declared] }
}

function readConfig (config: object | undefined, at: string): AuthRule | null {
  // Present but undefined is a misspelt constant, not a wish for the default.
  if (config === undefined || !('auth' in config)) return null
  return readRouteAuth(config.auth, at)
}

function rulesOfHooks (route: RouteOptions): AuthRule[] {
  return hookNames
    .flatMap((name) => (route[name] ?? []) as object | object[])
    .flatMap((hook) => ruleOfHook(hook) ?? [])
}

function strictest (all: readonly AuthRule[]): AuthMode {
  return all.map(({ mode }) => mode).reduce((one, other) => (strictness.indexOf(other) > strictness.indexOf(one) ? other : one))
}

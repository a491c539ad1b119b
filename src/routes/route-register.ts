/** What each route asks of its callers: read when the route is declared, found again for each request. */
import type { RouteOptions } from 'fastify'
import type { RequestSettings } from '../options/settings.js'
import { ruleOfHook } from './hook-rules.js'
import { assertAttainable } from './attainable.js'
import type { Attainable } from './attainable.js'
import { readRouteAuth } from './read-requirement.js'
import { rules } from './requirement.js'
import type { AuthRule } from './requirement.js'
import { routeInvalid } from './route-invalid.js'
import type { RouteAuth } from './route-auth.js'
import { readDeclaration } from './route-declaration.js'
import type { RouteDeclaration } from './route-declaration.js'
import type { AuthMode } from '../options/options.js'

/** The routes of one plugin instance. */
export interface RouteRegister {
  /** Takes in a route; throws `FST_COGNITO_ROUTE_INVALID` for an invalid `config.auth`. */
  declare (route: RouteOptions): void
  /** Takes in a route that was declared before there was a register; one with an invalid `config.auth` is denied. */
  declareEarly (declaration: RouteDeclaration): void
  /** The rule of the route that a request matched, given its `config`; `null` if its `config.auth` is invalid. */
  ruleOf (config: object): AuthRule | null
  /** Throws `FST_COGNITO_ROUTE_INVALID` if a route has only a rule that nothing enforces: in an option `auth` beside `config`. */
  assertEnforced (): void
  routes (): RouteAuth[]
}

const ruleSlot = Symbol('fastify-cognito-auth.rule')
const noAuth = Symbol('fastify-cognito-auth.no-auth')
const strictness: readonly AuthMode[] = ['public', 'optional', 'required']

/** The rule of a route beside the `config.auth` that it was read from: it holds only as long as that is the same. */
interface ReadRule {
  readonly auth: unknown
  readonly rule: AuthRule
}

/** Makes the register; `attainable` tells what a user can have, so that a misspelt name is found at start-up. */
export function createRouteRegister (defaultAuth: RequestSettings['defaultAuth'], attainable: Attainable): RouteRegister {
  // Read when asked for: the `onRoute` hooks of child contexts run later and may give a route another config or more hooks.
  const declared: Array<() => readonly [declaration: RouteDeclaration, rule: AuthRule | null]> = []
  // Rules of routes that were declared before the plugin was loaded or changed after it had read them, and of the 404 handlers.
  const lateRules = new WeakMap<object, { readonly rule: AuthRule | null }>()

  function declare (route: RouteOptions): void {
    const declaration = readDeclaration(route)
    assertCarriedOver(declaration)
    const rule = readRule(declaration.config, whereIs(declaration), declaration.url)
    // Fastify copies the members of `config`, symbols included, when it makes the route's context.
    route.config = Object.assign({}, route.config, { [ruleSlot]: { auth: authOf(declaration.config), rule } })
    describe(declaration, rule)
    const { method, url } = declaration
    declared.push(() => [{ ...readDeclaration(route), method, url }, ruleOf(route.config ?? {})])
  }

  function declareEarly (declaration: RouteDeclaration): void {
    assertCarriedOver(declaration)
    const read = (): readonly [RouteDeclaration, AuthRule | null] => [declaration, ruleOf(declaration.config ?? {})]
    describe(...read())
    declared.push(read)
  }

  function assertEnforced (): void {
    for (const read of declared) {
      const [declaration, rule] = read()
      // An option of this name may be another plugin's, or made into a config by an `onRoute` hook.
      if (asksForMore(declaration.optionAuth) && describe(declaration, rule).source === 'default') {
        throw routeInvalid(whereIs(declaration), 'the rule there: it stands in an option "auth" beside config, where nothing reads it')
      }
    }
  }

  function ruleOf (config: object): AuthRule | null {
    const read = (config as { [ruleSlot]?: ReadRule })[ruleSlot]
    return read !== undefined && read.auth === authOf(config) ? read.rule : lateRuleOf(config)
  }

  function lateRuleOf (config: object): AuthRule | null {
    let late = lateRules.get(config)
    if (late === undefined) {
      late = tryRule(config, 'config.auth')
      lateRules.set(config, late)
    }
    return late.rule
  }

  // Nobody can be stopped at start-up any more: the route is denied, which `routes()` and each refusal say.
  function tryRule (config: object, at: string): { readonly rule: AuthRule | null } {
    try {
      return { rule: readRule(config, at, null) }
    } catch {
      return { rule: null }
    }
  }

  function readRule (config: object | undefined, at: string, url: string | null): AuthRule {
    // Present but undefined is a misspelt constant, not a wish for the default.
    const rule = hasOwnRule(config) ? readRouteAuth(config.auth, at) : rules[defaultAuth]
    if (rule.requirement !== null) assertAttainable(rule.requirement.shown, attainable, url, at)
    return rule
  }

  function describe (declaration: RouteDeclaration, rule: AuthRule | null): RouteAuth {
    const { method, url, config, hooks, undefinedHooks } = declaration
    const ofHooks = hooks.flatMap((hook) => ruleOfHook(hook) ?? [])
    for (const { requirement } of ofHooks) {
      if (requirement !== null) assertAttainable(requirement.shown, attainable, url, `route ${String(method)} ${url}: authorize(): requirement`)
    }
    const all = rule === null ? ofHooks : [rule, ...ofHooks]
    const isFromHook = rule !== null && ofHooks.some(({ mode }) => isStricter(mode, rule.mode))
    return Object.freeze({
      method,
      url,
      auth: rule === null ? 'denied' : all.map(({ mode }) => mode).reduce((one, other) => (isStricter(other, one) ? other : one)),
      requirements: Object.freeze(all.flatMap(({ requirement }) => requirement?.shown ?? [])),
      source: isFromHook ? 'hook' : hasOwnRule(config) ? 'config' : 'default',
      undefinedHooks
    })
  }

  return { declare, declareEarly, ruleOf, assertEnforced, routes: () => declared.map((read) => describe(...read())) }
}

// Fastify makes a copy of `config`, which has only its own enumerable members: any other `auth` would be lost on the way.
function assertCarriedOver (declaration: RouteDeclaration): void {
  const { config } = declaration
  if (hasOwnRule(config) && !Object.prototype.propertyIsEnumerable.call(config, 'auth')) {
    throw routeInvalid(whereIs(declaration), 'a member of the config object itself, neither inherited nor hidden')
  }
}

/** Tells whether a value reads as a rule that lets fewer in than a public route does. */
function asksForMore (value: unknown): boolean {
  if (value === undefined) return false
  try {
    return readRouteAuth(value, 'auth').mode !== 'public'
  } catch {
    return false
  }
}

function authOf (config: object | undefined): unknown {
  return hasOwnRule(config) ? config.auth : noAuth
}

function hasOwnRule (config: object | undefined): config is { auth: unknown } {
  // `null` is let pass by Fastify, whatever its types say.
  return typeof config === 'object' && (config as object | null) !== null && 'auth' in config
}

function whereIs ({ method, url }: RouteDeclaration): string {
  return `route ${String(method)} ${url}: config.auth`
}

function isStricter (one: AuthMode, other: AuthMode): boolean {
  return strictness.indexOf(one) > strictness.indexOf(other)
}

/** The rules that are read off a route: of its config, of its hooks, and the default where it has none. */
import { isDeepStrictEqual } from 'node:util'
import { assertAttainable } from './attainable.js'
import type { Attainable } from './attainable.js'
import { readingOfHook } from './hook-rules.js'
import type { ReadRule } from './hook-rules.js'
import { absent } from './own-values.js'
import { readRouteAuth } from './read-requirement.js'
import type { AuthRule } from './requirement.js'
import type { RouteDeclaration } from './route-declaration.js'

/** Reads the rules of one registration's routes. */
export interface RuleReader {
  /** The rule that a value says, for a route of this address if that is known. Throws `FST_COGNITO_ROUTE_INVALID` for an invalid one. */
  read (auth: unknown, at: string, url: string | null): ReadRule
  /** The rule of a `config.auth`, of a route of this address if that is known; `null` where there is none. Throws `FST_COGNITO_ROUTE_INVALID` for an invalid one. */
  readOwn (auth: unknown, at: string, url: string | null): ReadRule | null
  /** The rules of the route's own hooks. Throws `FST_COGNITO_ROUTE_INVALID` for a role that nobody can have. */
  readHooks (declaration: RouteDeclaration): AuthRule[]
}

/** Makes the reader; `attainable` tells what a user can have, so that a misspelt name is found at start-up. */
export function createRuleReader (attainable: Attainable): RuleReader {
  function readOwn (auth: unknown, at: string, url: string | null): ReadRule | null {
    return auth === absent ? null : read(auth, at, url)
  }

  function read (auth: unknown, at: string, url: string | null): ReadRule {
    // Present but undefined is a misspelt constant, not a wish for the default.
    const rule = readRouteAuth(auth, at)
    assertMeetable(rule, at, url)
    return { value: auth, rule }
  }

  function readHooks (declaration: RouteDeclaration): AuthRule[] {
    const all = readingsOfHooks(declaration).map(({ rule }) => rule)
    const { method, url } = declaration
    for (const rule of all) assertMeetable(rule, `route ${String(method)} ${url}: authorize(): requirement`, url)
    return all
  }

  function assertMeetable ({ requirement }: AuthRule, at: string, url: string | null): void {
    if (requirement !== null) assertAttainable(requirement.shown, attainable, url, at)
  }

  return { read, readOwn, readHooks }
}

/** The rules of the hooks of this package that a route names. */
export function readingsOfHooks ({ hooks }: RouteDeclaration): ReadRule[] {
  return hooks.flatMap((hook) => readingOfHook(hook) ?? [])
}

/**
 * What several readings ask together: each different one once. A reading never takes back what another has said,
 * so a change that comes after the route was made can only ask for more.
 */
export function joinReadings (readings: ReadonlyArray<ReadRule | null>): AuthRule[] {
  const given = readings.filter((reading) => reading !== null)
  return given.filter(({ value }, index) => given.findIndex((other) => isDeepStrictEqual(other.value, value)) === index).map(({ rule }) => rule)
}

/** Tells whether a value reads as a rule. */
export function readsAsRule (value: unknown): boolean {
  return tryRule(value) !== null
}

/** Tells whether a value reads as a rule that lets fewer in than a public route does. */
export function asksForMore (value: unknown): boolean {
  const rule = tryRule(value)
  return rule !== null && rule.mode !== 'public'
}

function tryRule (value: unknown): AuthRule | null {
  if (value === absent) return null
  try {
    return readRouteAuth(value, 'auth')
  } catch {
    return null
  }
}

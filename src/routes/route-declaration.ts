/** What a route says of its protection at one moment. */
import type { RouteOptions } from 'fastify'
import { copyOnce, ownMember } from './own-values.js'
import { routeInvalid } from './route-invalid.js'

/** A route as it stands in the options that Fastify goes on using; this is a copy. */
export interface RouteDeclaration {
  readonly method: string | readonly string[]
  readonly url: string
  /** The own `config.auth`, copied; `absent` where there is none. */
  readonly auth: unknown
  /** The hooks of the positions in which a request can be refused before its handler. */
  readonly hooks: readonly object[]
  /** The names of those positions that were given as `undefined`: Fastify serves such a route without the hook. */
  readonly undefinedHooks: readonly string[]
  /** The value of an option `auth` of the route itself, beside its `config`, copied; nothing in Fastify reads it there. */
  readonly optionAuth: unknown
}

const positions = ['onRequest', 'preValidation', 'preHandler'] as const

/** Reads a declaration off the options of a route. */
export function readDeclaration (route: RouteOptions): RouteDeclaration {
  return Object.freeze({
    method: route.method,
    url: route.url,
    auth: copyOnce(ownMember(route.config, 'auth')),
    hooks: Object.freeze(positions.flatMap((position) => (route[position] ?? []) as object | object[])),
    undefinedHooks: Object.freeze(positions.filter((position) => Object.hasOwn(route, position) && route[position] === undefined)),
    optionAuth: copyOnce(ownMember(route, 'auth'))
  })
}

/** Where the rule of a route stands, for messages. */
export function whereIs ({ method, url }: Pick<RouteDeclaration, 'method' | 'url'>): string {
  return `route ${String(method)} ${url}: config.auth`
}

/**
 * Refuses a rule that Fastify would lose on the way from the route's options to its requests.
 *
 * @throws `FST_COGNITO_ROUTE_INVALID`
 */
export function assertCarriedOver (route: RouteOptions): void {
  if (losesAuth(route.config)) throw routeInvalid(whereIs(route), 'a member of the config object itself, neither inherited nor hidden')
}

/**
 * Tells whether a config has an `auth` that a copy would not have: Fastify copies the own enumerable members. What
 * `Object.prototype` was given by somebody is no rule of the route.
 */
export function losesAuth (config: unknown): boolean {
  if (typeof config !== 'object' || config === null) return false
  return Object.hasOwn(config, 'auth') ? !Object.prototype.propertyIsEnumerable.call(config, 'auth') : inherits(config)
}

function inherits (config: object): boolean {
  for (let at: unknown = Object.getPrototypeOf(config); typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'auth') && Object.getPrototypeOf(at) !== null) return true
  }
  return false
}

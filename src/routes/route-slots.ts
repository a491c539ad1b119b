/**
 * What the routes of an application tell to what stands beside the plugin, such as whoever documents them: by registered
 * symbols, so that neither needs the other, and every copy of this package understands every other one.
 */
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { RouteAuth } from './route-auth.js'

/** How one route is protected. */
export type RouteProtection = Pick<RouteAuth, 'auth' | 'requirements' | 'source'>

const protectionSlot = Symbol.for('fastify-cognito-auth.protection-of')
const declaredSlot = Symbol.for('fastify-cognito-auth.declared-in')

type ProtectionOf = () => RouteProtection | null
type DeclaredIn = (scope: FastifyInstance) => readonly RouteOptions[]

/** What a route was told to tell; copies of its options have it too. */
interface Told {
  readonly route: RouteOptions
  readonly of: ProtectionOf
}

/** Lets a route tell its protection, and every copy that is made of its options. Of several copies of this package, the one that covers the route has the word. */
export function tellProtection (route: RouteOptions, of: ProtectionOf): void {
  const before = toldOf(route)
  // Options that were announced earlier and are declared again bring the word of another route along.
  const others = before?.route === route ? before.of : () => null
  const told: Told = { route, of: () => of() ?? others() }
  Object.defineProperty(route, protectionSlot, { value: told, enumerable: true, configurable: true })
}

/** The protection of a route; `null` where no registration covers it, or nobody saw it declared. */
export function askProtection (route: RouteOptions): RouteProtection | null {
  return toldOf(route)?.of() ?? null
}

function toldOf (route: RouteOptions): Told | undefined {
  return (route as { readonly [protectionSlot]?: Told })[protectionSlot]
}

/** Lets an application tell the routes that were declared in a context and below. */
export function tellDeclared (root: FastifyInstance, within: DeclaredIn): void {
  Object.defineProperty(root, declaredSlot, { value: within, configurable: true })
}

/** The options of every route that was declared so far in a context and below; empty where nobody has seen any. */
export function askDeclared (scope: FastifyInstance): readonly RouteOptions[] {
  return (scope as { readonly [declaredSlot]?: DeclaredIn })[declaredSlot]?.(scope) ?? []
}

/** Public routes outside every registration, in an application that has one: usually a plugin file without `fp`. */
import type { FastifyInstance } from 'fastify'
import { rootOf } from './cover.js'
import { readDeclaration } from './route-declaration.js'
import type { RouteDeclaration } from './route-declaration.js'
import type { RouteRecord } from './route-record.js'

/**
 * Warns once of routes that are probably meant to be covered: where a registration stands in a child context that has no
 * prefix of its own, and where a route has a hook that is `undefined`.
 *
 * A route that says `'public'` itself is not meant. A registration below a prefix is a way to protect that prefix, so the other routes are then no mistake.
 *
 * @param uncovered The routes that no registration covers; none of them has a `config.auth` that asks for anything.
 * @param covered The contexts with a registration.
 */
export function warnOfUncovered (uncovered: readonly RouteRecord[], covered: ReadonlySet<FastifyInstance>): void {
  if (covered.size === 0) return
  const routes = uncovered.filter(({ needs }) => needs?.length === 0).map(({ options }) => readDeclaration(options))
    .filter(({ auth }) => auth !== 'public')
  const hooked = routes.filter(({ undefinedHooks }) => undefinedHooks.length > 0)
  const warn = (all: readonly RouteDeclaration[], message: string): void => {
    uncovered[0]?.scope.log.warn({ routes: all.map(({ method, url, undefinedHooks }) => ({ method, url, undefinedHooks })) }, message)
  }
  if (hooked.length > 0) warn(hooked, 'public routes with an undefined hook, which no registration of fastify-cognito-auth covers: wrap the plugin file that registers it in fp (fastify-plugin)')
  else if (routes.length > 0 && [...covered].some(isChildWithoutPrefix)) {
    warn(routes, 'public routes that no registration of fastify-cognito-auth covers, not even by defaultAuth: wrap the plugin file that registers it in fp (fastify-plugin), or give it a prefix')
  }
}

function isChildWithoutPrefix (scope: FastifyInstance): boolean {
  return scope !== rootOf(scope) && (Object.getPrototypeOf(scope) as FastifyInstance).prefix === scope.prefix
}

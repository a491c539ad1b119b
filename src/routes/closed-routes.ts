/** Routes that nobody can call, since the rule of their context looks for a parameter that their address does not have. */
import { missingParameter } from './attainable.js'
import type { RouteRecord } from './route-record.js'
import type { Assessment } from './route-register.js'

/**
 * Warns once of all such routes.
 *
 * They are refused and no danger, so the start goes on: a plugin may have declared one that nobody needs, such as the
 * `OPTIONS *` of @fastify/cors. A route's own `match` is refused when the route is declared.
 */
export function warnOfClosed (assessed: ReadonlyArray<readonly [RouteRecord, Assessment]>): void {
  const closed = assessed.flatMap(([{ scope }, { declaration: { method, url }, judged, ofHooks, source }]) => {
    const rules = [...source === 'context' && judged !== null ? judged : [], ...ofHooks]
    const missing = rules.map(({ requirement }) => missingParameter(requirement?.shown.match ?? {}, url)).find((found) => found !== null)
    return missing === undefined ? [] : [{ scope, route: { method, url, parameter: missing.parameter } }]
  })
  closed[0]?.scope.log.warn(
    { routes: closed.map(({ route }) => route) },
    'routes that refuse everybody: the rule of their context matches a claim with a parameter that their address does not have'
  )
}

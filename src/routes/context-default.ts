/** `app.defaultAuth(rule)`: a rule for all routes of a context, declared before them. */
import type { FastifyInstance } from 'fastify'
import { hooksAbove } from './context-hooks.js'
import { contextRulesOf, hasContextRule, setContextRule } from './context-rule.js'
import { isWithin } from './cover.js'
import type { GateState } from './gate-state.js'
import type { ReadRule } from './hook-rules.js'
import { isOwnRoute } from './own-route.js'
import { copyOnce } from './own-values.js'
import { routeInvalid } from './route-invalid.js'
import type { ContextRules } from './route-register.js'
import type { RuleReader } from './route-rules.js'

/** What the routes of a context get from it: its rule or `fallback`, and the hooks that were added to it. */
export function contextRules (scope: FastifyInstance, fallback: readonly ReadRule[], { contextHooks }: GateState): ContextRules {
  const own = contextRulesOf(scope)
  const hooks = hooksAbove(contextHooks, scope)
  return own.length === 0 ? { fallback, source: 'default', hooks } : { fallback: own, source: 'context', hooks }
}

/**
 * Gives a context its rule.
 *
 * @throws `FST_COGNITO_ROUTE_INVALID` for a bad rule, for a second one in the same context, and after a route was declared there or below.
 */
export function declareContextRule (scope: FastifyInstance, rule: unknown, reader: RuleReader, { records, notFounds, isReady }: GateState): void {
  const at = `defaultAuth() of the context ${scope.prefix === '' ? '/' : scope.prefix}`
  if (hasContextRule(scope)) throw routeInvalid(at, 'one rule for a context')
  const earlier = [...records, ...notFounds].find((record) => isWithin(record.scope, scope) && !isOwnRoute(record.options))
  if (earlier !== undefined || isReady) throw routeInvalid(at, `to be called before the routes of the context are declared; ${earlier === undefined ? 'the application has started' : `${earlier.options.url} was there first`}`)
  setContextRule(scope, reader.read(copyOnce(rule), at, null))
}

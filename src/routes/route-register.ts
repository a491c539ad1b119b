/** What each route of one registration asks of its callers: settled when the application is ready, found again for each request. */
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { ReadRule } from './hook-rules.js'
import { absent, copyOnce, ownMember } from './own-values.js'
import { never } from './standing.js'
import type { Judge } from './standing.js'
import { rules } from './requirement.js'
import type { AuthRule } from './requirement.js'
import { assertCarriedOver, readDeclaration, whereIs } from './route-declaration.js'
import type { RouteDeclaration } from './route-declaration.js'
import type { OpenRoutes } from './public-routes.js'
import { recordOf } from './route-record.js'
import type { RouteRecord } from './route-record.js'
import { joinReadings } from './route-rules.js'
import type { RuleReader } from './route-rules.js'

/** What the routes of a context get from it. */
export interface ContextRules {
  /** What a route gets that has no rule of its own; all of these. */
  readonly fallback: readonly ReadRule[]
  /** Where `fallback` comes from. */
  readonly source: 'default' | 'context'
  /** What the hooks ask that were added to the context or to one above. */
  readonly hooks: readonly ReadRule[]
}

/** The protection of one route. */
export interface Assessment {
  readonly declaration: RouteDeclaration
  /** What is judged before the body is read; `null` for a route that is denied. */
  readonly judged: readonly AuthRule[] | null
  /** What the route's own hooks ask. */
  readonly ofHooks: readonly AuthRule[]
  /** Where `judged` comes from. */
  readonly source: 'default' | 'context' | 'publicRoutes' | 'config'
}

/** The part of a request that tells its route. */
export interface MatchedRoute {
  readonly handler: unknown
  readonly config: object
}

/** The routes of one registration. */
export interface RouteRegister {
  /** Checks a route at its declaration, so that a mistake stops there; throws `FST_COGNITO_ROUTE_INVALID`. */
  assertValid (route: RouteOptions): void
  /** Checks what cannot be denied later of a route declared earlier; throws `FST_COGNITO_ROUTE_INVALID`. */
  assertReadable (route: RouteOptions): void
  /** Asks the option `publicRoutes` about a route without a rule, when it is declared; throws `FST_COGNITO_ROUTE_INVALID`. */
  askIfPublic (record: RouteRecord): void
  /** What a route asks: as it was settled, or as it reads now. */
  assess (record: RouteRecord): Assessment
  /** Fixes what a route asks from now on. */
  settle (record: RouteRecord): Assessment
  /** What is judged for the route that a request matched; `null` if its `config.auth` is invalid. */
  rulesOf (route: MatchedRoute, scope: FastifyInstance): readonly AuthRule[] | null
}

/**
 * Makes the register of a registration; `contextOf` tells what the routes of a context get from it, `open` which routes
 * without a rule are public, `judge` stands for who judges their requests.
 */
export function createRouteRegister (reader: RuleReader, contextOf: (scope: FastifyInstance) => ContextRules, open: OpenRoutes, judge: Judge): RouteRegister {
  // Of configs without a record, and of those changed at run time; by the value that was read, so that a second change is seen.
  const lateRules = new WeakMap<object, { readonly auth: unknown, readonly judged: readonly AuthRule[] | null }>()

  const settled = new WeakMap<RouteRecord, Assessment>()

  function assertReadable (route: RouteOptions): void {
    assertCarriedOver(route)
    reader.readHooks(readDeclaration(route))
  }

  function assertValid (route: RouteOptions): void {
    assertReadable(route)
    const declaration = readDeclaration(route)
    reader.readOwn(declaration.auth, whereIs(declaration), declaration.url)
  }

  function askIfPublic (record: RouteRecord): void {
    // Also a rule that a later hook takes away has been there: nothing is asked then, and the default stays.
    const { source, ofHooks } = read(record)
    if (source === 'default' && ofHooks.length === 0) open.ask(record)
  }

  function assess (record: RouteRecord): Assessment {
    return settled.get(record) ?? read(record)
  }

  function read (record: RouteRecord): Assessment {
    const now = readDeclaration(record.options)
    const { fallback, source: origin, hooks } = contextOf(record.scope)
    const ofHooks = [...hooks.map(({ rule }) => rule), ...reader.readHooks(now)]
    // What Fastify has taken over counts, and what was written since: the stricter of both, so nothing is loosened afterwards.
    const made = record.made ?? now
    const source = made.auth === absent && now.auth === absent ? origin : 'config'
    const declaration = { ...now, method: made.method, url: made.url }
    if (source === 'default' && ofHooks.length === 0 && open.has(record)) return { declaration, judged: [rules.public], ofHooks, source: 'publicRoutes' }
    return { declaration, judged: tryRead(made.auth, now.auth, fallback), ofHooks, source }
  }

  function settle (record: RouteRecord): Assessment {
    const assessment = read(record)
    settled.set(record, assessment)
    const { judged, ofHooks } = assessment
    record.judge = judge
    record.judged = judged
    record.needs = judged === null ? [never] : [...new Set([...judged, ...ofHooks])].filter(({ mode }) => mode !== 'public')
    return assessment
  }

  function rulesOf ({ handler, config }: MatchedRoute, scope: FastifyInstance): readonly AuthRule[] | null {
    const record = recordOf(handler)
    if (record !== undefined && record.judged !== null && record.seenAuth === (config as { readonly auth?: unknown }).auth) return record.judged
    return lateRulesOf(record, config, scope)
  }

  function lateRulesOf (record: RouteRecord | undefined, config: object, scope: FastifyInstance): readonly AuthRule[] | null {
    const auth = ownMember(config, 'auth')
    // Before the start is complete everything may still change, so nothing is kept.
    if (record?.needs === null) return tryRead(copyOnce(auth), absent, contextOf(scope).fallback)
    let late = lateRules.get(config)
    if (late === undefined || late.auth !== auth) {
      late = { auth, judged: readLate(record, copyOnce(auth), scope) }
      lateRules.set(config, late)
    }
    return late.judged
  }

  function readLate (record: RouteRecord | undefined, auth: unknown, scope: FastifyInstance): readonly AuthRule[] | null {
    if (record === undefined) return tryRead(auth, absent, contextOf(scope).fallback)
    const more = tryRead(auth, absent, [])
    return record.judged === null || more === null ? null : [...record.judged, ...more]
  }

  // Nobody can be stopped at start-up any more: the route is denied, which `routes()` and each refusal say.
  function tryRead (made: unknown, now: unknown, fallback: readonly ReadRule[]): readonly AuthRule[] | null {
    try {
      const own = reader.readOwn(made, 'config.auth', null)
      return joinReadings([...(own === null ? fallback : [own]), reader.readOwn(now, 'config.auth', null)])
    } catch {
      return null
    }
  }

  return { assertValid, assertReadable, askIfPublic, assess, settle, rulesOf }
}

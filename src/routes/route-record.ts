/** A route as it was announced, from its declaration to its requests; and the last look before its handler. */
import type { FastifyInstance, RouteOptions } from 'fastify'
import { copyOnce, ownMember } from './own-values.js'
import { tellPassed } from './request-events.js'
import { hasPassed } from './standing.js'
import type { Judge, JudgedRequest } from './standing.js'
import { losesAuth, readDeclaration } from './route-declaration.js'
import type { RouteDeclaration } from './route-declaration.js'
import { readsAsRule } from './route-rules.js'
import type { AuthRule } from './requirement.js'

/** What is known of a route. */
export interface RouteRecord {
  /** The context in which the route was declared. */
  readonly scope: FastifyInstance
  /** Fastify's own copy of the route's options, which hooks may go on changing. */
  readonly options: RouteOptions
  /** What the route said when Fastify made it, after the last `onRoute` hook; `null` until then. */
  made: RouteDeclaration | null
  /** Where Fastify has made the route: the root of a prefix has a twin with a slash. */
  readonly places: RoutePlace[]
  /** What the `onRequest` hook judges; `null` until the start is complete, and for a route that is denied. */
  judged: readonly AuthRule[] | null
  /** The value of `config.auth` by which `judged` was read: another one at run time is a later change. */
  seenAuth: unknown
  /** What a request must have passed before the handler runs; `null` until the start is complete. */
  needs: readonly AuthRule[] | null
  /** The registration whose word counts for that; `null` where none covers the route. */
  judge: Judge | null
  /** The route's own copy of its rule, which is frozen with the start; none where it said nothing that reads as a rule. */
  copy: unknown
}

/** Method and address of a route. */
export type RoutePlace = Pick<RouteDeclaration, 'method' | 'url'>

/** Throws the refusal of a request that has not passed what the route needs. */
export type LastLook = (record: RouteRecord, request: unknown) => void

type Handler = (this: unknown, first: unknown, second: unknown) => unknown

const recordSlot = Symbol('fastify-cognito-auth.record')
// A route that is declared again, in another application too, must not bring the look of the first one with it.
const handlersBehind = new WeakMap<object, Handler>()

/** The record of the route to which a handler belongs, as a request shows it; none for a route that was never announced. */
export function recordOf (handler: unknown): RouteRecord | undefined {
  return (handler as { [recordSlot]?: RouteRecord } | undefined)?.[recordSlot]
}

/**
 * Takes a route in charge that an `onRoute` hook announces: whatever handler Fastify takes in the end will be behind
 * the last look, also one that a later hook puts there.
 */
export function takeInCharge (options: RouteOptions, scope: FastifyInstance, look: LastLook): RouteRecord {
  const record = createRecord(options, scope)
  let guarded = guard(record, options.handler, look)
  Object.defineProperty(options, 'handler', {
    enumerable: true,
    configurable: true,
    get: () => guarded,
    set (handler: unknown) {
      guarded = guard(record, handler, look)
    }
  })
  return record
}

/** Makes the record of a route, and gives the route a config and a rule of its own. */
export function createRecord (options: RouteOptions, scope: FastifyInstance): RouteRecord {
  return { scope, options, made: null, places: [], judged: null, seenAuth: undefined, needs: null, judge: null, copy: ownAuth(options) }
}

/** Puts the last look before a handler; anything but a function is left for Fastify to refuse. */
export function guard (record: RouteRecord, handler: unknown, look: LastLook): unknown {
  if (typeof handler !== 'function') return handler
  const behind = handlersBehind.get(handler) ?? handler as Handler
  const guarded = function (this: unknown, first: unknown, second: unknown): unknown {
    const { needs, judge } = record
    if (needs === null || (needs.length > 0 && !hasPassed(first as JudgedRequest, needs, judge))) look(record, requestAmong(first, second))
    // The root of a prefix has two patterns, and only the request knows which one it came by.
    else if (needs.length > 0) tellPassed(first as JudgedRequest, record.places.length === 1 ? record.places[0]?.url : undefined)
    return behind.call(this, first, second)
  }
  handlersBehind.set(guarded, behind)
  return Object.defineProperties(guarded, {
    name: { value: behind.name },
    [recordSlot]: { value: record },
    // Fastify binds the handler at the moment it makes the route. Were it done another way, the record would be read at the start only.
    bind: { value: (self: unknown) => bindOnce(record, guarded, self) }
  })
}

function bindOnce (record: RouteRecord, guarded: Handler, self: unknown): Handler {
  record.made = readDeclaration(record.options)
  const { method, url } = record.made
  record.places.push({ method, url })
  record.seenAuth = ownMember(record.options.config, 'auth')
  const bound = Function.prototype.bind.call(guarded, self) as Handler
  // Another copy of this package may have taken the route in charge as well, and looks for its own record.
  const behind = handlersBehind.get(guarded)
  if (behind !== undefined && Object.hasOwn(behind, 'bind')) {
    const inner: object = behind.bind(self)
    for (const slot of Object.getOwnPropertySymbols(inner)) Object.defineProperty(bound, slot, { value: Reflect.get(inner, slot) })
  }
  return Object.defineProperty(bound, recordSlot, { value: record })
}

// The handler of a WebSocket route is called with the socket before the request.
function requestAmong (first: unknown, second: unknown): unknown {
  return typeof first === 'object' && first !== null && 'routeOptions' in first ? first : second
}

// What the getters of shared configs gave: a route and the HEAD route that Fastify makes of it read one rule.
const gotten = new WeakMap<object, unknown>()

// Others may share the config or the rule: later hooks change this route's alone. A config whose rule would be lost
// by a copy is left to be refused.
function ownAuth (options: RouteOptions): unknown {
  const given: object = options.config ?? {}
  if (losesAuth(given)) return undefined
  const config: Record<string, unknown> = { ...given }
  options.config = config
  if (!Object.hasOwn(config, 'auth')) return undefined
  if (Object.getOwnPropertyDescriptor(given, 'auth')?.get !== undefined) {
    if (gotten.has(given)) config['auth'] = gotten.get(given)
    else gotten.set(given, config['auth'])
  }
  const auth = copyOnce(config['auth'])
  return readsAsRule(auth) ? (config['auth'] = auth) : undefined
}

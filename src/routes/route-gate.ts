/**
 * The gate of an application: it sees every route from the first moment of the instance, and lets no handler run
 * before the start is complete, or for a request that nobody has judged as its route asks.
 */
import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { watchHooks } from './context-hooks.js'
import type { ContextHook } from './context-hooks.js'
import { coverOf, coverWith, isWithin, rootOf } from './cover.js'
import type { Cover } from './cover.js'
import type { GateState } from './gate-state.js'
import { createLastLook } from './last-look.js'
import { watchNotFound } from './not-found.js'
import { protectionOf } from './protection.js'
import { takeInCharge } from './route-record.js'
import type { RouteRecord } from './route-record.js'
import { tellDeclared, tellProtection } from './route-slots.js'
import { settleRoutes } from './settle-routes.js'

/** The gate of one application. */
export interface RouteGate extends GateState {
  /** A registration has begun; until it is complete it counts as failed. */
  enter (scope: FastifyInstance): void
  /** Puts a context under a registration that is complete. */
  cover (scope: FastifyInstance, cover: Cover): void
}

const gateSlot = Symbol('fastify-cognito-auth.gate')

// An `onRoute` hook does not see the routes declared before it, nor what other contexts declare. Fastify announces
// each instance when it is made, so one that is made after this module was imported is seen whole.
channel('fastify.initialization').subscribe((message) => {
  watch((message as { readonly fastify: FastifyInstance }).fastify)
})

/**
 * The gate of the application to which a context belongs. For an instance that is older than this module it is made
 * now, and knows only what is declared from now on in this context, in the root, and in contexts made below them later.
 */
export function gateOf (scope: FastifyInstance): RouteGate {
  const known = (scope as { readonly [gateSlot]?: RouteGate })[gateSlot]
  return known ?? watch(rootOf(scope), scope)
}

function watch (root: FastifyInstance, scope = root): RouteGate {
  const records: RouteRecord[] = []
  const notFounds: RouteRecord[] = []
  const contextHooks: ContextHook[] = []
  const covered = new Set<FastifyInstance>()
  const failed = new Set<FastifyInstance>()
  const gate = { records, notFounds, contextHooks, covered, failed, stoppedBy: null as unknown, isReady: false, enter, cover }
  const look = createLastLook(gate)
  const announced = new WeakSet<RouteOptions>()

  function enter (context: FastifyInstance): void {
    failed.add(context)
  }

  function cover (context: FastifyInstance, by: Cover): void {
    for (const record of records.filter((record) => isWithin(record.scope, context))) {
      by.register.assertReadable(record.options)
      by.register.askIfPublic(record)
    }
    coverWith(context, by)
    failed.delete(context)
    covered.add(context)
  }

  function onRoute (this: FastifyInstance, options: RouteOptions): void {
    if (announced.has(options)) return
    announced.add(options)
    const record = takeInCharge(options, this, look)
    const by = coverOf(this)
    by?.register.assertValid(options)
    by?.register.askIfPublic(record)
    records.push(record)
    tellProtection(options, () => {
      const covering = coverOf(record.scope)
      return covering === null ? null : protectionOf(covering.register.assess(record))
    })
  }

  function onReady (done: (error?: Error) => void): void {
    try {
      settleRoutes(gate)
      gate.isReady = true
      done()
    } catch (error) {
      gate.stoppedBy = error
      for (const record of [...records, ...notFounds]) record.needs = null
      done(error as Error)
    }
  }

  Object.defineProperty(root, gateSlot, { value: gate })
  tellDeclared(root, (context) => records.filter((record) => isWithin(record.scope, context)).map(({ options }) => options))
  for (const context of new Set([root, scope])) context.addHook('onRoute', onRoute)
  root.addHook('onReady', onReady)
  watchHooks(root, (hook) => contextHooks.push(hook))
  watchNotFound(root, look, (record) => notFounds.push(record))
  return gate
}

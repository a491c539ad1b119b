/** What is known of an application while it starts. */
import type { FastifyInstance } from 'fastify'
import type { ContextHook } from './context-hooks.js'
import type { RouteRecord } from './route-record.js'

/** The routes and registrations of one application. */
export interface GateState {
  /** Every route that was announced so far. */
  readonly records: readonly RouteRecord[]
  /** Every 404 handler that was set so far. */
  readonly notFounds: readonly RouteRecord[]
  /** Every hook of this package that was added to a context so far. */
  readonly contextHooks: readonly ContextHook[]
  /** The contexts with a registration. */
  readonly covered: ReadonlySet<FastifyInstance>
  /** The contexts in which a registration has failed, and none has come after it. */
  readonly failed: ReadonlySet<FastifyInstance>
  /** What has stopped the start, `null` if nothing has. */
  readonly stoppedBy: unknown
  /** Whether the start is complete; no handler runs before. */
  readonly isReady: boolean
}

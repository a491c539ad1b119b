/** The 404 handlers of an application, which Fastify announces to nobody and which `reply.callNotFound()` runs from any route. */
import type { FastifyInstance, RouteOptions } from 'fastify'
import { coverOf, enforceAll } from './cover.js'
import { hasPassed } from './standing.js'
import type { JudgedRequest } from './standing.js'
import { rules } from './requirement.js'
import { createRecord, guard } from './route-record.js'
import type { LastLook, RouteRecord } from './route-record.js'

type Done = (error?: Error) => void

/** Takes the 404 handlers in charge that are set from now on, in this instance and below it. */
export function watchNotFound (root: FastifyInstance, look: LastLook, take: (record: RouteRecord) => void): void {
  // Overloads hide what it is: options and a handler, each of which may be left out.
  const setNotFoundHandler = root.setNotFoundHandler as (...given: unknown[]) => FastifyInstance

  function setGuarded (this: FastifyInstance, ...given: unknown[]): FastifyInstance {
    const [options, handler] = typeof given[0] === 'function' ? [{}, given[0]] : given
    if (typeof handler !== 'function') return setNotFoundHandler.apply(this, given)
    const { preHandler, config, ...others } = { ...options as Partial<RouteOptions> }
    const own: RouteOptions = { ...others, config: { ...config }, preHandler: preHandler ?? [], method: '*', url: `${this.prefix}/*`, handler: handler as RouteOptions['handler'] }
    const record = createRecord(own, this)
    take(record)
    const before = (request: JudgedRequest, reply: unknown, done: Done): void => judge(record, request, reply, done)
    return setNotFoundHandler.call(this, { ...own, preHandler: [before].concat(own.preHandler as []) }, guard(record, handler, look))
  }

  root.setNotFoundHandler = setGuarded
}

// A request that was judged for another route has not been asked what this handler needs.
function judge ({ scope, needs }: RouteRecord, request: JudgedRequest, reply: unknown, done: Done): void {
  const cover = coverOf(scope)
  // Before the start is complete nothing is known to be needed, and the last look refuses.
  if (cover === null || needs === null) done()
  else {
    // Asked of a public handler as well: the user whom another registration has let in is none of this one's.
    const asked = needs.length === 0 ? [rules.public] : needs.filter((need) => !hasPassed(request, [need], cover.judge))
    enforceAll(cover, asked, request, reply, done)
  }
}

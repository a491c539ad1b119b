/** How every route of a registration is protected, as the router has it and as it is enforced. */
import type { FastifyInstance } from 'fastify'
import { isWithin } from './cover.js'
import type { GateState } from './gate-state.js'
import { absent, ownMember } from './own-values.js'
import { protectionOf, requirementsOf } from './protection.js'
import type { RouteAuth } from './route-auth.js'
import { recordOf } from './route-record.js'
import type { RouteRecord } from './route-record.js'
import type { RouteRegister } from './route-register.js'
import { readRoutingTable } from './routing-table.js'
import type { TableRoute } from './routing-table.js'

type Place = Pick<RouteAuth, 'method' | 'url' | 'constraints' | 'kind'>

/** Lists the routes of a context and below, in the order of their declaration, and then its 404 handlers. */
export function listRoutes (scope: FastifyInstance, { records, notFounds }: GateState, register: RouteRegister): RouteAuth[] {
  const order = new Map(records.map((record, index) => [record, index]))
  const table = readRoutingTable(scope)
    .filter((route) => isWithin(route.scope, scope))
    .map((route) => ({ route, record: recordOf(route.handler) }))
    .sort((one, other) => orderOf(one.record) - orderOf(other.record))

  function orderOf (record: RouteRecord | undefined): number {
    return (record === undefined ? undefined : order.get(record)) ?? -1
  }

  return [
    ...table.map(({ route, record }) => (record === undefined ? describeUnseen(route, register) : describe(placeOf(route), record, register))),
    ...notFounds
      .filter((record) => isWithin(record.scope, scope))
      .map((record) => describe({ method: '*', url: record.options.url, constraints: {}, kind: 'not_found' }, record, register))
  ]
}

function placeOf ({ methods, url, constraints }: TableRoute): Place {
  const [first] = methods
  return { method: methods.length === 1 && first !== undefined ? first : methods, url, constraints, kind: 'route' }
}

function describe (place: Place, record: RouteRecord, register: RouteRegister): RouteAuth {
  const assessment = register.assess(record)
  return Object.freeze({ ...place, ...protectionOf(assessment), undefinedHooks: assessment.declaration.undefinedHooks })
}

// Declared before there was anybody to see it: only its config is left.
function describeUnseen (route: TableRoute, register: RouteRegister): RouteAuth {
  const judged = register.rulesOf(route, route.scope)
  return Object.freeze({
    ...placeOf(route),
    auth: judged === null ? 'denied' : 'unknown',
    requirements: requirementsOf(judged ?? []),
    source: ownMember(route.config, 'auth') === absent ? 'default' : 'config',
    undefinedHooks: Object.freeze([])
  })
}

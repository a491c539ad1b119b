/** Addresses under `/.well-known/` that this application does not have: a client that looks for documents there is told so. */
import type { FastifyRequest } from 'fastify'
import { markPassed } from '../routes/standing.js'
import type { AuthRule } from '../routes/requirement.js'
import { recordOf } from '../routes/route-record.js'
import type { RouteRegister } from '../routes/route-register.js'
import type { Authenticator } from '../request/authenticate.js'
import { takeOver } from '../request/take-over.js'

/**
 * What is judged for a request: what its route asks, but nothing for an address under `/.well-known/` that no route
 * has, where the default would answer 401 and a client would take the document for one that needs a token. A 404 handler with a
 * rule of its own keeps it.
 */
export function rulesAsked (request: FastifyRequest, asked: readonly AuthRule[], register: RouteRegister, judge: Authenticator): readonly AuthRule[] {
  if (!request.is404 || !request.url.startsWith('/.well-known/')) return asked
  const record = recordOf(request.routeOptions.handler)
  if (record !== undefined && register.assess(record).source === 'config') return asked
  // The 404 handler would ask for what it does not need here once more.
  const standing = takeOver(request, judge)
  for (const rule of asked) markPassed(standing, rule)
  return []
}

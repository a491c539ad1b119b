/** Addresses under `/.well-known/` that this application does not have: a client that looks for documents there is told so. */
import type { FastifyRequest } from 'fastify'
import { markPassed } from '../routes/passed-rules.js'
import { rules } from '../routes/requirement.js'
import type { AuthRule } from '../routes/requirement.js'
import { recordOf } from '../routes/route-record.js'
import type { RouteRegister } from '../routes/route-register.js'
import type { Authenticator } from '../request/authenticate.js'
import type { DecoratedRequest } from '../request/request.js'

/**
 * What is judged for a request: what its route asks, but nothing for an address under `/.well-known/` that no route
 * has, where the default would answer 401 and a client would take the document for one that needs a token. A 404 handler with a
 * rule of its own keeps it.
 */
export function rulesAsked (request: FastifyRequest, asked: readonly AuthRule[], register: RouteRegister, judge: Authenticator): readonly AuthRule[] {
  if (!request.is404 || !request.url.startsWith('/.well-known/')) return asked
  const record = recordOf(request.routeOptions.handler)
  if (record !== undefined && register.assess(record).source === 'config') return asked
  const decorated = request as unknown as DecoratedRequest
  // Takes the request over at once. The 404 handler would ask for what it does not need here once more.
  judge.enforce(rules.public, decorated, null, () => {})
  for (const rule of asked) markPassed(decorated, rule, judge)
  return []
}

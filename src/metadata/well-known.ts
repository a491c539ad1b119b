/** Addresses under `/.well-known/` that this application does not have: a client that looks for documents there is told so. */
import type { FastifyRequest } from 'fastify'
import { routeMissing } from '../errors/http-errors.js'
import type { AuthRule } from '../routes/requirement.js'
import { recordOf } from '../routes/route-record.js'
import type { RouteRegister } from '../routes/route-register.js'

/**
 * What is judged for a request: what its route asks, but for an address under `/.well-known/` that no route has. There the default
 * would answer 401, and a client would take the document for one that needs a token. The error that is given back answers it, and no
 * 404 handler of the application: that may show what is for those who have signed in, such as a page, or ask another server. One with
 * a rule of its own keeps it.
 */
export function rulesAsked (request: FastifyRequest, asked: readonly AuthRule[], register: RouteRegister): readonly AuthRule[] | Error {
  if (!request.is404 || !request.url.startsWith('/.well-known/') || !asked.some(({ mode }) => mode === 'required')) return asked
  const record = recordOf(request.routeOptions.handler)
  if (record !== undefined && register.assess(record).source === 'config') return asked
  return routeMissing(request.method, request.url)
}

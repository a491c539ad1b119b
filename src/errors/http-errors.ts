/** The HTTP errors that refusals are made of: prototypes with a status. Needs no other package. */

/** The prototype of each kind of HTTP error that a refusal may be; each carries `statusCode`. */
export interface HttpErrors {
  readonly badRequest: Error
  readonly unauthorized: Error
  readonly forbidden: Error
  readonly serviceUnavailable: Error
}

/**
 * Prototypes with the names and members of `@fastify/sensible`'s, for a verifier without Fastify and for a process
 * in which that package cannot be loaded.
 */
export const plainHttpErrors: HttpErrors = Object.freeze({
  badRequest: prototypeOf('BadRequestError', 400),
  unauthorized: prototypeOf('UnauthorizedError', 401),
  forbidden: prototypeOf('ForbiddenError', 403),
  serviceUnavailable: prototypeOf('ServiceUnavailableError', 503)
})

function prototypeOf (name: string, statusCode: number): Error {
  const HttpError = class extends Error {}
  Object.defineProperty(HttpError, 'name', { value: name })
  // An error below 500 is the client's to see, as http-errors has it.
  return Object.defineProperties(HttpError.prototype, {
    status: { value: statusCode },
    statusCode: { value: statusCode },
    expose: { value: statusCode < 500 }
  })
}

/** The error that answers a request for what an application does not have, in the words of Fastify's own 404 handler. */
export function routeMissing (method: string, url: string): Error {
  return Object.assign(new Error(`Route ${method}:${url} not found`), { code: 'FST_ERR_NOT_FOUND', statusCode: 404 })
}

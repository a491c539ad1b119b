/** The HTTP errors of `@fastify/sensible`, without the rest of it. */
import type sensibleErrors from '@fastify/sensible/lib/httpErrors.js'
import { plainHttpErrors } from './http-errors.js'
import type { HttpErrors } from './http-errors.js'

interface SensibleErrors {
  readonly default: typeof sensibleErrors
}

/**
 * Resolves to the prototypes of `@fastify/sensible`'s static `httpErrors`, so that refusals are instances of its
 * classes. Its index would also load the table of media types and all that decorates a reply: 5 times the work, for
 * nothing that is used here, at every start of a process.
 *
 * Where they cannot be loaded, refusals have prototypes of this package's own, with the same names and statuses:
 * a dependency of `@fastify/sensible` dies once `Error` is frozen, and no request may fail of that.
 */
export async function loadHttpErrors (load: () => Promise<SensibleErrors> = importSensible): Promise<HttpErrors> {
  try {
    const { default: httpErrors } = await load()
    return Object.freeze({
      badRequest: prototypeOf(httpErrors.badRequest()),
      unauthorized: prototypeOf(httpErrors.unauthorized()),
      forbidden: prototypeOf(httpErrors.forbidden()),
      serviceUnavailable: prototypeOf(httpErrors.serviceUnavailable())
    })
  } catch {
    // Nothing is lost but `instanceof`, and nobody in this process can have loaded the class to ask for.
    return plainHttpErrors
  }
}

// Its index would load media types and decorators as well.
const importSensible = (): Promise<SensibleErrors> => import('@fastify/sensible/lib/httpErrors.js')

function prototypeOf (error: Error): Error {
  return Object.getPrototypeOf(error) as Error
}

/** The error that refuses a token or a request, and how it is told from all others. */
import type { CognitoAuthErrorCode, Failure, Reason } from './failure.js'

/** What every error of this package carries when it meets a request. */
export interface CognitoAuthError extends Error {
  readonly code: CognitoAuthErrorCode
  readonly statusCode: number
  /** The challenge, or `retry-after`; Fastify's default error handler sends these, and the plugin copies them for handlers that reply by hand. */
  readonly headers: Readonly<Record<string, string>>
  /** Why, for logs. Not enumerable, so that an error handler which serialises the error cannot send it. */
  readonly reason: Reason
}

// Registered, so that two copies of this package in one process know each other's errors.
const brand = Symbol.for('fastify-cognito-auth.error')

/** Makes one kind of error: everything but what differs from refusal to refusal is settled. */
export type ErrorFactory = (failure: Failure, headers: Record<string, string>) => CognitoAuthError

/**
 * Makes errors with a given prototype below a class of their own. Making each through http-errors takes five times
 * as long, which a flood of bad tokens would have every other request pay for.
 *
 * @param prototype Carries `statusCode`, and the constructor whose name loggers show.
 */
export function errorsLike (prototype: Error, message: string): ErrorFactory {
  class Refusal extends Error {
    readonly code: CognitoAuthErrorCode
    readonly headers: Readonly<Record<string, string>>
    // Private, so that an error handler which serialises the error cannot send it.
    readonly #reason: Reason

    constructor (failure: Failure, headers: Record<string, string>) {
      super(message)
      this.code = failure.code
      this.headers = headers
      this.#reason = failure.reason
    }

    get reason (): Reason {
      return this.#reason
    }
  }
  Object.setPrototypeOf(Refusal.prototype, prototype)
  Object.defineProperties(Refusal.prototype, {
    constructor: { value: prototype.constructor },
    name: { value: prototype.constructor.name },
    [brand]: { value: true }
  })
  return (failure, headers) => {
    const error = withoutStack(() => new Refusal(failure, headers))
    if (failure.cause !== undefined) Object.defineProperty(error, 'cause', { value: failure.cause })
    // The prototype carries `statusCode`.
    return error as Refusal & { readonly statusCode: number }
  }
}

/** Tells the errors that this package makes for requests from all others. */
export function isCognitoAuthError (error: unknown): error is CognitoAuthError {
  return typeof error === 'object' && error !== null && brand in error
}

// A stack costs more than a verification and would only ever point here; an outage is rare, and its cause has the stack.
// Where `Error` is frozen the limit cannot be written, which `Reflect.set` takes for an answer: the stack stays then.
function withoutStack<E extends Error> (make: () => E): E {
  const limit = Error.stackTraceLimit
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return make()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit)
  }
}

/** Waiting for an application's own function, but not for ever. */
import { systemClock } from './clock.js'
import { createDeadline } from './deadline.js'

/** The longest an application's own function may take to answer, in milliseconds. */
export const longestAnswer = 3_000

/**
 * Settles like `answer`, or rejects after {@link longestAnswer} milliseconds in which the process ran. Keeps the process
 * alive until then: a request is waiting.
 *
 * The function itself is not stopped: nobody can stop it from outside.
 *
 * @param name The option that the answer is for.
 */
export function withinBound<T> (name: string, answer: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = createDeadline(longestAnswer, systemClock, () => {
      deadline.end()
      reject(new Error(`${name} did not answer within ${longestAnswer} ms`))
    })
    deadline.hold()
    Promise.resolve(answer).finally(() => deadline.end()).then(resolve, reject)
  })
}

/** Tells a promise from a value that is there already. */
export function isPromiseLike<T> (value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

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
export async function withinBound<T> (name: string, answer: PromiseLike<T>): Promise<T> {
  let expire = (): void => {}
  const late = new Promise<never>((_resolve, reject) => {
    expire = () => reject(new Error(`${name} did not answer within ${longestAnswer} ms`))
  })
  const deadline = createDeadline(longestAnswer, systemClock, expire)
  deadline.hold()
  try {
    return await Promise.race([answer, late])
  } finally {
    deadline.end()
  }
}

/** Tells a promise from a value that is there already. */
export function isPromiseLike<T> (value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** Waiting for an application's own function, but not for ever. */

/** The longest an application's own function may take to answer, in milliseconds. */
export const longestAnswer = 3_000

/**
 * Settles like `answer`, or rejects after {@link longestAnswer} milliseconds.
 *
 * The function itself is not stopped: nobody can stop it from outside.
 *
 * @param name The option that the answer is for.
 */
export async function withinBound<T> (name: string, answer: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not answer within ${longestAnswer} ms`)), longestAnswer)
    timer.unref()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Tells a promise from a value that is there already. */
export function isPromiseLike<T> (value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

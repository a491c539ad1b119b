/**
 * What a promise is rejected with, for matching members that `t.rejects` does not know; `null` if it is fulfilled.
 * Attaches its handler at once, so the answer may be awaited later.
 */
export function rejectionOf (promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => null, (error: unknown) => error)
}

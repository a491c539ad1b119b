/** Errors of the application that say by themselves that the caller is at fault. */

/**
 * Tells an error that is to be answered as it is: its `statusCode` is from 400 to 499.
 *
 * One that could be taken for a promise is none: whoever waits for it would see what it resolves to instead.
 */
export function isClientError (error: unknown): error is Error & { readonly statusCode: number } {
  try {
    if (typeof error !== 'object' || error === null || 'then' in error) return false
    const { statusCode, message } = error as { readonly statusCode?: unknown, readonly message?: unknown }
    return typeof message === 'string' && typeof statusCode === 'number' && Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 499
  } catch {
    return false
  }
}

/** Tells whether an application answers with an error: with one as the payload, or with a status that says so. */
export function isErrorAnswer (reply: object, payload: unknown): boolean {
  return payload instanceof Error || Number((reply as { readonly statusCode?: unknown }).statusCode) >= 400
}

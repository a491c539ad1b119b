/** How work under way is ended, whatever a test has done to the globals since. */

/**
 * The class as it was when this module was loaded: by the time it is needed, a test may have taken it away or put another
 * in its place.
 */
export const OwnAbortController: typeof globalThis.AbortController = globalThis.AbortController

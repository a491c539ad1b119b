// Calls an API that uses fastify-cognito-auth, and does once what each refusal asks for: an expired token is refreshed,
// a sign-in that is too old is done again, an outage is waited for. Every other answer is given back as it came.

/**
 * @typedef {object} Session
 * @property {() => string | null | Promise<string | null>} token The token to send, if there is one.
 * @property {() => Promise<boolean>} refresh Gets a new token with the refresh token; false where the user has to sign in.
 * @property {() => Promise<boolean>} signInAgain Signs in with `prompt=login`; false where that leaves the page.
 */

const longestWait = 30

/** @param {number} seconds @returns {Promise<void>} */
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/**
 * @param {Session} session
 * @param {(url: string, init: RequestInit) => Promise<Response>} send
 */
export function createApi (session, send = (url, init) => fetch(url, init), wait = sleep) {
  /** @type {Promise<boolean> | null} */
  let refreshing = null

  /** @type {Record<string, (response: Response, sent: string | null) => boolean | Promise<boolean>>} */
  const remedies = {
    async expired (_response, sent) {
      // Another request has got a new token meanwhile.
      if (await session.token() !== sent) return true
      // However many requests find it expired at once, one refreshes it.
      refreshing ??= session.refresh().finally(() => { refreshing = null })
      return refreshing
    },
    signInTooOld: () => session.signInAgain(),
    async outage (response) {
      const seconds = Number(response.headers.get('retry-after'))
      if (!(seconds <= longestWait)) return false
      await wait(seconds)
      return true
    }
  }

  /**
   * Like `fetch`. The body is sent again with a new token, so it must not be a stream.
   *
   * @param {string} url
   * @param {RequestInit} init
   */
  return async function callApi (url, init = {}) {
    const tried = new Set()
    while (true) {
      const token = await session.token()
      const headers = new Headers(init.headers)
      if (token !== null) headers.set('authorization', `Bearer ${token}`)
      const response = await send(url, { ...init, headers })
      const why = reasonOf(response)
      const remedy = remedies[why]
      if (remedy === undefined || tried.has(why) || !await remedy(response, token)) return response
      tried.add(why)
    }
  }
}

/**
 * From the headers, which every answer has: HEAD has no body, and an API may write its own. An API on another origin
 * must expose both to the page.
 *
 * @param {Response} response
 */
function reasonOf ({ status, headers }) {
  const challenge = headers.get('www-authenticate') ?? ''
  if (status === 401 && challenge.includes('error_description="Token has expired"')) return 'expired'
  if (status === 401 && challenge.includes('error="insufficient_user_authentication"')) return 'signInTooOld'
  return status === 503 && headers.has('retry-after') ? 'outage' : ''
}

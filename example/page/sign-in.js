// Signing in at Cognito's managed login by authorization code with PKCE (RFC 7636), without a library.
//
// The tokens live in the tab's sessionStorage: they outlast a reload and end with the tab. A script on the page could
// read them, wherever they were; so the page runs none but its own, which its Content-Security-Policy enforces.

/** @typedef {{ access_token: string, id_token: string, refresh_token?: string }} Tokens */

/** @param {{ domain: string, clientId: string, redirectUri: string, scope: string }} app */
export function createSignIn ({ domain, clientId, redirectUri, scope }) {
  const client = { client_id: clientId, redirect_uri: redirectUri }

  /** @returns {Tokens | null} */
  const tokens = () => JSON.parse(sessionStorage.getItem('tokens') ?? 'null')

  /** Leaves the page for the sign-in. With `prompt: 'login'` it asks even a user who has a session. */
  async function begin (more = {}) {
    const state = randomText()
    const verifier = randomText()
    sessionStorage.setItem('sign-in', JSON.stringify({ state, verifier }))
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    const query = { ...client, response_type: 'code', scope, state, code_challenge: base64url(hash), code_challenge_method: 'S256', ...more }
    location.assign(`${domain}/oauth2/authorize?${new URLSearchParams(query)}`)
  }

  /** Takes up what the sign-in has sent back in the address. Says what went wrong, or nothing. */
  async function finish () {
    const query = new URLSearchParams(location.search)
    const { state = null, verifier = '' } = JSON.parse(sessionStorage.getItem('sign-in') ?? '{}')
    if (!query.has('state')) return ''
    // The code is of use once; it has no place in the history.
    history.replaceState(null, '', location.pathname)
    sessionStorage.removeItem('sign-in')
    // Not begun here: somebody may want this browser to be signed in as somebody else (RFC 6749 §10.12).
    if (query.get('state') !== state) return 'This sign-in was not begun in this tab.'
    const code = query.get('code')
    if (code === null) return `The sign-in was refused: ${query.get('error_description') ?? query.get('error')}.`
    return await ask({ ...client, grant_type: 'authorization_code', code, code_verifier: verifier }) ? '' : 'The sign-in is over. Begin again.'
  }

  /** Gets new tokens; false if the user has to sign in. */
  async function refresh () {
    const refreshToken = tokens()?.refresh_token
    return refreshToken !== undefined && ask({ client_id: clientId, grant_type: 'refresh_token', refresh_token: refreshToken })
  }

  /** Ends the session here, makes the refresh token worthless, and leaves the page to end the one at Cognito. */
  async function signOut () {
    const token = tokens()?.refresh_token
    sessionStorage.clear()
    if (token !== undefined) await post('revoke', { client_id: clientId, token }).catch(() => {})
    location.assign(`${domain}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: redirectUri })}`)
  }

  /** @param {Record<string, string>} grant */
  async function ask (grant) {
    const response = await post('token', grant)
    // A pool without rotation sends no new refresh token: the old one stays.
    if (response.ok) sessionStorage.setItem('tokens', JSON.stringify({ ...tokens(), ...await response.json() }))
    else if (response.status === 400) sessionStorage.removeItem('tokens')
    return response.ok
  }

  /** @param {string} name @param {Record<string, string>} form */
  const post = (name, form) => fetch(`${domain}/oauth2/${name}`, { method: 'POST', body: new URLSearchParams(form) })

  return { tokens, begin, finish, refresh, signOut }
}

// 43 characters, the least that RFC 7636 §4.1 allows: 256 bits.
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)).buffer)

/** @param {ArrayBuffer} bytes */
function base64url (bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/**
 * The claims of a token, to show them. Nothing is verified: the API does that.
 *
 * @param {string} token
 * @returns {Record<string, unknown>}
 */
export function claimsOf (token) {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))))
}

// Which token is sent: the user's own, or one that has been spoiled to see what the API makes of it.
import { claimsOf } from './sign-in.js'

/** @typedef {'access' | 'id' | 'none' | 'expired' | 'longAgo' | 'otherClient' | 'altered'} Choice */

/** What can be sent; those of the second list only as a user pool for development makes them. */
export const choices = /** @type {const} */ ({
  access: ['Access token', 'made for calling APIs'],
  id: ['ID token', 'has the email and custom attributes'],
  none: ['No token', 'as a guest'],
  altered: ['Altered', 'the group Admins written into it'],
  expired: ['Expired', 'a minute ago; the page refreshes it'],
  longAgo: ['Old sign-in', 'an hour ago; maxAge asks for a new one'],
  otherClient: ['Another app client', 'of the same user pool']
})

/** @type {readonly Choice[]} */
export const spoiledByPool = ['expired', 'longAgo', 'otherClient']

/**
 * @param {ReturnType<typeof import('./sign-in.js').createSignIn>} signIn
 * @param {{ onChoice: (choice: Choice) => void, onSignInAgain: () => void }} events
 */
export function createSession (signIn, { onChoice, onSignInAgain }) {
  /** @type {Choice} */
  let choice = signIn.tokens() === null ? 'none' : 'access'
  let spoiled = ''

  /** @param {Choice} chosen */
  async function choose (chosen) {
    const tokens = signIn.tokens()
    if (tokens === null) return
    // At once: what is chosen last is what is sent.
    choice = 'none'
    if (spoiledByPool.includes(chosen)) spoiled = await fetchSpoiled(chosen)
    if (chosen === 'altered') spoiled = alter(tokens.access_token)
    choice = chosen
    onChoice(choice)
  }

  /** @param {Choice} how */
  async function fetchSpoiled (how, canRefresh = true) {
    const response = await fetch(`/page/spoiled/${how}`, { headers: { authorization: `Bearer ${signIn.tokens()?.access_token}` } })
    if (response.ok) return (await response.json()).token
    // The user's own may have expired while the page was open.
    if (canRefresh && response.status === 401 && await signIn.refresh()) return fetchSpoiled(how, false)
    throw new Error(`No token to spoil: ${response.status}`)
  }

  return {
    choose,
    choice: () => choice,
    token () {
      const tokens = signIn.tokens()
      if (tokens === null || choice === 'none') return null
      if (choice === 'access') return tokens.access_token
      return choice === 'id' ? tokens.id_token : spoiled
    },
    async refresh () {
      const isRefreshed = await signIn.refresh()
      if (!isRefreshed) choice = 'none'
      else if (choice !== 'id') choice = 'access'
      onChoice(choice)
      return isRefreshed
    },
    async signInAgain () {
      onSignInAgain()
      await signIn.begin({ prompt: 'login' })
      return false
    }
  }
}

/**
 * The token with more rights in it than the pool has signed.
 *
 * @param {string} token
 */
function alter (token) {
  const [header, , signature] = token.split('.')
  const claims = JSON.stringify({ ...claimsOf(token), 'cognito:groups': ['Admins'] })
  return [header, btoa(claims).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''), signature].join('.')
}

// Who the API says that you are, and how long the token holds.
import { element } from './element.js'

/** @typedef {{ username: string | null, sub: string, email: string | null, role: string | null, groups: string[], clientId: string, userPoolId: string, tokenUse: string, claims: Record<string, unknown> }} User */

/**
 * @param {HTMLElement} card
 * @param {{ canSignIn: boolean, isDevelopment: boolean, onSignIn: () => void }} options
 */
export function showGuest (card, { canSignIn, isDevelopment, onSignIn }) {
  const button = element('button', { type: 'button', class: 'primary', id: 'sign-in' }, 'Sign in')
  button.addEventListener('click', onSignIn)
  card.replaceChildren(
    element('h2', { id: 'you-heading' }, 'You are a guest'),
    canSignIn
      ? element('p', {}, `Sign in, and see what changes. ${isDevelopment ? 'You choose who you are: this user pool is for development and asks nobody for a password.' : 'You do that at your user pool.'}`)
      : element('p', {}, 'Set COGNITO_DOMAIN at the start to sign in here.'),
    ...(canSignIn ? [button] : [])
  )
}

/**
 * @param {HTMLElement} card
 * @param {User} user
 * @param {{ onSignOut: () => void }} options
 */
export function showUser (card, { username, sub, email, role, groups, clientId, userPoolId, tokenUse, claims }, { onSignOut }) {
  const name = username ?? sub
  const signOut = element('button', { type: 'button', id: 'sign-out' }, 'Sign out')
  signOut.addEventListener('click', onSignOut)
  /** @type {ReadonlyArray<readonly [string, string]>} */
  const facts = [
    ['Role', role ?? 'none'], ['Groups', groups.join(', ') || 'none'], ['Email', email ?? `not in an ${tokenUse} token`],
    ['App client', clientId], ['User pool', userPoolId]
  ]
  const seconds = Number(claims.exp) - Number(claims.iat)
  card.replaceChildren(
    element('div', { class: 'person' },
      element('span', { class: 'initial', 'aria-hidden': 'true' }, name.slice(0, 1).toUpperCase()),
      element('div', {}, element('h2', { id: 'you-heading' }, name), element('span', { class: 'chip role', id: 'role' }, role ?? 'no role')),
      signOut),
    element('label', { class: 'expiry' }, element('span', { id: 'expiry' }), element('progress', { max: String(seconds), value: String(seconds), id: 'left' })),
    element('dl', {}, ...facts.flatMap(([term, fact]) => [element('dt', {}, term), element('dd', {}, fact)])),
    element('details', { class: 'claims' }, element('summary', {}, `All claims of the ${tokenUse} token`),
      element('dl', { id: 'claims' }, ...Object.entries(claims).flatMap(([claim, value]) => [
        element('dt', {}, claim), element('dd', {}, typeof value === 'string' ? value : JSON.stringify(value))
      ])))
  )
}

/**
 * Shows the time that is left.
 *
 * @param {Record<string, unknown>} claims
 * @param {number} now Seconds since the Unix epoch.
 */
export function showExpiry ({ exp }, now) {
  const left = Math.max(0, Number(exp) - now)
  const text = document.getElementById('expiry')
  const bar = document.getElementById('left')
  if (text !== null) text.textContent = left === 0 ? 'The token has expired: the next call refreshes it' : `${left} seconds until the token expires`
  if (bar instanceof HTMLProgressElement) bar.value = left
}

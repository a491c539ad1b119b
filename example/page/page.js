// The page: it puts together the sign-in, the calls and what is shown of them.
import { createApi } from './call-api.js'
import { byId, element } from './element.js'
import { showRoutes } from './routes.js'
import { choices, createSession, spoiledByPool } from './session.js'
import { claimsOf, createSignIn } from './sign-in.js'
import { showExpiry, showGuest, showUser } from './user.js'

/**
 * @typedef {import('./session.js').Choice} Choice
 * @typedef {import('./routes.js').Answer} Answer
 * @typedef {RequestInit & { answers?: Answer[] }} Init
 */

const card = byId('user', HTMLElement)
const news = byId('news', HTMLElement)
const everyRoute = byId('call-all', HTMLButtonElement)
const choiceForm = byId('tokens', HTMLFormElement)

const setup = await (await fetch('/page/setup')).json()
const signIn = createSignIn({ domain: setup.domain, clientId: setup.clientId, redirectUri: `${location.origin}/`, scope: 'openid email' })
const problem = await signIn.finish() || (sessionStorage.getItem('ended') ?? '')
sessionStorage.removeItem('ended')
const session = createSession(signIn, {
  onChoice: (choice) => {
    for (const input of choiceForm.querySelectorAll('input')) input.checked = input.value === choice
    void showWho()
  },
  onSignInAgain: () => { sessionStorage.setItem('again', refused) }
})
// The call that wants a newer sign-in: it is made again after that, once.
const again = sessionStorage.getItem('again')
sessionStorage.removeItem('again')
let isAgain = false
let refused = ''

/** Keeps each answer of a call, those too for which there was a remedy. @param {string} url @param {Init} init */
async function send (url, init) {
  const response = await fetch(url, init)
  const answer = await read(response.clone())
  if (answer.why === signedInAgain) refused = `${init.method} ${url}`
  if (answer.isRevoked) end()
  init.answers?.push(answer)
  return response
}

// However many calls are refused at once, the session ends once.
let isEnding = false

/** Signs out here, and at the pool, what was signed out at the API. */
function end () {
  if (isEnding) return
  isEnding = true
  void signIn.signOut()
  // For the page that the user comes back to.
  sessionStorage.setItem('ended', 'Signed out: the token was revoked.')
}

const signedInAgain = 'signed in again'
const callApi = createApi({ ...session, signInAgain: async () => !isAgain && session.signInAgain() }, send)

/** @param {Response} response @returns {Promise<Answer>} */
async function read (response) {
  const text = await response.text()
  const challenge = response.headers.get('www-authenticate') ?? ''
  const retryAfter = response.headers.get('retry-after') ?? ''
  const why = challenge.includes('max_age') ? signedInAgain : challenge === '' ? `waited ${retryAfter} s` : 'refreshed the token'
  // A revoked token and a bad one have one challenge: only the code tells that the user has to sign in again.
  const isRevoked = response.status === 401 && text.includes('"FST_COGNITO_TOKEN_REVOKED"')
  return { status: response.status, reason: response.statusText, challenge, retryAfter, body: pretty(text), why, isRevoked }
}

/** @param {string} text */
function pretty (text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text
  }
}

/** @param {string} method @param {string} url */
async function call (method, url) {
  /** @type {Answer[]} */
  const answers = []
  /** @type {Init} */
  const init = { method, answers, ...(`${method} ${url}` === 'POST /api/files' ? { body: oneFile() } : {}) }
  const { status, statusText } = await callApi(url, init)
  news.textContent = `${method} ${url} answered ${status} ${statusText}`
  return answers
}

function oneFile () {
  const form = new FormData()
  form.append('file', new Blob(['hello']), 'note.txt')
  return form
}

/** Asks the API who it takes the caller for; the token's own claims say how long. */
async function showWho () {
  if (signIn.tokens() === null) showGuest(card, { canSignIn: setup.domain !== null, isDevelopment: setup.canSpoil, onSignIn: () => signIn.begin() })
  else if (['access', 'id'].includes(session.choice())) {
    const response = await callApi('/api/me')
    if (response.ok) {
      const user = await response.json()
      showUser(card, user, { onSignOut: () => signIn.signOut() })
      routes.fill('sub', user.sub)
    }
  }
  choiceForm.hidden = signIn.tokens() === null
  card.setAttribute('aria-busy', 'false')
  tick()
}

function tick () {
  const token = session.token()
  if (token !== null) showExpiry(claimsOf(token), Math.floor(Date.now() / 1000))
}

for (const [value, [name, what]] of Object.entries(choices)) {
  if (!setup.canSpoil && spoiledByPool.includes(/** @type {Choice} */ (value))) continue
  const input = element('input', { type: 'radio', name: 'choice', value })
  input.checked = value === session.choice()
  input.addEventListener('change', () => { void session.choose(/** @type {Choice} */ (value)) })
  byId('choices', HTMLElement).append(element('label', {}, input, element('span', {}, name, element('small', {}, what))))
}

const routes = showRoutes(byId('groups', HTMLElement), setup.routes, call)
everyRoute.addEventListener('click', async () => {
  everyRoute.disabled = true
  const called = await routes.callAll()
  const count = (/** @type {number} */ from) => called.filter(({ answers }) => Math.floor((answers.at(-1)?.status ?? 0) / 100) === from).length
  news.textContent = `${called.length} calls: ${count(2)} let through, ${count(4)} refused`
  everyRoute.disabled = false
})

await showWho()
news.textContent = problem
everyRoute.disabled = false
setInterval(tick, 1_000)

if (again !== null && problem === '' && signIn.tokens() !== null) {
  isAgain = true
  await routes.callOne(again)
  isAgain = false
}

// The list of the routes: what protects each, a button that calls it, and what it answered.
import { element } from './element.js'
import { files, levelOf, levels, phrasesOf } from './protection.js'

/**
 * @typedef {import('./protection.js').Route} Route
 * @typedef {{ status: number, reason: string, challenge: string, retryAfter: string, body: string, why: string, isRevoked: boolean }} Answer
 * @typedef {{ method: string, url: string, answers: readonly Answer[] }} Called
 * @typedef {(method: string, url: string) => Promise<readonly Answer[]>} Call
 */

/** What stands for a parameter until the user writes something else. @type {Record<string, string>} */
const examples = { tenant: 'acme', id: 'draft-1', how: 'expired', '*': 'nowhere', '/docs/static/*': 'swagger-ui.css' }

// Pressed alone: what is called with them would be refused or not, as it comes.
const endsSession = /\/sign-out$/

/**
 * @param {HTMLElement} place
 * @param {readonly Route[]} routes
 * @param {Call} call
 */
export function showRoutes (place, routes, call) {
  const rows = rowsOf(routes).map((row) => ({ ...row, ...makeRow(row, call) }))
  for (const level of levels) {
    const items = rows.filter((row) => levelOf(row.route) === level)
    const list = element('ul', { class: 'card' }, ...items.map(({ item }) => item))
    if (items.length === 0) continue
    if (level === files) place.append(element('details', { class: 'level' }, element('summary', {}, element('h3', {}, `${level} (${items.length})`)), list))
    else place.append(element('h3', {}, level), list)
  }
  return {
    /** Calls every route with every method it has, but for those that end a session; resolves to the answers. */
    callAll: async () => (await Promise.all(rows.filter(({ route }) => !endsSession.test(route.url)).map(({ callAll }) => callAll()))).flat(),
    /** Fills in a parameter wherever the user has not written something else. @param {string} name @param {string} value */
    fill: (name, value) => { for (const input of place.querySelectorAll('input')) if (input.dataset.parameter === name) input.defaultValue = value },
    /** Calls one as its button does. @param {string} name */
    callOne: async (name) => { for (const { callNamed } of rows) await callNamed(name) }
  }
}

/** Routes of one address and protection are one row: GET and HEAD, mostly. @param {readonly Route[]} routes */
function rowsOf (routes) {
  /** @type {Map<string, { route: Route, methods: string[] }>} */
  const rows = new Map()
  for (const route of routes) {
    const key = JSON.stringify([route.url, route.kind, route.auth, route.requirements])
    const row = rows.get(key) ?? { route, methods: [] }
    rows.set(key, row)
    row.methods.push(...[route.method].flat().map((method) => (method === '*' ? 'GET' : method)))
  }
  return [...rows.values()].sort((one, other) => one.route.url.localeCompare(other.route.url))
}

/** @param {{ route: Route, methods: string[] }} row @param {Call} call */
function makeRow ({ route, methods }, call) {
  const { path, url } = makePath(route.url)
  // HEAD answers beside GET, not instead of it.
  const places = new Map(methods.map((method) => [method, element('div')]))
  const buttons = methods.map((method) => element('button', { type: 'button', 'data-method': method, 'aria-label': `${method} ${route.url}` }, method))

  /** @param {string} method @param {boolean} isOpen */
  async function run (method, isOpen) {
    const answers = await call(method, url())
    places.get(method)?.replaceChildren(showAnswers({ method, url: url(), answers }, isOpen))
    return { method, url: route.url, answers }
  }

  for (const button of buttons) button.addEventListener('click', () => run(button.textContent ?? '', true))
  const phrases = element('p', { class: 'protection' }, ...phrasesOf(route).map((phrase) => element('span', { class: `chip ${route.auth}` }, phrase)))
  const item = element('li', { 'data-route': route.url }, element('div', { class: 'route' }, path, phrases, element('div', { class: 'methods' }, ...buttons)), element('div', { class: 'answered' }, ...places.values()))
  return {
    item,
    callAll: () => Promise.all(methods.map((method) => run(method, false))),
    /** @param {string} name */
    callNamed: async (name) => { for (const method of methods) if (`${method} ${url()}` === name) await run(method, true) }
  }
}

/** The address, with a field for each parameter. @param {string} pattern */
function makePath (pattern) {
  const address = pattern.startsWith('/') ? pattern : `/${pattern}`
  const parts = address.split(/(:\w+|\*)/).filter((part) => part !== '').map((part) => {
    const [, name = part === '*' ? '*' : undefined] = /^:(\w+)$/.exec(part) ?? []
    return name === undefined ? part : element('input', { value: examples[pattern] ?? examples[name] ?? name, 'aria-label': `${name} of ${pattern}`, 'data-parameter': name, autocomplete: 'off', spellcheck: 'false', size: '8' })
  })
  return {
    path: element('p', { class: 'path' }, ...parts),
    url: () => parts.map((part) => (typeof part === 'string' ? part : encodeURIComponent(part.value))).join('')
  }
}

/** @param {Called} called @param {boolean} isOpen */
function showAnswers ({ method, url, answers }, isOpen) {
  const last = answers[answers.length - 1]
  if (last === undefined) return element('p', { 'data-method': method }, 'No answer')
  const steps = answers.flatMap(({ status, why }, at) => [status, ...(at < answers.length - 1 ? [why] : [])])
  const summary = element('summary', {}, element('span', { class: `status s${Math.floor(last.status / 100)}`, 'data-status': String(last.status) }, String(last.status)),
    ` ${method} `, element('small', {}, answers.length > 1 ? steps.join(' → ') : last.reason))
  const details = element('details', { 'data-method': method, open: isOpen }, summary)
  for (const { challenge, retryAfter } of answers) {
    if (challenge !== '') details.append(element('p', { class: 'header' }, element('b', {}, 'WWW-Authenticate: '), challenge))
    if (retryAfter !== '') details.append(element('p', { class: 'header' }, element('b', {}, 'Retry-After: '), retryAfter))
  }
  if (last.body !== '') details.append(element('pre', { tabindex: '0', role: 'region', 'aria-label': `Body of the answer to ${method} ${url}` }, last.body))
  return details
}

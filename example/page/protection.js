// What `routes()` says of a route, in words.

/**
 * @typedef {readonly string[] | { any?: readonly string[], all?: readonly string[], none?: readonly string[] }} Names
 * @typedef {{ groups?: Names, roles?: Names, scopes?: Names, tokenUse?: readonly string[], clientId?: readonly string[],
 *   claims?: Record<string, readonly unknown[]>, match?: Record<string, string>, maxAge?: number, check?: string,
 *   anyOf?: readonly Requirement[] }} Requirement
 * @typedef {{ method: string | readonly string[], url: string, auth: string, kind: string, source: string,
 *   requirements: readonly Requirement[] }} Route
 */

/** The files of the page and of the documentation, which are many and all public. */
export const files = 'Files of the page and of the documentation'

/** The groups in which routes are shown, from the strictest one to the most open. */
export const levels = ['For some users', 'For every user', 'For everyone, with more for users', 'For everyone', files]

/** @param {Route} route */
export function levelOf ({ url, auth, requirements }) {
  if (auth === 'required') return levels[requirements.length === 0 ? 1 : 0]
  if (auth === 'optional') return levels[2]
  return /^\/($|page\/|docs)/.test(url) ? files : levels[3]
}

/**
 * What a route asks for beyond a token, one phrase each.
 *
 * @param {Route} route
 */
export function phrasesOf ({ auth, source, kind, requirements }) {
  if (kind === 'not_found') return ['no such route']
  if (auth === 'unknown') return ['declared before the plugin']
  if (requirements.length > 0) return requirements.flatMap(phrases)
  return [source === 'config' ? `auth: '${auth}'` : `${auth} by ${source}`]
}

/** @param {Requirement} requirement @returns {string[]} */
function phrases ({ groups, roles, scopes, tokenUse, clientId, claims = {}, match = {}, maxAge, check, anyOf }) {
  return [
    ...(tokenUse === undefined ? [] : [`${tokenUse.join(' or ')} token`]),
    ...named('app client', clientId, ' or '),
    ...named('role', roles, ' or '),
    ...named('group', groups, ' or '),
    ...named('scope', scopes, ' and '),
    ...Object.entries(match).map(([claim, source]) => `${claim} = ${source}`),
    ...Object.entries(claims).map(([claim, values]) => `${claim}: ${values.join(' or ')}`),
    ...(anyOf === undefined ? [] : [anyOf.map((one) => phrases(one).join(', ')).join(' — or — ')]),
    ...(maxAge === undefined ? [] : [`signed in within ${maxAge} s`]),
    ...(check === undefined ? [] : [`${check}()`])
  ]
}

/** @param {string} noun @param {Names | undefined} names @param {string} conjunction */
function named (noun, names, conjunction) {
  if (names === undefined) return []
  if (!('some' in names)) {
    const { any = [], all = [], none = [] } = names
    return [...list(noun, any, ' or '), ...list(noun, all, ' and '), ...list(`no ${noun}`, none, ' or ')]
  }
  return list(noun, names, conjunction)
}

/** @param {string} noun @param {readonly string[]} names @param {string} conjunction */
function list (noun, names, conjunction) {
  return names.length === 0 ? [] : [`${noun} ${names.join(conjunction)}`]
}

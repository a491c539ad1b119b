/** A requirement in one line of English, for readers of the document (CommonMark). */
import { escapeHidden } from '../errors/shown-text.js'
import type { Requirement, ShownNames } from '../routes/requirement.js'

/** What all of these requirements ask besides a valid token; one line. */
export function wordsOf (requirements: readonly Requirement[]): string {
  return `Needs ${requirements.flatMap(phrasesOf).join('; ')}.`
}

function phrasesOf ({ tokenUse, clientId, userPools, groups, roles, scopes, claims = {}, match = {}, anyOf, maxAge, check }: Requirement): string[] {
  return [
    ...(tokenUse === undefined ? [] : [`an ${tokenUse.map((use) => (use === 'id' ? 'ID' : use)).join(' or ')} token`]),
    ...(userPools === undefined ? [] : [`a user of the user pool ${list(userPools, 'or')}`]),
    ...(clientId === undefined ? [] : [`a token of the app client ${list(clientId, 'or')}`]),
    ...(groups === undefined ? [] : names(groups, 'group', 'or')),
    ...(roles === undefined ? [] : names(roles, 'role', 'or')),
    ...(scopes === undefined ? [] : names(scopes, 'scope', 'and')),
    ...Object.entries(claims).map(([claim, values]) => `the claim ${code(claim)} with the value ${list(values.map(String), 'or')}`),
    ...Object.entries(match).map(([claim, source]) => `the claim ${code(claim)} equal to ${code(source)}`),
    ...(anyOf === undefined ? [] : [`one of these: ${anyOf.map((one) => `(${phrasesOf(one).join('; ')})`).join(' or ')}`]),
    ...(maxAge === undefined ? [] : [`a sign-in at most ${maxAge} seconds ago`]),
    ...(check === undefined ? [] : ['the consent of the application'])
  ]
}

function names (asked: ShownNames, kind: string, word: 'and' | 'or'): string[] {
  if (!('any' in asked || 'all' in asked || 'none' in asked)) return [`the ${kind} ${list(asked as readonly string[], word)}`]
  const { any, all, none } = asked
  return [
    ...(any === undefined ? [] : [`the ${kind} ${list(any, 'or')}`]),
    ...(all === undefined ? [] : [`the ${kind} ${list(all, 'and')}`]),
    ...(none === undefined ? [] : [`not the ${kind} ${list(none, 'or')}`])
  ]
}

function list (texts: readonly string[], word: 'and' | 'or'): string {
  return texts.map(code).join(` ${word} `)
}

// A code span, so that no character of a name is taken for markup; its fence is longer than any run of backticks inside.
function code (text: string): string {
  const shown = escapeHidden(text)
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  const space = longest === 0 ? '' : ' '
  return `${fence}${space}${shown}${space}${fence}`
}

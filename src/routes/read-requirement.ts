/** From what an application writes to what is judged: checked, copied and frozen when a route is declared. */
import { isUserPoolId } from '../claims/user-pool.js'
import { failure } from '../errors/failure.js'
import type { AuthRequirement } from './auth-requirement.js'
import { condition, forbidden } from './condition.js'
import { readClaims, readMatch } from './read-claims.js'
import { readList, readMembers, readTextOrTexts, readTexts } from './read-lists.js'
import { readGroups, readRoles, readScopes } from './read-names.js'
import type { ReadMember } from './read-names.js'
import { rules } from './requirement.js'
import type { Alternatives, AuthRule, Check, CompiledRequirement, Condition, Requirement } from './requirement.js'
import { routeInvalid } from './route-invalid.js'
import { meantBy } from './wrong-members.js'

type Reader = (value: unknown, at: string) => ReadMember<unknown>

// In the order in which they are judged and shown: what costs least first.
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['tokenUse', readTokenUse], ['clientId', readClientId], ['userPools', readUserPools], ['groups', readGroups], ['roles', readRoles], ['scopes', readScopes], ['claims', readClaims], ['match', readMatch]
])
const memberNames = [...readers.keys(), 'anyOf', 'maxAge', 'check', 'revocation']
const deepestNesting = 4
const longestAge = 2 ** 31 - 1

/**
 * Checks the value of `config.auth`.
 *
 * @param at Where it stands, for the error.
 * @throws `FST_COGNITO_ROUTE_INVALID` for an unknown value or member, and for an empty object or array.
 */
export function readRouteAuth (value: unknown, at: string): AuthRule {
  if (value === 'public' || value === 'optional' || value === 'required') return rules[value]
  return Object.freeze({ mode: 'required', requirement: readRequirement(value, at) })
}

/**
 * Checks a requirement.
 *
 * Does NOT know the options and the route: see {@link assertAttainable}.
 *
 * @param at Where it stands, for the error.
 * @throws `FST_COGNITO_ROUTE_INVALID` for an unknown member, and for an empty object or array: it would be
 * unclear whether that lets everyone in or no one.
 */
export function readRequirement (value: unknown, at: string): CompiledRequirement {
  return readNested(value, at, 0)
}

// The bound also ends a requirement that contains itself.
function readNested (value: unknown, at: string, depth: number): CompiledRequirement {
  const members = readMembers(value, at, `${depth === 0 ? '"public", "optional", "required" or ' : ''}an object with at least one of ${memberNames.join(', ')}`)
  for (const name of members.keys()) assertKnown(name, at)
  const shown: Record<string, unknown> = {}
  const conditions: Condition[] = []
  for (const [name, read] of readers) {
    if (!members.has(name)) continue
    const member = read(members.get(name), `${at}.${name}`)
    shown[name] = member.shown
    conditions.push(...member.conditions)
  }
  const anyOf = members.has('anyOf') ? readAnyOf(members.get('anyOf'), `${at}.anyOf`, depth) : null
  const freshness = members.has('maxAge') ? readMaxAge(members.get('maxAge'), `${at}.maxAge`) : null
  const check = members.has('check') ? readCheck(members.get('check'), `${at}.check`) : null
  const asksRevocation = members.has('revocation') && readRevocation(members.get('revocation'), `${at}.revocation`, depth)
  if (anyOf !== null) shown.anyOf = Object.freeze(anyOf.requirements.map((one) => one.shown))
  if (freshness !== null) shown.maxAge = members.get('maxAge')
  if (check !== null) shown.check = nameOf(check.ask)
  if (asksRevocation) shown.revocation = 'ask'
  return Object.freeze({
    // Each reader gives the type that its member has there.
    shown: Object.freeze(shown as Requirement),
    conditions: Object.freeze(conditions),
    anyOf,
    freshness,
    check,
    hasChecks: check !== null || anyOf?.requirements.some(({ hasChecks }) => hasChecks) === true,
    asksRevocation
  })
}

function assertKnown (name: string, at: string): void {
  if (memberNames.includes(name)) return
  const meant = meantBy(name)
  throw routeInvalid(`${at}.${name}`, `no member of this name; ${meant === undefined ? '' : `write ${meant}; `}known are ${memberNames.join(', ')}`)
}

function readTokenUse (value: unknown, at: string): ReadMember<readonly string[]> {
  const uses = readTextOrTexts(value, at, '"access", "id" or both in an array', (use) => use === 'access' || use === 'id')
  return { shown: uses, conditions: [condition('required_token_use', uses, ({ tokenUse }) => uses.includes(tokenUse))] }
}

function readClientId (value: unknown, at: string): ReadMember<readonly string[]> {
  const clientIds = readTextOrTexts(value, at, 'an app client id or a non-empty array of them', (id) => id !== '')
  return { shown: clientIds, conditions: [condition('required_client', clientIds, ({ clientId }) => clientIds.includes(clientId))] }
}

function readUserPools (value: unknown, at: string): ReadMember<readonly string[]> {
  const ids = readTexts(value, at, 'a non-empty array of ids of user pools', isUserPoolId)
  return { shown: ids, conditions: [condition('required_user_pool', ids, ({ userPoolId }) => ids.includes(userPoolId))] }
}

function readAnyOf (value: unknown, at: string, depth: number): Alternatives {
  if (depth === deepestNesting) throw routeInvalid(at, `no more than ${deepestNesting} levels of anyOf`)
  const list = readList(value, at, 'a non-empty array of requirements')
  const requirements = Object.freeze(list.map((one, index) => readNested(one, `${at}[${index}]`, depth + 1)))
  return Object.freeze({ requirements, refusal: forbidden('required_one_of', requirements.map(({ shown }) => withoutValues(shown))) })
}

// The log names claims, here as elsewhere, and says nothing of their values.
function withoutValues (shown: Requirement): object {
  const { claims, anyOf } = shown
  return Object.freeze({
    ...shown,
    ...(claims === undefined ? {} : { claims: Object.freeze(Object.keys(claims)) }),
    ...(anyOf === undefined ? {} : { anyOf: Object.freeze(anyOf.map(withoutValues)) })
  })
}

function readMaxAge (value: unknown, at: string): Condition {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > longestAge) throw routeInvalid(at, `seconds, an integer from 1 to ${longestAge}`)
  const holds: Condition['holds'] = ({ claims }, _request, clock) => isFresh(claims.auth_time, value, clock.now() / 1000)
  const refusal = failure('FST_COGNITO_REAUTHENTICATION_REQUIRED', 'required_max_age', { expected: Object.freeze([value]), maxAge: value })
  return Object.freeze({ holds, refusal: Object.freeze(refusal) })
}

// The clock of the pool may be a little ahead of this one; a time beyond that, or in milliseconds, would be fresh for ever.
const mostAhead = 300

function isFresh (signedInAt: unknown, maxAge: number, now: number): boolean {
  return typeof signedInAt === 'number' && now - signedInAt <= maxAge && signedInAt - now <= mostAhead
}

function readCheck (value: unknown, at: string): Check {
  if (typeof value !== 'function') throw routeInvalid(at, 'a function of user and request')
  // The signature cannot be seen at run time; the type of the requirement states it.
  const ask = value as NonNullable<AuthRequirement['check']>
  return Object.freeze({ ask, refusal: forbidden('check', [nameOf(ask)]) })
}

// It says how a token is verified, and no token is verified for one alternative only.
function readRevocation (value: unknown, at: string, depth: number): true {
  if (depth > 0) throw routeInvalid(at, 'no such member in an alternative; it belongs beside anyOf')
  if (value !== 'ask') throw routeInvalid(at, '"ask"')
  return true
}

function nameOf (check: Check['ask']): string {
  return check.name === '' ? 'a function' : check.name
}

/** What claims must be: `claims` by values of the declaration, `match` by values of the request. */
import type { CognitoUser } from '../claims/user.js'
import type { ClaimValue, MatchSource } from './auth-requirement.js'
import { condition } from './condition.js'
import { readList, readMembers } from './read-lists.js'
import { readSource } from './match-source.js'
import { wantedValues } from './membership.js'
import type { ReadMember } from './read-names.js'
import { routeInvalid } from './route-invalid.js'

const value = 'a string, a finite number, a boolean, or a non-empty array of these'

/** Reads the member `claims`: each claim equals one of its values, or is an array that contains one. */
export function readClaims (given: unknown, at: string): ReadMember<Readonly<Record<string, readonly ClaimValue[]>>> {
  const members = readMembers(given, at, 'an object from claim to value, with at least one')
  const claims = [...members].map(([claim, expected]) => [claim, readValues(expected, `${at}.${claim}`)] as const)
  return {
    shown: Object.freeze(Object.fromEntries(claims)),
    conditions: claims.map(([claim, values]: readonly [string, readonly unknown[]]) => {
      const wanted = wantedValues(values)
      return condition('required_claim', [claim], ({ claims: actual }) => {
        const value = ownMember(actual, claim)
        return Array.isArray(value) ? wanted.anyIn(value) : values.includes(value)
      })
    })
  }
}

/** Reads the member `match`: each claim and its place in the request hold the same value, as strings. */
export function readMatch (given: unknown, at: string): ReadMember<Readonly<Record<string, MatchSource>>> {
  const members = readMembers(given, at, 'an object from claim to a place in the request, with at least one')
  const matches = [...members].map(([claim, source]) => [claim, readSource(source, `${at}.${claim}`)] as const)
  return {
    shown: Object.freeze(Object.fromEntries(matches.map(([claim, { written }]) => [claim, written]))),
    conditions: matches.map(([claim, { written, valueIn }]) =>
      condition('required_match', [`${claim} = ${written}`], (user, request) => {
        const claimed = textOf(user, claim)
        return claimed !== '' && claimed === valueIn(request)
      }))
  }
}

function readValues (given: unknown, at: string): readonly ClaimValue[] {
  const list = Array.isArray(given) ? readList(given, at, value) : Object.freeze([given])
  if (!list.every(isClaimValue)) throw routeInvalid(at, value)
  return list
}

function isClaimValue (given: unknown): given is ClaimValue {
  return typeof given === 'string' || typeof given === 'boolean' || (typeof given === 'number' && Number.isFinite(given))
}

/** What stands for the tenant among the names of claims: no claim of Cognito's has a dot. */
const tenantName = 'user.tenant'

/** A claim, or the tenant, as a string; empty where it is absent or has none, as objects and arrays. */
function textOf ({ claims, tenant }: CognitoUser, claim: string): string {
  const actual = claim === tenantName ? tenant : ownMember(claims, claim)
  return typeof actual === 'string' || typeof actual === 'number' || typeof actual === 'boolean' ? String(actual) : ''
}

/** Of the token alone: nothing that every object inherits is a claim. */
function ownMember (claims: object, name: string): unknown {
  return Object.hasOwn(claims, name) ? (claims as Readonly<Record<string, unknown>>)[name] : undefined
}

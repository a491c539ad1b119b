/** Groups, roles and scopes: names to have or not to have. */
import type { CognitoUser } from '../claims/user.js'
import type { Reason } from '../errors/failure.js'
import { condition } from './condition.js'
import { wantedValues } from './membership.js'
import { readMembers, readTexts } from './read-lists.js'
import type { Condition, ShownNames } from './requirement.js'
import { routeInvalid } from './route-invalid.js'

/** What is read from one member: what is shown, and what is judged. */
export interface ReadMember<Shown> {
  readonly shown: Shown
  readonly conditions: readonly Condition[]
}

/** One kind of names. */
interface NameKind {
  readonly word: string
  /** What an array that stands for itself means. */
  readonly plain: 'any' | 'all'
  readonly required: Reason
  readonly prohibited: Reason
  readonly accepts: (name: string) => boolean
  readonly namesOf: (user: CognitoUser) => readonly string[]
}

type Lists = { readonly [List in 'any' | 'all' | 'none']?: readonly string[] }

const listNames = ['any', 'all', 'none']
// RFC 6749 §3.3: scope-token. It also keeps the challenge of a 403 free of anything that would need escaping.
const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]+$/

const groupNames: NameKind = {
  word: 'groups', plain: 'any', required: 'required_group', prohibited: 'prohibited_group', accepts: isNotEmpty, namesOf: ({ groups }) => groups
}
const roleNames: NameKind = {
  word: 'roles', plain: 'any', required: 'required_role', prohibited: 'prohibited_role', accepts: isNotEmpty, namesOf: ({ role }) => (role === null ? [] : [role])
}
const scopeNames: NameKind = {
  word: 'scopes', plain: 'all', required: 'required_scope', prohibited: 'prohibited_scope', accepts: (name) => scopeForm.test(name), namesOf: ({ scopes }) => scopes
}

/** Reads the member `groups`. */
export function readGroups (value: unknown, at: string): ReadMember<ShownNames> {
  return readNames(value, at, groupNames)
}

/** Reads the member `roles`. A user has one role, so that nobody could have all of several. */
export function readRoles (value: unknown, at: string): ReadMember<ShownNames> {
  const read = readNames(value, at, roleNames)
  if ('all' in read.shown && new Set(read.shown.all).size > 1) throw routeInvalid(`${at}.all`, 'one role, since a user has no more than one')
  return read
}

/** Reads the member `scopes`. */
export function readScopes (value: unknown, at: string): ReadMember<ShownNames> {
  return readNames(value, at, scopeNames)
}

function readNames (value: unknown, at: string, kind: NameKind): ReadMember<ShownNames> {
  if (Array.isArray(value)) {
    const names = readTexts(value, at, `a non-empty array of ${kind.word}, or an object with any, all or none`, kind.accepts)
    return { shown: names, conditions: conditionsOf({ [kind.plain]: names }, kind) }
  }
  const lists = readLists(value, at, kind)
  return { shown: lists, conditions: conditionsOf(lists, kind) }
}

function readLists (value: unknown, at: string, { word, accepts }: NameKind): Lists {
  const members = readMembers(value, at, `a non-empty array of ${word}, or an object with any, all or none`)
  for (const name of members.keys()) {
    if (!listNames.includes(name)) throw routeInvalid(`${at}.${name}`, `no member of this name; known are ${listNames.join(', ')}`)
  }
  const lists: Lists = Object.freeze(Object.fromEntries([...members].map(([name, list]) =>
    [name, readTexts(list, `${at}.${name}`, `a non-empty array of ${word}`, accepts)])))
  const torn = lists.none?.find((name) => lists.any?.includes(name) === true || lists.all?.includes(name) === true)
  if (torn !== undefined) throw routeInvalid(`${at}.none`, `none of the names beside it; "${torn}" is one`)
  return lists
}

function conditionsOf ({ any, all, none }: Lists, { required, prohibited, namesOf }: NameKind): readonly Condition[] {
  const conditions: Condition[] = []
  if (any !== undefined) {
    const wanted = wantedValues(any)
    conditions.push(condition(required, any, (user) => wanted.anyIn(namesOf(user))))
  }
  if (all !== undefined) {
    const wanted = wantedValues(all)
    conditions.push(condition(required, all, (user) => wanted.allIn(namesOf(user)), true))
  }
  if (none !== undefined) {
    const barred = wantedValues(none)
    conditions.push(condition(prohibited, none, (user) => !barred.anyIn(namesOf(user))))
  }
  return conditions
}

function isNotEmpty (name: string): boolean {
  return name !== ''
}

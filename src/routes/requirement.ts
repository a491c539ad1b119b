/** What a route may require, as an application writes it and as it is checked. */
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { isPlainObject } from '../options/checks.js'
import type { AuthMode } from '../options/options.js'
import type { Role, TokenUse } from '../claims/types.js'

interface RequirementMembers {
  /** Any of these Cognito groups. */
  readonly groups?: readonly string[]
  /** Any of these application roles. */
  readonly roles?: readonly Role[]
  /** All of these scopes (RFC 6749 §3.3), as they stand in the token: `resource-server/scope`. */
  readonly scopes?: readonly string[]
  /** This kind of token, or any of these. */
  readonly tokenUse?: TokenUse | readonly TokenUse[]
}

/**
 * What a caller must have: at least one member, and the members given must all hold.
 *
 * A type whose members are all optional would do less: Fastify infers the type of a route's `config` from its value
 * and intersects both, and every value fits such a type, a misspelt mode included.
 */
export type AuthRequirement = RequirementMembers & (
  | Required<Pick<RequirementMembers, 'groups'>>
  | Required<Pick<RequirementMembers, 'roles'>>
  | Required<Pick<RequirementMembers, 'scopes'>>
  | Required<Pick<RequirementMembers, 'tokenUse'>>
)

/** The value of `config.auth`. */
export type RouteAuthConfig = AuthMode | AuthRequirement

/** A requirement after it was checked; `null` where a member was not given. */
export interface Requirement {
  readonly groups: readonly string[] | null
  readonly roles: readonly string[] | null
  readonly scopes: readonly string[] | null
  readonly tokenUses: readonly string[] | null
}

/** What is asked of the callers of a route: a mode, and with `'required'` possibly more. */
export interface AuthRule {
  readonly mode: AuthMode
  readonly requirement: Requirement | null
}

/** The rules without a requirement. */
export const rules: Readonly<Record<AuthMode, AuthRule>> = Object.freeze({
  public: Object.freeze({ mode: 'public', requirement: null }),
  optional: Object.freeze({ mode: 'optional', requirement: null }),
  required: Object.freeze({ mode: 'required', requirement: null })
})

const memberNames = ['groups', 'roles', 'scopes', 'tokenUse']
// RFC 6749 §3.3: scope-token. It also keeps the challenge of a 403 free of anything that would need escaping.
const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Checks the value of `config.auth`.
 *
 * @throws `FST_COGNITO_ROUTE_INVALID` for an unknown value or member, and for an empty object or array.
 */
export function readRouteAuth (value: unknown, at: string): AuthRule {
  if (value === 'public' || value === 'optional' || value === 'required') return rules[value]
  return Object.freeze({ mode: 'required', requirement: readRequirement(value, at) })
}

/**
 * Checks a requirement.
 *
 * @throws `FST_COGNITO_ROUTE_INVALID` for an unknown member, and for an empty object or array: it would be
 * unclear whether that lets everyone in or no one.
 */
export function readRequirement (value: unknown, at: string): Requirement {
  if (!isPlainObject(value)) throw routeInvalid(at, '"public", "optional", "required" or an object with groups, roles, scopes or tokenUse')
  const names = Object.keys(value)
  if (names.length === 0) throw routeInvalid(at, 'at least one of groups, roles, scopes, tokenUse; for any user say "required"')
  for (const name of names) {
    if (!memberNames.includes(name)) throw routeInvalid(`${at}.${name}`, `no member of this name; known are ${memberNames.join(', ')}`)
  }
  const { groups, roles, scopes, tokenUse } = value
  return Object.freeze({
    groups: readNames(value, 'groups', groups, at, isNotEmpty),
    roles: readNames(value, 'roles', roles, at, isNotEmpty),
    scopes: readNames(value, 'scopes', scopes, at, (scope) => scopeForm.test(scope)),
    tokenUses: readNames(value, 'tokenUse', typeof tokenUse === 'string' ? [tokenUse] : tokenUse, at, (use) => use === 'access' || use === 'id')
  })
}

/** A bad `config.auth` or requirement: where it stands and what is expected there. */
export function routeInvalid (at: string, expected: string): CognitoAuthSetupError {
  return new CognitoAuthSetupError('FST_COGNITO_ROUTE_INVALID', `fastify-cognito-auth: ${at} is invalid: expected ${expected}`)
}

function readNames (requirement: object, name: string, value: unknown, at: string, accepts: (name: string) => boolean): readonly string[] | null {
  if (!Object.hasOwn(requirement, name)) return null
  const isList = Array.isArray(value) && value.length > 0 && Array.from(value).every((item) => typeof item === 'string' && accepts(item))
  if (!isList) throw routeInvalid(`${at}.${name}`, name === 'tokenUse' ? '"access", "id" or both in an array' : `a non-empty array of ${name}`)
  return Object.freeze([...value as string[]])
}

function isNotEmpty (name: string): boolean {
  return name !== ''
}

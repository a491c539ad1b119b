/** Whether a principal has the rights that a route requires. Policy as pure functions. */
import { failure } from '../errors/failure.js'
import type { Failure, Reason } from '../errors/failure.js'
import type { Requirement } from './requirement.js'
import type { CognitoUser } from '../claims/user.js'

/**
 * Judges a principal by a requirement; `null` when every member given holds: any of the groups, any of the
 * roles, all of the scopes, any of the kinds of token. Names are compared whole and with regard to case.
 */
export function judgeRights (principal: CognitoUser, requirement: Requirement): Failure | null {
  const { tokenUses, groups, roles, scopes } = requirement
  const { role } = principal
  if (tokenUses !== null && !tokenUses.includes(principal.tokenUse)) return forbidden('required_token_use', tokenUses, requirement)
  if (groups !== null && !groups.some((group) => principal.groups.includes(group))) return forbidden('required_group', groups, requirement)
  if (roles !== null && (role === null || !roles.includes(role))) return forbidden('required_role', roles, requirement)
  if (scopes !== null && !scopes.every((scope) => principal.scopes.includes(scope))) return forbidden('required_scope', scopes, requirement)
  return null
}

function forbidden (reason: Reason, expected: readonly string[], { scopes }: Requirement): Failure {
  return failure('FST_COGNITO_FORBIDDEN', reason, { expected, scopes: scopes ?? [] })
}

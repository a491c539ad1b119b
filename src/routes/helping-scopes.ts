/** Which scopes a refused user's token would need, for the challenge of a 403. */
import type { CognitoUser } from '../claims/user.js'
import type { Clock } from '../time/clock.js'
import { judgeRights } from './guards.js'
import type { CompiledRequirement, RequestFacts, ShownNames } from './requirement.js'

/**
 * The scopes with which a requirement would hold for a user, those the token has already included; of `any` and of
 * `anyOf` the ones that the user comes closest to. Empty unless scopes alone would help.
 *
 * @see RFC 6750 §3: `scope`
 */
export function helpingScopes (user: CognitoUser, requirement: CompiledRequirement, request: RequestFacts, clock: Clock): readonly string[] {
  return find(user, requirement, request, clock) ?? []
}

function find (user: CognitoUser, requirement: CompiledRequirement, request: RequestFacts, clock: Clock): readonly string[] | null {
  const { shown, anyOf } = requirement
  const alternatives = anyOf?.requirements ?? []
  const ways = alternatives.flatMap((one) => {
    const needed = find(user, one, request, clock)
    return needed === null ? [] : [{ holds: judgeRights(user, one, request, clock) === null, needed }]
  })
  const nested = (ways.find(({ holds }) => holds) ?? ways[0])?.needed ?? []
  const scopes = [...new Set([...ownScopes(user, shown.scopes), ...nested])]
  const helped: CognitoUser = { ...user, scopes: [...user.scopes, ...scopes] }
  return judgeRights(helped, requirement, request, clock) === null ? scopes : null
}

function ownScopes ({ scopes }: CognitoUser, asked: ShownNames = []): readonly string[] {
  if (!('any' in asked || 'all' in asked || 'none' in asked)) return [...asked as readonly string[]]
  const { any = [], all = [] } = asked
  const one = any.find((scope) => scopes.includes(scope) || all.includes(scope)) ?? any[0]
  return one === undefined ? all : [...all, one]
}

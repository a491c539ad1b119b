/** Which scopes a refused user's token would need, for the challenge of a 403. */
import type { CognitoUser } from '../claims/user.js'
import type { Clock } from '../time/clock.js'
import { judgeRights } from './guards.js'
import type { CompiledRequirement, RequestFacts, ShownNames } from './requirement.js'

/**
 * The scopes with which a requirement would hold for a user, those the token has already included; of `any` and of
 * `anyOf` the ones that the user comes closest to. Empty unless scopes alone would help.
 *
 * @param refused Requirements whose `check` has refused the user, which no scope changes. All others are taken to agree.
 * @see RFC 6750 §3: `scope`
 */
export function helpingScopes (
  user: CognitoUser, requirement: CompiledRequirement, request: RequestFacts, clock: Clock, refused: ReadonlySet<CompiledRequirement>
): readonly string[] {
  return find(requirement) ?? []

  function find (asked: CompiledRequirement): readonly string[] | null {
    if (refused.has(asked)) return null
    const { shown, anyOf } = asked
    const ways = (anyOf?.requirements ?? []).flatMap((one) => {
      const needed = find(one)
      return needed === null ? [] : [needed]
    })
    if (anyOf !== null && ways.length === 0) return null
    const scopes = [...new Set([...ownScopes(user, shown.scopes), ...closest(user, ways)])]
    const helped: CognitoUser = { ...user, scopes: [...user.scopes, ...scopes] }
    return judgeRights(helped, asked, request, clock) === null ? scopes : null
  }
}

/** The list of which a user has all but the fewest. */
function closest ({ scopes }: CognitoUser, ways: ReadonlyArray<readonly string[]>): readonly string[] {
  const lacking = ways.map((needed) => needed.filter((scope) => !scopes.includes(scope)).length)
  return ways[lacking.indexOf(Math.min(...lacking))] ?? []
}

/** The scopes that a requirement asks for, as far as it names any: all of `all`, and of `any` and of `anyOf` the first. */
export function neededScopes ({ shown, anyOf }: CompiledRequirement): readonly string[] {
  const [first] = anyOf?.requirements ?? []
  return [...new Set([...ownScopes({ scopes: [] }, shown.scopes), ...(first === undefined ? [] : neededScopes(first))])]
}

function ownScopes ({ scopes }: Pick<CognitoUser, 'scopes'>, asked: ShownNames = []): readonly string[] {
  if (!('any' in asked || 'all' in asked || 'none' in asked)) return [...asked as readonly string[]]
  const { any = [], all = [] } = asked
  const one = any.find((scope) => scopes.includes(scope) || all.includes(scope)) ?? any[0]
  return one === undefined ? all : [...all, one]
}

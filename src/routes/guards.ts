/** Whether a user has what a requirement asks. Policy as pure functions. */
import type { CognitoUser } from '../claims/user.js'
import type { Failure } from '../errors/failure.js'
import type { Clock } from '../time/clock.js'
import type { Alternatives, CompiledRequirement, RequestFacts } from './requirement.js'

/**
 * Judges a user by a requirement; `null` when everything it says holds, or the refusal for the first thing that does not.
 *
 * Does NOT ask `check`, neither here nor in an alternative: it is taken to agree.
 */
export function judgeRights (user: CognitoUser, requirement: CompiledRequirement, request: RequestFacts, clock: Clock): Failure | null {
  const { conditions, anyOf, freshness } = requirement
  for (const { holds, refusal } of conditions) if (!holds(user, request, clock)) return refusal
  const refusal = anyOf === null ? null : judgeAlternatives(user, anyOf, request, clock)
  if (refusal !== null) return refusal
  return freshness === null || freshness.holds(user, request, clock) ? null : freshness.refusal
}

// Where an alternative lacks nothing but a fresh sign-in, that is what would help.
function judgeAlternatives (user: CognitoUser, { requirements, refusal }: Alternatives, request: RequestFacts, clock: Clock): Failure | null {
  let stale: Failure | null = null
  for (const requirement of requirements) {
    const lack = judgeRights(user, requirement, request, clock)
    if (lack === null) return null
    if (lack.code === 'FST_COGNITO_REAUTHENTICATION_REQUIRED') stale ??= lack
  }
  return stale ?? refusal
}

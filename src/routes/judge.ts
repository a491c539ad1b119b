/** Rules below a route, such as those of one field of a GraphQL schema. */
import type { CognitoUser } from '../claims/user.js'
import type { Reason } from '../errors/failure.js'
import type { Seconds } from '../options/options.js'
import { systemClock } from '../time/clock.js'
import type { RightsRequirement } from './auth-requirement.js'
import { judgeRights } from './guards.js'
import { readRequirement } from './read-requirement.js'
import type { RequestFacts, Requirement } from './requirement.js'
import { routeInvalid } from './route-invalid.js'

const noRequest: RequestFacts = Object.freeze({ params: null, query: null, headers: Object.freeze({}), raw: Object.freeze({}) })
const place = 'judge(): requirement'

/**
 * Tells whether a user has what a requirement asks: `null`, or the reason why not, one word for the log. A pure
 * function of its arguments; nobody (`null`) lacks everything, for the reason `missing`.
 *
 * Does NOT verify anything: the user must come from a verified token. Does NOT know the options, so that a role which
 * nothing gives is no error here. Knows no request: `match`, `check` and `revocation` are refused.
 *
 * @param user `request.user`; where `mapUser` makes a user of its own, the `CognitoUser` that it was made from.
 * @param now Seconds since the Unix epoch, for `maxAge`. Default: the time of this machine.
 * @throws `FST_COGNITO_ROUTE_INVALID` for a requirement that is none, or one with `match`, `check` or `revocation`.
 * @throws `TypeError` for a user that is no `CognitoUser`.
 */
export function judge (user: CognitoUser | null, requirement: RightsRequirement, now: Seconds = systemClock.now() / 1000): Reason | null {
  const compiled = readRequirement(requirement, place)
  assertUserAlone(compiled.shown, place)
  if (user === null) return 'missing'
  assertCognitoUser(user)
  return judgeRights(user, compiled, noRequest, { now: () => now * 1000, monotonic: systemClock.monotonic })?.reason ?? null
}

function assertUserAlone (requirement: Requirement, at: string): void {
  const foreign = (['match', 'check', 'revocation'] as const).find((name) => name in requirement)
  if (foreign !== undefined) throw routeInvalid(`${at}.${foreign}`, 'no such member here, since there is no request: it belongs to a route')
  for (const [index, one] of (requirement.anyOf ?? []).entries()) assertUserAlone(one, `${at}.anyOf[${index}]`)
}

// Compiled code cannot get here with another user, but of a string of groups every part would be one.
function assertCognitoUser ({ groups, scopes, claims }: Partial<CognitoUser>): void {
  if (!Array.isArray(groups) || !Array.isArray(scopes) || typeof claims !== 'object') {
    throw new TypeError('judge() needs a CognitoUser; one made by mapUser has to keep it')
  }
}

/** The application's own user of a verified token. */
import { deepFreeze } from '../claims/freeze.js'
import type { CognitoUser } from '../claims/user.js'
import { unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { MapUser, User } from '../options/application.js'
import { isPromiseLike, withinBound } from '../time/bounded.js'

/** Resolves to what the option `mapUser` makes of a user, frozen, or to the outage `map_user` if it throws, takes too long or gives no object. */
export async function callMapUser (mapUser: MapUser, principal: CognitoUser): Promise<{ user: User } | Failure> {
  try {
    const answer = mapUser(principal, principal.claims)
    const user = isPromiseLike(answer) ? await withinBound('mapUser', answer) : answer
    // The type of the option forbids it, but not every application is compiled.
    if (typeof (user as unknown) !== 'object' || (user as unknown) === null) throw new TypeError('mapUser did not return an object')
    return { user: deepFreeze(user, principal.tenant) }
  } catch (cause) {
    return unavailable('map_user', cause)
  }
}

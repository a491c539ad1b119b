/** The protected resources of a registration: which routes are whose, and whether a token is bound to the right one. */
import { isMeantForUs } from '../claims/audience.js'
import type { CognitoUser } from '../claims/user.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import { tokenInvalid } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { ResourceSettings } from '../options/settings.js'
import type { PlacedRequest, Places, ProtectedPlace } from '../request/places.js'

/** Makes the places of these resources; `pools` say which audiences are asked for. */
export function createPlaces (resources: readonly ResourceSettings[], pools: readonly UserPoolSettings[]): Places {
  // The longest path first: of two resources of which one lies below the other, a route belongs to the inner one.
  const byDepth = [...resources].sort((one, other) => other.path.length - one.path.length).map((resource) => ({
    path: resource.path,
    place: Object.freeze<ProtectedPlace>({ resource: resource.resource, metadataUrl: resource.metadataUrl, scopes: resource.scopes })
  }))
  // By the pattern of the route, of which an application has only so many.
  const known = new Map<string, ProtectedPlace | null>()

  function find (path: string): ProtectedPlace | null {
    return byDepth.find((one) => path === one.path || path.startsWith(`${one.path}/`))?.place ?? null
  }

  function of ({ routeOptions: { url: pattern }, url }: PlacedRequest): ProtectedPlace | null {
    // Only where no route has matched is there nothing but the address. What it gets is what a route there would get, or the
    // answer would tell which routes exist; nothing else depends on it.
    if (pattern === undefined) return find(pathOf(url))
    let place = known.get(pattern)
    if (place === undefined) {
      place = find(pattern)
      known.set(pattern, place)
    }
    return place
  }

  function judge (request: PlacedRequest, { claims, userPoolId }: CognitoUser): Failure | null {
    const pool = pools.find((one) => one.userPoolId === userPoolId)
    // Where one name is accepted, the verifier has judged the token by it already. An ID token is not for any resource.
    if (pool?.audiences == null || pool.audiences.length < 2 || claims.token_use === 'id') return null
    const place = of(request)
    if (place === null || !pool.audiences.includes(place.resource)) return null
    const { audienceOf } = pool
    const { aud } = claims
    const named = typeof aud === 'string' ? [aud] : aud
    return isMeantForUs(claims, named, { audiences: [place.resource], audienceOf }) ? null : tokenInvalid('audience', [place.resource], named)
  }

  return { of, judge }
}

// Only what the path of a resource is made of is decoded, as the router would have it.
function pathOf (url: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  return path.replace(/%[0-7][\da-f]/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : escape
  })
}

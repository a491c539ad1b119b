/** The protected resources of a registration: which routes are whose, and whether a token is bound to the right one. */
import { isMeantForUs } from '../claims/audience.js'
import { tokenInvalid } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { ResourceSettings } from '../options/settings.js'
import type { PlacedRequest, Places, ProtectedPlace } from '../request/places.js'

// Where a pattern has a parameter or a wildcard, it is the address that tells which resource is asked.
const variable = /[:*]/

/** Makes the places of these resources. */
export function createPlaces (resources: readonly ResourceSettings[]): Places {
  // The longest path first: of two resources of which one lies below the other, a route belongs to the inner one.
  const byDepth = [...resources].sort((one, other) => other.path.length - one.path.length).map((resource) => ({
    path: resource.path,
    looked: resource.path.toLowerCase(),
    place: Object.freeze<ProtectedPlace>({ resource: resource.resource, metadataUrl: resource.metadataUrl, scopes: resource.scopes })
  }))
  // By the pattern of the route, of which an application has only so many.
  const known = new Map<string, ProtectedPlace | null>()

  // A router that does not tell upper from lower case serves the one as the other.
  function find (path: string): ProtectedPlace | null {
    return byDepth.find((one) => path === one.path || path.startsWith(`${one.path}/`))?.place ?? findLoosely(path)
  }

  function findLoosely (address: string): ProtectedPlace | null {
    const path = address.toLowerCase()
    return byDepth.find(({ looked }) => path === looked || path.startsWith(`${looked}/`))?.place ?? null
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
    return variable.test(pattern) ? findLoosely(asWritten(url)) ?? place : place
  }

  /**
   * However a router or what stands behind a route may read an address, it must not lead to one resource by the token of another:
   * a proxy goes on to where its dots lead.
   */
  function allOf (request: PlacedRequest): ReadonlyArray<ProtectedPlace | null> {
    const { routeOptions: { url: pattern = '' }, url } = request
    return variable.test(pattern) ? [of(request), findLoosely(resolved(url))] : [of(request)]
  }

  function judge (request: PlacedRequest, { principal: { claims }, userPool: { audiences, audienceOf } }: Parameters<Places['judge']>[1]): Failure | null {
    // Where one name is accepted, the verifier has judged the token by it already. An ID token is not for any resource.
    if (audiences === null || audiences.length < 2 || claims.token_use === 'id') return null
    const { aud } = claims
    const named = typeof aud === 'string' ? [aud] : aud
    const stray = allOf(request).find((place) => place !== null && audiences.includes(place.resource) && !isMeantForUs(claims, named, { audiences: [place.resource], audienceOf }))
    return stray == null ? null : tokenInvalid('audience', [stray.resource], named)
  }

  return { of, judge }
}

// Only what the path of a resource is made of is decoded, as the router would have it. A request may name its whole address
// (RFC 9112 §3.2.2), of which routers take the path.
function pathOf (url: string): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)
  return path.replace(/%[0-7][\da-f]/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : escape
  })
}

function withSlashes (url: string): string {
  return pathOf(url).replace(/%2f|%5c|\\/gi, '/').replace(/\/{2,}/g, '/')
}

function asWritten (url: string): string {
  const [path = ''] = withSlashes(url).split(';', 1)
  return path
}

function resolved (url: string): string {
  return new URL(`http://localhost/${withSlashes(url).slice(1).replace(/;[^/]*/g, '')}`).pathname
}

/** To which protected resource a request belongs, as far as the hooks need to know it. */
import type { ChallengedResource } from '../errors/resource-challenge.js'
import type { Failure } from '../errors/failure.js'
import { neededScopes } from '../routes/helping-scopes.js'
import type { AuthRule } from '../routes/requirement.js'
import type { VerifiedToken } from '../verifier/token-verifier.js'

/** A protected resource, as requests meet it. */
export interface ProtectedPlace extends ChallengedResource {
  /** Its identifier. */
  readonly resource: string
}

/** The part of a request that tells its place. */
export interface PlacedRequest {
  readonly is404: boolean
  readonly url: string
  readonly routeOptions: { readonly url?: string | undefined }
}

/** The protected resources of one registration. */
export interface Places {
  /** The resource of the route that a request has matched; `null` where it belongs to none. */
  of (request: PlacedRequest): ProtectedPlace | null
  /** Refuses a token that is bound to another resource than the one that is asked; `null` where there is nothing against it. */
  judge (request: PlacedRequest, verified: Pick<VerifiedToken, 'principal' | 'userPool'>): Failure | null
}

/**
 * What the challenge of a refused request says of its place. What the route asks for is what the next token must have;
 * what the resource offers in all is more than most clients need.
 */
export function challengedAt (places: Places, request: PlacedRequest, rule: AuthRule | undefined): ChallengedResource | null {
  const place = places.of(request)
  const scopes = rule?.requirement == null ? [] : neededScopes(rule.requirement)
  return place === null || scopes.length === 0 ? place : { metadataUrl: place.metadataUrl, scopes }
}

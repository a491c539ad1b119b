/** The challenge of a request: with what its route, or the protected resource it belongs to, asks for. */
import type { Failure } from './failure.js'
import { resourceChallenge } from './resource-challenge.js'
import type { ChallengedResource, Said } from './resource-challenge.js'

/** Writes the challenge of a request; `challenge` is the one that is right without any. */
export type RequestChallenge = (challenge: string, failure: Failure, resource: ChallengedResource | null, said: Said, realm: string) => string

/** @see RFC 6750 §3 for `scope`, RFC 9470 §3 for `max_age` */
export const requestChallenge: RequestChallenge = (challenge, failure, resource, said, realm) => (resource === null
  ? challenge + scopeAttribute(failure) + maxAgeAttribute(failure)
  : resourceChallenge(resource, failure, said, realm))

function scopeAttribute ({ scopes = [] }: Failure): string {
  return scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`
}

function maxAgeAttribute ({ maxAge }: Failure): string {
  return maxAge === undefined ? '' : `, max_age="${maxAge}"`
}

/** The challenge of a protected resource, which says where its metadata is (RFC 9728 §5.1). */
import { bearerChallenge } from './bearer-challenge.js'
import type { Failure } from './failure.js'

/** The protected resource to which a refused request belongs, as its challenge names it. */
export interface ChallengedResource {
  /** The absolute address of its metadata. */
  readonly metadataUrl: string
  /** The scopes that a token for this request may need. */
  readonly scopes: readonly string[]
}

/** What a challenge says beside scheme, realm and resource; empty where it says nothing. */
export interface Said {
  readonly error: string
  readonly error_description: string
}

/**
 * Writes the challenge of a protected resource.
 *
 * The official MCP clients look for `name=` anywhere in the header and take the first that they find. So each parameter comes
 * after those that could be found in its value, and what an application words freely comes last.
 */
export function resourceChallenge (resource: ChallengedResource, { scopes = [], maxAge }: Failure, { error, ...said }: Said, realm: string): string {
  return bearerChallenge({
    error,
    resource_metadata: resource.metadataUrl,
    ...said,
    max_age: maxAge === undefined ? '' : String(maxAge),
    scope: (scopes.length === 0 ? resource.scopes : scopes).join(' '),
    realm
  })
}

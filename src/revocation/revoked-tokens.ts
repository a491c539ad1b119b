/** The revocations that a process knows. Nothing is ever taken back: an entry ends when no token is left that it could be about. */
import type { Seconds } from '../options/options.js'
import { isOver } from './revocation.js'
import type { RevocationKind, StoredRevocation } from './revocation.js'
import type { TokenFacts } from './token-facts.js'

/** Revocations in memory, looked up by token. */
export interface RevokedTokens {
  readonly size: number
  /** Remembers a revocation; `false` where there is no room for it. */
  add (revocation: StoredRevocation): boolean
  /** Tells whether a token is revoked by anything that is known. */
  has (token: TokenFacts): boolean
  /** Forgets what is over. */
  sweep (now: Seconds): void
}

/** By id, each with its moment; in the order in which they came or were last raised. */
type Moments = Map<string, Seconds>

type OfPool = Readonly<Record<RevocationKind, Moments>>

/** Makes an empty list that holds up to `maxEntries` revocations. */
export function createRevokedTokens (maxEntries: number): RevokedTokens {
  const pools = new Map<string, OfPool>()
  let size = 0

  function momentsFor ({ userPoolId, kind }: StoredRevocation): Moments {
    let pool = pools.get(userPoolId)
    if (pool === undefined) {
      pool = { token: new Map(), session: new Map(), user: new Map(), client: new Map() }
      pools.set(userPoolId, pool)
    }
    return pool[kind]
  }

  function add (revocation: StoredRevocation): boolean {
    const { id, moment } = revocation
    const moments = momentsFor(revocation)
    const known = moments.get(id)
    // The later moment revokes all that the earlier one does, in whatever order they come.
    if (known !== undefined && known >= moment) return true
    if (known === undefined) {
      if (size >= maxEntries) return false
      size++
    } else moments.delete(id)
    moments.set(id, moment)
    return true
  }

  function has ({ userPoolId, sub, clientId, claims: { jti, origin_jti: originJti, iat } }: TokenFacts): boolean {
    const pool = pools.get(userPoolId)
    if (pool === undefined) return false
    const { token, session, user, client } = pool
    return (jti !== undefined && token.has(jti)) || (originJti !== undefined && session.has(originJti)) ||
      isUpTo(user.get(sub), iat) || isUpTo(client.get(clientId), iat)
  }

  function sweep (now: Seconds): void {
    for (const [userPoolId, pool] of pools) {
      let left = 0
      for (const moments of Object.values(pool)) {
        for (const [id, moment] of moments) {
          // Those behind it are hardly older: `before` is seldom far from the time at which it is said.
          if (!isOver(moment, now)) break
          moments.delete(id)
          size--
        }
        left += moments.size
      }
      if (left === 0) pools.delete(userPoolId)
    }
  }

  return { get size () { return size }, add, has, sweep }
}

function isUpTo (moment: Seconds | undefined, iat: Seconds): boolean {
  return moment !== undefined && iat <= moment
}

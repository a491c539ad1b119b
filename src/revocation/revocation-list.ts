/** The list: what an application revokes, and what the plugin asks. */
import type { CognitoUser } from '../claims/user.js'
import { revocationChecks } from '../options/revocation-checks.js'
import type { RevocationChecks } from '../options/revocation-checks.js'
import type { Milliseconds, Seconds } from '../options/options.js'
import { systemClock } from '../time/clock.js'
import type { Clock } from '../time/clock.js'
import { createLocalCopy } from './local-copy.js'
import { readInTime } from './read-in-time.js'
import { isRevocationId } from './revocation.js'
import type { Revocation, StoredRevocation } from './revocation.js'
import type { RevocationListError } from './revocation-error.js'
import { readRevocationListOptions } from './settings.js'
import type { RevocationListOptions } from './settings.js'
import { createStatusWatch } from './status-watch.js'
import { assertTokenFacts, revocationOfSession, revocationOfToken } from './token-facts.js'

/** How a list stands. */
export interface RevocationStatus {
  /** `empty`: never loaded. `stale`: older than `maxStale`. `full`: more revocations than `maxEntries`; nobody is let in. */
  readonly state: 'empty' | 'fresh' | 'stale' | 'full' | 'closed'
  /** Milliseconds since the store was last read to its end, or `null`. */
  readonly age: Milliseconds | null
  /** Revocations in memory. */
  readonly entries: number
  /** What the last reading failed with, or `null`. */
  readonly lastError: RevocationListError | null
}

/** Up to when tokens are revoked. */
export interface RevokeOptions {
  /** Tokens with `iat` up to this second are revoked. At most 300 seconds ahead of the store's clock. Default: now, by the store's clock. */
  readonly before?: Seconds
}

/** Revoked tokens, shared by all machines that use the store. */
export interface RevocationList {
  /**
   * The option `isRevoked` of the plugin: whether the token is revoked by what this process knows. At once, unless the
   * store has to be read first. Also for tokens that `createVerifier` has verified.
   *
   * @param user The `CognitoUser` of a verified token.
   * @throws `RevocationListError` where nobody can tell.
   */
  readonly isRevoked: ((user: object) => boolean | Promise<boolean>) & { readonly [revocationChecks]: RevocationChecks }
  /** The same by what the store holds now: one reading for each call. Never accepts while the store is down. */
  readonly ask: (user: object) => Promise<boolean>
  /** Revokes one token, by its `jti`; without one, all tokens of its user up to its own `iat`. Resolves to what was stored. */
  revokeToken (user: CognitoUser): Promise<StoredRevocation>
  /** Revokes all tokens of the sign-in, by `origin_jti`; without one, all tokens of the user up to now. */
  revokeSession (user: CognitoUser): Promise<StoredRevocation>
  /** Revokes all tokens that a user was issued up to a moment. Does NOT keep Cognito from issuing new ones: tell it first. */
  revokeUser (userPoolId: string, sub: string, options?: RevokeOptions): Promise<StoredRevocation>
  /** Revokes all tokens that an app client was issued up to a moment, whoever holds them. */
  revokeClient (userPoolId: string, clientId: string, options?: RevokeOptions): Promise<StoredRevocation>
  /** Reads the store at once: at a start that has time to wait, or when something says that there is news. */
  refresh (): Promise<void>
  /** How the list stands, for a readiness probe. Reads nothing. */
  status (): RevocationStatus
  /** Ends the list: nobody is let in by it any more. Does NOT close the connection to the store. */
  close (): void
}

/**
 * Makes a list over a store. It reads nothing until it is asked, and keeps no timer.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad option.
 */
export function createRevocationList (options: RevocationListOptions): RevocationList {
  return createRevocationListWithClock(options, systemClock)
}

/** {@link createRevocationList} by a given clock. */
export function createRevocationListWithClock (options: RevocationListOptions, clock: Clock): RevocationList {
  const settings = readRevocationListOptions(options)
  const { store, timeout, onStale } = settings
  const copy = createLocalCopy(settings, clock, () => watch.look())
  const { revoked } = copy
  const watch = createStatusWatch(status)

  function isRevoked (user: object): boolean | Promise<boolean> {
    assertTokenFacts(user)
    // What is known to be revoked stays so, whether or not the store can be asked.
    if (revoked.has(user)) return true
    const waiting = copy.ready()
    return waiting === null ? false : waiting.then(() => revoked.has(user))
  }

  async function ask (user: object): Promise<boolean> {
    assertTokenFacts(user)
    if (revoked.has(user)) return true
    await copy.ask()
    return revoked.has(user)
  }

  async function revoke (revocation: Revocation): Promise<StoredRevocation> {
    const { userPoolId, id, before } = revocation
    if (!isRevocationId(userPoolId) || !isRevocationId(id)) throw new TypeError('a revocation needs a user pool id and the id of what is revoked, each of 1 to 256 characters')
    if (before !== null && !(Number.isFinite(before) && before >= 0)) throw new RangeError('before is no number of seconds since the Unix epoch')
    const stored = await readInTime(Promise.resolve(store.append(revocation)), timeout, clock)
    copy.add(stored)
    return stored
  }

  function status (): RevocationStatus {
    return Object.freeze({ ...copy.standing(), entries: revoked.size })
  }

  const checks: RevocationChecks = Object.freeze({ isRevoked, ask, onStale, watch: watch.add })
  return Object.freeze({
    isRevoked: Object.assign((user: object) => isRevoked(user), { [revocationChecks]: checks }),
    ask,
    revokeToken: async (user: CognitoUser) => {
      assertTokenFacts(user)
      return revoke(revocationOfToken(user))
    },
    revokeSession: async (user: CognitoUser) => {
      assertTokenFacts(user)
      return revoke(revocationOfSession(user))
    },
    revokeUser: async (userPoolId: string, sub: string, { before = null }: { readonly before?: Seconds | null } = {}) => revoke({ kind: 'user', userPoolId, id: sub, before }),
    revokeClient: async (userPoolId: string, clientId: string, { before = null }: { readonly before?: Seconds | null } = {}) => revoke({ kind: 'client', userPoolId, id: clientId, before }),
    refresh: copy.refresh,
    status,
    close: copy.close
  })
}

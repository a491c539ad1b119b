/** Pools, their key sources and the token verifier, put together. */
import { OwnAbortController } from '../time/cancellation.js'
import type { Clock } from '../time/clock.js'
import { createStaticKeySource } from '../keys/key-source.js'
import type { KeySource, KeySourceObserver, KeySourceStatus } from '../keys/key-source.js'
import type { AttemptListener } from '../keys/keys-event.js'
import { createRemoteKeySource } from '../keys/remote-key-source.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { VerifierSettings } from '../options/settings.js'
import { createReadiness } from './readiness.js'
import type { Readiness } from './readiness.js'
import { createTokenVerifier } from './token-verifier.js'
import type { TokenVerifier } from './token-verifier.js'
import { lastingTrust } from './trusted-issuer.js'
import type { FindIssuer, Trust, TrustedIssuer } from './trusted-issuer.js'
import { createWaitingRoom } from './waiting-room.js'

/** A token verifier with the life cycle of its key sources. */
export interface VerifierService {
  readonly tokens: TokenVerifier
  /** The trusted issuers, found by the exact value of `iss`. */
  readonly issuers: Map<string, TrustedIssuer>
  /**
   * How the keys of each issuer stand. Also has them fetched again where that is due: a readiness probe may be all
   * that an instance is asked, and one that gets no traffic until it is ready has to become so.
   */
  status (): KeySourceStatus[]
  /** Starts fetching the keys of all issuers without waiting for them. */
  warmUp (): void
  /** Waits for the keys of every pool. */
  readonly ready: Readiness
  /** Trusts one more pool; gives the sources of its keys. */
  admit (userPool: UserPoolSettings, trust: Trust): KeySource[]
  /** How the keys of each issuer stand. */
  standings (): KeySourceStatus[]
  /** Aborts running fetches and ends all later ones. */
  close (): void
}

/** Makes the service. */
export function createVerifierService (settings: VerifierSettings, clock: Clock, observe: KeySourceObserver, onAttempt?: AttemptListener, findIssuer?: FindIssuer): VerifierService {
  const issuers = new Map<string, TrustedIssuer>()
  const closing = new OwnAbortController()
  const sources = (): KeySource[] => [...issuers.values()].map(({ keySource }) => keySource)
  const standings = (): KeySourceStatus[] => sources().map((source) => source.status())
  const ofPools = settings.userPools.map((userPool) => admit(userPool, lastingTrust()))

  function admit (userPool: UserPoolSettings, trust: Trust): KeySource[] {
    return userPool.issuers.map((issuer) => {
      const keySource = createKeySource(userPool, issuer)
      issuers.set(issuer, { userPool, keySource, trust, room: createWaitingRoom() })
      return keySource
    })
  }

  function createKeySource (userPool: UserPoolSettings, issuer: string): KeySource {
    const owner = { userPoolId: userPool.userPoolId, issuer }
    const origin = userPool.keyOrigin(issuer)
    return 'jwks' in origin
      ? createStaticKeySource(owner, origin.jwks)
      : createRemoteKeySource(owner, origin.jwksUri, settings.keys, clock, observe, onAttempt)
  }

  function status (): KeySourceStatus[] {
    const all = standings()
    const served = new Set(all.filter(({ age }) => age !== null).map(({ userPoolId }) => userPoolId))
    for (const source of sources()) {
      const { age, userPoolId } = source.status()
      // Of a pool's two issuers one never answers: once the other has keys, only tokens that name it have it asked again.
      if (age !== null || !served.has(userPoolId)) source.warmUp()
    }
    return all
  }

  return {
    tokens: createTokenVerifier(settings, issuers, clock, findIssuer),
    issuers,
    admit,
    standings,
    status,
    warmUp: () => { for (const source of sources()) source.warmUp() },
    ready: createReadiness(ofPools, clock, closing.signal),
    close: () => {
      for (const source of sources()) source.close()
      closing.abort()
    }
  }
}

/** Pools, their key sources and the token verifier, put together. */
import type { Clock } from './clock.js'
import { createStaticKeySource } from './keys/key-source.js'
import type { KeySource, KeySourceStatus } from './keys/key-source.js'
import { createRemoteKeySource } from './keys/remote-key-source.js'
import type { KeySourceObserver } from './keys/remote-key-source.js'
import type { UserPoolSettings, VerifierSettings } from './options/settings.js'
import { createTokenVerifier } from './token-verifier.js'
import type { TokenVerifier, TrustedIssuer } from './token-verifier.js'

/** A token verifier with the life cycle of its key sources. */
export interface VerifierService {
  readonly tokens: TokenVerifier
  /** How the keys of each issuer stand. */
  status (): KeySourceStatus[]
  /** Starts fetching the keys of all issuers without waiting for them. */
  warmUp (): void
  /** Aborts running fetches and ends all later ones. */
  close (): void
}

/** Makes the service; `observe` hears of every change in how a key source stands. */
export function createVerifierService (settings: VerifierSettings, clock: Clock, observe: KeySourceObserver): VerifierService {
  const issuers = new Map<string, TrustedIssuer>()
  for (const userPool of settings.userPools) {
    for (const issuer of userPool.issuers) {
      issuers.set(issuer, { userPool, keySource: createKeySource(userPool, issuer, settings, clock, observe) })
    }
  }
  const sources = [...issuers.values()].map(({ keySource }) => keySource)
  return {
    tokens: createTokenVerifier(settings, issuers, clock),
    status: () => sources.map((source) => source.status()),
    warmUp: () => { for (const source of sources) source.warmUp() },
    close: () => { for (const source of sources) source.close() }
  }
}

function createKeySource (userPool: UserPoolSettings, issuer: string, settings: VerifierSettings, clock: Clock, observe: KeySourceObserver): KeySource {
  const owner = { userPoolId: userPool.userPoolId, issuer }
  const origin = userPool.keyOrigin(issuer)
  return 'jwks' in origin
    ? createStaticKeySource(owner, origin.jwks)
    : createRemoteKeySource(owner, origin.jwksUri, settings.keys, clock, observe)
}

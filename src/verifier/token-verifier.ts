/** Verifying a token, step by step; the order is fixed, and nothing below it knows of requests. */
import type { User } from '../options/application.js'
import { isPromiseLike } from '../time/bounded.js'
import { asCognitoClaims, judgeClaims, latestIssue } from '../claims/claim-rules.js'
import type { ClaimPolicy } from '../claims/claim-rules.js'
import type { Clock } from '../time/clock.js'
import { isFailure, tokenInvalid, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { createInFlight } from './in-flight.js'
import { callMapUser } from './map-user.js'
import type { KeySearch, KeySource } from '../keys/key-source.js'
import type { SigningKey } from '../keys/signing-keys.js'
import { copyOf, shareNames } from './kept-text.js'
import type { VerifierSettings } from '../options/settings.js'
import { createTokenCache, noTokenCache } from './token-cache.js'
import type { CacheEntry, TokenCache } from './token-cache.js'
import { decodeHeader, decodePayload, splitCompactJws } from '../token/compact-jws.js'
import type { CompactJws } from '../token/compact-jws.js'
import { readKeyId } from '../token/protected-header.js'
import { createReview } from './review.js'
import type { Review } from './review.js'
import { isTrusted } from './trusted-issuer.js'
import type { FindIssuer, Trust, TrustedIssuer } from './trusted-issuer.js'
import { findSigner } from '../token/signature.js'
import type { JsonObject } from '../token/strict-json.js'
import { createCognitoUser } from '../claims/user.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { CognitoUser } from '../claims/user.js'

/** A token that has passed every check, and who holds it. */
export interface VerifiedToken extends CacheEntry {
  /** Who the token is about, for guards. */
  readonly principal: CognitoUser
  /** The same, or what `mapUser` made of it, for the application. */
  readonly user: User
  readonly key: SigningKey
  readonly keySource: KeySource
  readonly trust: Trust
  /** The pool by whose rules it was judged. */
  readonly userPool: UserPoolSettings
}

/** Verifies tokens; every answer is a value, nothing is thrown. */
export interface TokenVerifier {
  /** What is remembered of exactly this token and still holds. */
  recall (token: string): VerifiedToken | null
  /** Verifies a token, or says why it is refused; at once where no signature has to be checked to tell. */
  verify (token: string): VerifiedToken | Failure | Promise<VerifiedToken | Failure>
  /** Judges a verified token again, once an application's function has been waited for. */
  readonly review: Review
  /** The tokens that are remembered. */
  readonly cache: { readonly size: number }
}

/** Makes a verifier over the trusted issuers, found by the exact value of `iss`. */
export function createTokenVerifier (settings: VerifierSettings, issuers: ReadonlyMap<string, TrustedIssuer>, clock: Clock, findIssuer?: FindIssuer): TokenVerifier {
  const cache: TokenCache<VerifiedToken> = settings.cache === null ? noTokenCache : createTokenCache(settings.cache)
  const inFlight = createInFlight<VerifiedToken | Failure>()
  const review = createReview(settings.clockTolerance, clock)
  // Those whose signature is good: no token that nobody has signed can come in between and have `mapUser` run twice.
  const signed = createInFlight<VerifiedToken | Failure>()
  const acceptedIssuers = [...issuers.keys()]

  function recall (token: string): VerifiedToken | null {
    const monotonic = clock.monotonic()
    const now = clock.now()
    const entry = cache.get(token, now, monotonic)
    return entry !== null && isTrusted(entry.trust, monotonic) && entry.keySource.serves(entry.key, monotonic, now) ? entry : null
  }

  function verify (token: string): VerifiedToken | Failure | Promise<VerifiedToken | Failure> {
    if (token.length > settings.maxTokenLength) return tokenInvalid('length')
    try {
      return inFlight.get(token) ?? verifyAlone(token)
    } catch (cause) {
      return unavailable('internal', cause)
    }
  }

  function verifyAlone (token: string): Failure | Promise<VerifiedToken | Failure> {
    const jws = splitCompactJws(token)
    if (isFailure(jws)) return jws
    // The header is judged whole before the payload is decoded: most of what is no token of Cognito's ends here.
    const header = decodeHeader(jws)
    if (isFailure(header)) return header
    const kid = readKeyId(header)
    if (typeof kid !== 'string') return kid
    const claims = decodePayload(jws)
    if (isFailure(claims)) return claims
    const issuer = typeof claims.iss === 'string' ? issuers.get(claims.iss) : undefined
    if (issuer === undefined || !isTrusted(issuer.trust, clock.monotonic())) return verifyFound(token, claims)
    // A token that cannot be ours is refused before any key is looked for: it must not cause a fetch.
    const failure = judge(claims, issuer)
    const { keySource, room } = issuer
    const isExpired = failure?.code === 'FST_COGNITO_TOKEN_EXPIRED'
    if (failure !== null && !isExpired) return failure
    if ((isExpired || !room.hasRoomFor(token)) && !keySource.knows(kid)) {
      // That an expired token was ours is told only where its signature says so. No key is fetched for it, unless there are
      // none at all: an instance that is asked by nobody else has to get keys too, or it would answer 503 for ever.
      if (isExpired && keySource.status().state !== 'empty') return tokenInvalid('expired')
      if (!room.hasRoomFor(token)) return unavailable('waiting', undefined, Math.ceil(settings.keys.timeout / 1000))
    }
    const found = keySource.find(kid, latestIssue(claims, settings.issuedAtTolerance))
    if (!isPromiseLike(found)) return isFailure(found) ? found : inFlight.add(token, orOutage(verifySigned(token, jws, claims, found, issuer)))
    room.enter(token)
    return inFlight.add(token, orOutage(verifyLater(token, jws, found, issuer)).finally(() => room.leave(token)))
  }

  function verifyFound (token: string, claims: JsonObject): Failure | Promise<VerifiedToken | Failure> {
    const found = findIssuer === undefined ? tokenInvalid('issuer', acceptedIssuers, claims.iss) : findIssuer(claims)
    return isPromiseLike(found) ? inFlight.add(token, orOutage(found.then((failure) => failure ?? verifyAlone(token)))) : found
  }

  // What waits is the text alone: claims of 16 KB can take twenty times as much memory, and may come from anyone.
  async function verifyLater (token: string, jws: CompactJws, search: Promise<KeySearch>, issuer: TrustedIssuer): Promise<VerifiedToken | Failure> {
    const keys = await search
    if (isFailure(keys)) return issuer.trust.isWithdrawn ? tokenInvalid('issuer') : keys
    // The same text was decoded before it had to wait.
    return verifySigned(token, jws, decodePayload(jws) as JsonObject, keys, issuer)
  }

  async function verifySigned (token: string, jws: CompactJws, payload: JsonObject, keys: readonly SigningKey[], issuer: TrustedIssuer): Promise<VerifiedToken | Failure> {
    const key = await findSigner(keys, jws)
    if (key === null) return tokenInvalid('signature')
    if (settings.mapUser === null) return admit(token, payload, key, issuer)
    return recall(token) ?? await (signed.get(token) ?? signed.add(token, admit(token, payload, key, issuer)))
  }

  // What nobody foresaw is an outage, never a verdict.
  function orOutage (work: Promise<VerifiedToken | Failure>): Promise<VerifiedToken | Failure> {
    return work.catch((cause: unknown) => unavailable('internal', cause))
  }

  async function admit (token: string, payload: JsonObject, key: SigningKey, issuer: TrustedIssuer): Promise<VerifiedToken | Failure> {
    const { keySource, userPool, trust } = issuer
    // Again, now that the claims are known to be the issuer's: waiting for a key may have taken the token past its end.
    const failure = judge(payload, issuer)
    if (failure !== null) return failure
    const claims = asCognitoClaims(shareNames(payload, userPool))
    const principal = createCognitoUser(claims, userPool.userPoolId, settings.roles, userPool.tenant)
    // Without `mapUser` the type `User` is `CognitoUser`, unless the application has promised another one.
    const mapped = settings.mapUser === null ? { user: principal } : await callMapUser(settings.mapUser, principal)
    if (isFailure(mapped)) return mapped
    const verified: VerifiedToken = {
      token: copyOf(token), expiresAt: claims.exp * 1000, verifiedAt: clock.monotonic(), principal, user: mapped.user, key, keySource, trust, userPool
    }
    // Checking a signature takes its time as well, and `mapUser` may take seconds.
    const overdue = await review(verified)
    if (overdue !== null) return overdue
    cache.set(verified)
    return verified
  }

  function judge (claims: JsonObject, { userPool }: TrustedIssuer): Failure | null {
    const policy: ClaimPolicy = { userPool, clockTolerance: settings.clockTolerance, issuedAtTolerance: settings.issuedAtTolerance }
    return judgeClaims(claims, policy, clock.now() / 1000)
  }

  return { recall, verify, review, cache }
}

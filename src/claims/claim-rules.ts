/** The rules for claims: one pure function each, and the order in which they judge. */
import { failure, tokenInvalid, tokenLacks } from '../errors/failure.js'
import type { Failure, Reason } from '../errors/failure.js'
import { isMeantForUs } from './audience.js'
import type { CognitoClaims } from './claim-shapes.js'
import type { UserPoolSettings } from './user-pool-settings.js'
import type { JsonObject } from '../token/strict-json.js'

/** What claims are judged by; the tolerances in seconds. */
export interface ClaimPolicy {
  readonly userPool: Pick<UserPoolSettings, 'clientIds' | 'tokenUses' | 'audiences' | 'audienceOf' | 'issuers'>
  readonly clockTolerance: number
  /** How far `iat` may lie in the future, where that is more than `clockTolerance`. */
  readonly issuedAtTolerance: number
}

type Rule = (claims: JsonObject, policy: ClaimPolicy, now: number) => Failure | null

/** Cognito's longest lifetime of an access or ID token, in seconds. */
const longestLifetime = 86_400

/**
 * Judges all claims of a token; `null` when they hold. Expiry comes last, so that "expired" is said only of a
 * token that is otherwise in order.
 *
 * Does NOT verify the signature.
 *
 * @param now Seconds since the Unix epoch. A fraction never counts in favour of the token: it may have ended within
 * this second, and it begins with a whole one.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function judgeClaims (claims: JsonObject, policy: ClaimPolicy, now: number): Failure | null {
  for (const rule of rules) {
    const refusal = rule(claims, policy, now)
    if (refusal !== null) return refusal
  }
  return null
}

/** All refusals in the order of the rules, where {@link judgeClaims} gives the first; for explanations. */
export function findRefusals (claims: JsonObject, policy: ClaimPolicy, now: number): Failure[] {
  return rules.flatMap((rule) => rule(claims, policy, now) ?? [])
}

/** Claims that {@link judgeClaims} has found in order have the documented shape; the signature is not its concern. */
export function asCognitoClaims (claims: JsonObject): CognitoClaims {
  // Every member that the type promises has been checked by a rule above; the rest is `unknown` or optional.
  return claims as unknown as CognitoClaims
}

const issuer: Rule = (claims, { userPool }) =>
  includes(userPool.issuers, claims.iss) ? null : refuse('issuer', claims, 'iss', userPool.issuers)

const tokenUse: Rule = (claims, { userPool }) =>
  includes(userPool.tokenUses, claims.token_use) ? null : refuse('token_use', claims, 'token_use', userPool.tokenUses)

// An access token names its app client in `client_id`, an ID token in `aud`, so one audience rule cannot serve both.
const client: Rule = (claims, { userPool }) => {
  const claim = claims.token_use === 'id' ? 'aud' : 'client_id'
  return includes(userPool.clientIds, claims[claim]) ? null : refuse('client_id', claims, claim, userPool.clientIds)
}

const audience: Rule = (claims, { userPool }) => {
  if (claims.token_use === 'id') return null
  const { aud } = claims
  const named = typeof aud === 'string' ? [aud] : aud
  if (named !== undefined && !isStrings(named)) return tokenInvalid('audience')
  const { audiences, audienceOf } = userPool
  return audiences === null || isMeantForUs(claims, named, { audiences, audienceOf }) ? null : refuse('audience', claims, 'aud')
}

// A sender-constrained token sent as a plain Bearer token has lost the proof that makes it safe (RFC 7800 §3.1, RFC 9449 §7.2).
const confirmation: Rule = (claims) => (Object.hasOwn(claims, 'cnf') ? tokenInvalid('confirmation') : null)

const subject: Rule = (claims) => (isString(claims.sub) && claims.sub !== '' ? null : refuse('subject', claims, 'sub'))

// The type is all that is asked: an application's list of revoked tokens must be able to count on it (RFC 7519 §4.1.7).
const jwtId: Rule = ({ jti }) => (isOptional(jti, isString) ? null : tokenInvalid('jwt_id'))

const username: Rule = (claims) =>
  isOptional(claims[claims.token_use === 'id' ? 'cognito:username' : 'username'], isString) ? null : tokenInvalid('username')

const groups: Rule = (claims) => (isOptional(claims['cognito:groups'], isStrings) ? null : tokenInvalid('groups'))

const scope: Rule = (claims) => (isOptional(claims.scope, isString) ? null : tokenInvalid('scope'))

// A token that counts a little early endangers nobody, unlike one that counts too long: it has a tolerance of its own.
const issuedAt: Rule = (claims, { clockTolerance, issuedAtTolerance }, now) => {
  const { iat } = claims
  if (!isNumericDate(iat)) return refuse('issued_at', claims, 'iat')
  const ahead = iat - Math.floor(now)
  const tolerance = Math.max(clockTolerance, issuedAtTolerance)
  return ahead <= tolerance ? null : tokenInvalid('issued_at', `at most ${tolerance} seconds ahead of this clock`, `${ahead} seconds ahead of this clock`)
}

/**
 * The latest time at which a token with these claims can have been issued, in milliseconds since the Unix epoch, however
 * far the two clocks are apart that may be. Of claims that {@link judgeClaims} has found in order.
 */
export function latestIssue ({ iat }: JsonObject, issuedAtTolerance: number): number {
  return isNumericDate(iat) ? (iat + issuedAtTolerance) * 1000 : Infinity
}

const notBefore: Rule = ({ nbf }, { clockTolerance }, now) =>
  isOptional(nbf, (value) => isNumericDate(value) && value <= Math.floor(now) + clockTolerance) ? null : tokenInvalid('not_before')

// A lifetime beyond a day is a time in milliseconds or a token that Cognito did not issue.
const lifetime: Rule = (claims, { clockTolerance }) => {
  const { exp, iat } = claims
  return isNumericDate(exp) && isNumericDate(iat) && exp > 0 && exp > iat && exp - iat <= longestLifetime + clockTolerance
    ? null
    : refuse('lifetime', claims, exp === undefined ? 'exp' : 'iat')
}

const expiry: Rule = ({ exp }, { clockTolerance }, now) => judgeExpiry(exp, clockTolerance, now)

/** The rule for `exp` alone, for a token that was in order before: all else about it stays as it was. Times in seconds. */
export function judgeExpiry (exp: unknown, clockTolerance: number, now: number): Failure | null {
  return isNumericDate(exp) && now < exp + clockTolerance ? null : exp === undefined ? endless : expired
}

const expired: Failure = Object.freeze(failure('FST_COGNITO_TOKEN_EXPIRED', 'expired'))

const endless: Failure = Object.freeze(failure('FST_COGNITO_TOKEN_EXPIRED', 'expired', { absent: 'exp' }))

const rules: readonly Rule[] = [
  issuer, tokenUse, client, audience, confirmation, subject, jwtId, username, groups, scope, issuedAt, notBefore, lifetime, expiry
]

function refuse (reason: Reason, claims: JsonObject, claim: string, expected?: unknown): Failure {
  const value = claims[claim]
  return value === undefined ? tokenLacks(claim, reason, expected) : tokenInvalid(reason, expected, value)
}

// An absent claim is no member at all: `null` is a value, and a wrong one.
function isOptional (value: unknown, accepts: (value: unknown) => boolean): boolean {
  return value === undefined || accepts(value)
}

function isString (value: unknown): value is string {
  return typeof value === 'string'
}

function isStrings (value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isString)
}

function isNumericDate (value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function includes (accepted: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && accepted.includes(value)
}

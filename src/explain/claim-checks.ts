/** The claims of a token by the verifier's rules, each with what it says in words. */
import { asCognitoClaims, findRefusals } from '../claims/claim-rules.js'
import type { ClaimPolicy } from '../claims/claim-rules.js'
import type { Reason } from '../errors/failure.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { JsonObject } from '../token/strict-json.js'
import type { RoleSettings } from '../claims/types.js'
import { createCognitoUser } from '../claims/user.js'
import type { CognitoUser } from '../claims/user.js'
import { failed, passed } from './check.js'
import type { Check } from './check.js'
import { describe, distance, list, moment } from './words.js'

/** The rules' policy, with the whole of the pool. */
export type PoolPolicy = ClaimPolicy & { readonly userPool: UserPoolSettings }

type Describe = (claims: JsonObject, policy: ClaimPolicy, now: number) => string

/** One check for each rule, in the order of the rules: its name, the reason that the rule gives, what the claims say. */
const descriptions: ReadonlyArray<readonly [name: string, reason: Reason, describe: Describe]> = [
  ['issuer', 'issuer', ({ iss }, { userPool }) => withAccepted(iss, userPool.issuers)],
  ['kind', 'token_use', ({ token_use: use }, { userPool }) => withAccepted(use, userPool.tokenUses)],
  ['client', 'client_id', (claims, { userPool }) => withAccepted(claims[isIdToken(claims) ? 'aud' : 'client_id'], userPool.clientIds)],
  ['audience', 'audience', (claims, { userPool }) => describeAudience(claims, userPool.audiences)],
  ['binding', 'confirmation', (claims) => (Object.hasOwn(claims, 'cnf') ? 'bound to a key of the sender, which a bearer token cannot prove' : 'not bound to a key of the sender')],
  ['subject', 'subject', ({ sub }) => describe(sub)],
  ['token id', 'jwt_id', ({ jti }) => describe(jti)],
  ['user name', 'username', (claims) => describe(claims[isIdToken(claims) ? 'cognito:username' : 'username'])],
  ['groups', 'groups', (claims) => describe(claims['cognito:groups'])],
  ['scopes', 'scope', ({ scope }) => describe(scope)],
  ['issued', 'issued_at', ({ iat }, _policy, now) => moment(iat, now)],
  ['not before', 'not_before', ({ nbf }, _policy, now) => moment(nbf, now)],
  ['lifetime', 'lifetime', ({ exp, iat }) => distance(iat, exp)],
  ['expiry', 'expired', ({ exp }, { clockTolerance }, now) => `${moment(exp, now)}, with a tolerance of ${clockTolerance} seconds`]
]

/** The names of the checks that {@link examineClaims} makes. */
export const claimCheckNames: readonly string[] = descriptions.map(([name]) => name)

/** Who the claims say holds the token, and the role that the options give to such a user. */
export type Holder = Pick<CognitoUser, 'sub' | 'username' | 'groups' | 'scopes' | 'role'>

/** What the rules find in claims. */
export interface ClaimFindings {
  readonly checks: readonly Check[]
  /** `null` where the claims that tell it have not the form they must have. */
  readonly holder: Holder | null
}

// Without a refusal for one of these, a principal can be built.
const formsOfHolder: readonly Reason[] = ['subject', 'username', 'groups', 'scope']

/** Judges all claims by all rules. */
export function examineClaims (claims: JsonObject, policy: PoolPolicy, roles: RoleSettings, now: number): ClaimFindings {
  const refusals = findRefusals(claims, policy, now)
  const checks = descriptions.map(([name, reason, describeClaims]) => {
    const detail = describeClaims(claims, policy, now)
    const refusal = refusals.find((failure) => failure.reason === reason)
    return refusal === undefined ? passed(name, detail) : failed(name, refusal, detail)
  })
  if (refusals.some(({ reason }) => formsOfHolder.includes(reason))) return { checks, holder: null }
  const { sub, username, groups, scopes, role } = createCognitoUser(asCognitoClaims(claims), policy.userPool.userPoolId, roles)
  return { checks, holder: { sub, username, groups, scopes, role } }
}

function isIdToken ({ token_use: use }: JsonObject): boolean {
  return use === 'id'
}

function withAccepted (value: unknown, accepted: readonly string[]): string {
  const isAccepted = typeof value === 'string' && accepted.includes(value)
  return isAccepted ? describe(value) : `${describe(value)}, where ${list(accepted, ' or ')} is accepted`
}

function describeAudience (claims: JsonObject, audiences: readonly string[] | null): string {
  if (isIdToken(claims)) return 'the app client, looked at above'
  return audiences === null ? `${describe(claims.aud)}, where none is asked for` : `${describe(claims.aud)}, where ${list(audiences, ' or ')} is asked for`
}

/** Users, requests and requirements for judging, without a server. */
import { createCognitoUser } from '../../src/claims/user.js'
import type { CognitoUser } from '../../src/claims/user.js'
import type { Failure } from '../../src/errors/failure.js'
import { judgeRights } from '../../src/routes/guards.js'
import { readRequirement } from '../../src/routes/read-requirement.js'
import type { RequestFacts } from '../../src/routes/requirement.js'

/** The time of the judgement, in seconds. */
export const judgedAt = 1_000_000

/** The holder of an access token with these claims; `Admins` and `Auditors` have a role. */
export function userWith (claims: Readonly<Record<string, unknown>> = {}): CognitoUser {
  return createCognitoUser(
    { iss: 'https://issuer.example', sub: 's', exp: judgedAt + 60, iat: judgedAt, token_use: 'access', client_id: 'c', ...claims },
    'us-east-1_A',
    { byGroup: [['Admins', 'Admin'], ['Auditors', 'Auditor']], otherwise: null }
  )
}

/** A request with these parts. */
export function requestWith (parts: Partial<RequestFacts> = {}): RequestFacts {
  return { params: {}, query: {}, headers: {}, raw: { rawHeaders: [] }, ...parts }
}

/** What a user lacks of a requirement as an application writes it. */
export function lackOf (user: CognitoUser, requirement: unknown, request: RequestFacts = requestWith()): Failure | null {
  return judgeRights(user, readRequirement(requirement, 'here'), request, { now: () => judgedAt * 1000, monotonic: () => 0 })
}

/** Whether anyone can meet a requirement, given the options and the route: a misspelt name is found at start-up. */
import type { TokenUse } from '../claims/types.js'
import type { RequestSettings, VerifierSettings } from '../options/settings.js'
import { parameterOf, parametersOf } from './match-source.js'
import type { Requirement, ShownNames } from './requirement.js'
import { routeInvalid } from './route-invalid.js'

/** What the user pools of the options accept. */
interface AttainablePools {
  readonly clientIds: ReadonlySet<string>
  readonly tokenUses: ReadonlySet<string>
  readonly ids: ReadonlySet<string>
}

/** What the options can give a user. */
export interface Attainable {
  readonly roles: ReadonlySet<string>
  /** `null` where the user pools are known only at run time. */
  readonly pools: AttainablePools | null
  /** Whether there is a store of revoked tokens that can be asked. */
  readonly canAskRevocation: boolean
}

/** Reads from the settings what a user can have. */
export function attainableWith ({ roles, userPools }: Pick<VerifierSettings, 'roles' | 'userPools'>, { revocation, resolver }: Pick<RequestSettings, 'revocation' | 'resolver'>): Attainable {
  const all = [...roles.byGroup.map(([, role]) => role), roles.otherwise]
  return Object.freeze({
    roles: new Set(all.filter((role) => role !== null)),
    pools: resolver !== null
      ? null
      : Object.freeze({
        clientIds: new Set(userPools.flatMap(({ clientIds }) => clientIds)),
        tokenUses: new Set<TokenUse>(userPools.flatMap(({ tokenUses }) => tokenUses)),
        ids: new Set(userPools.map(({ userPoolId }) => userPoolId))
      }),
    canAskRevocation: revocation !== null
  })
}

/**
 * Asserts that a requirement asks only for what there is.
 *
 * @param url The address of the route as it is declared, with its parameters; `null` where it is not known.
 * @param at Where the requirement stands, for the error.
 * @throws `FST_COGNITO_ROUTE_INVALID` for a role that nothing gives, an app client or a kind of token that no user
 * pool accepts, a pool that there is not, a parameter that the address does not have, and `revocation` where there is no store to ask.
 */
export function assertAttainable (requirement: Requirement, attainable: Attainable, url: string | null, at: string): void {
  const { roles = [], match = {}, anyOf = [] } = requirement
  const role = namesOf(roles).find((name) => !attainable.roles.has(name))
  if (role !== undefined) throw routeInvalid(`${at}.roles`, `roles that the options "roles" or "defaultRole" give; "${role}" is none of them`)
  if (attainable.pools !== null) assertOfPools(requirement, attainable.pools, at)
  if (requirement.revocation !== undefined && !attainable.canAskRevocation) {
    throw routeInvalid(`${at}.revocation`, 'the option "isRevoked" to be the very function of a list of fastify-cognito-auth/revocation; without one there is no store to ask')
  }
  const missing = url === null ? null : missingParameter(match, url)
  if (missing !== null) throw routeInvalid(`${at}.match.${missing.claim}`, `a parameter of ${String(url)}; "${missing.parameter}" is none of it`)
  for (const [index, one] of anyOf.entries()) assertAttainable(one, attainable, url, `${at}.anyOf[${index}]`)
}

function assertOfPools ({ tokenUse = [], clientId = [], userPools = [] }: Requirement, pools: AttainablePools, at: string): void {
  const client = clientId.find((id) => !pools.clientIds.has(id))
  if (client !== undefined) throw routeInvalid(`${at}.clientId`, `app clients that a user pool of the options accepts; "${client}" is none of them`)
  const pool = userPools.find((id) => !pools.ids.has(id))
  if (pool !== undefined) throw routeInvalid(`${at}.userPools`, `user pools of the options; "${pool}" is none of them`)
  if (tokenUse.length > 0 && !tokenUse.some((use) => pools.tokenUses.has(use))) {
    throw routeInvalid(`${at}.tokenUse`, `a kind of token that the option "tokenUse" accepts; ${tokenUse.join(' and ')} is refused before`)
  }
}

/** The first parameter of `match` that an address does not have, or `null`: no request of such a route can meet it. */
export function missingParameter (match: NonNullable<Requirement['match']>, url: string): { readonly claim: string, readonly parameter: string } | null {
  const declared = parametersOf(url)
  for (const [claim, source] of Object.entries(match)) {
    const parameter = parameterOf(source)
    if (parameter !== null && !declared.includes(parameter)) return { claim, parameter }
  }
  return null
}

function namesOf (names: ShownNames): readonly string[] {
  return 'any' in names || 'all' in names || 'none' in names ? [...names.any ?? [], ...names.all ?? [], ...names.none ?? []] : names as readonly string[]
}

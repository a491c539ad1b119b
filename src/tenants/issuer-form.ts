/** Which `iss` can be one of a user pool at all. */
import { isUserPoolId, readUserPoolId } from '../claims/user-pool.js'
import type { UserPoolQuestion } from '../options/resolver-options.js'
import type { ResolverSettings } from '../options/settings.js'

/**
 * What is asked for an `iss`; `null` where it has not exactly the form of an issuer of Cognito, or one of the forms of the options.
 * It is compared with an address made of the id in it, so that no spelling of another host can pass.
 */
export function readIssuer (iss: unknown, issuerForms: ResolverSettings['issuerForms']): UserPoolQuestion | null {
  if (typeof iss !== 'string') return null
  const identity = readUserPoolId(iss.slice(iss.lastIndexOf('/') + 1))
  if (identity?.issuers.includes(iss) === true) return { issuer: iss, userPoolId: identity.userPoolId, region: identity.region }
  for (const [before, after] of issuerForms) {
    const userPoolId: string = iss.slice(before.length, iss.length - after.length)
    if (iss === before + userPoolId + after && isUserPoolId(userPoolId)) return { issuer: iss, userPoolId, region: readUserPoolId(userPoolId)?.region ?? null }
  }
  return null
}

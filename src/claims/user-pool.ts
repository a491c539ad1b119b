/** What the id of a user pool says by itself: its region, its two issuers, where its keys are published. */

/** Region, partition suffix and issuers read from a user pool id. */
export interface UserPoolIdentity {
  readonly userPoolId: string
  readonly region: string
  /** The two issuers a pool can have: the original one first, then the one offered since 2026. */
  readonly issuers: readonly [string, string]
}

const userPoolIdForm = /^[\w-]+_[0-9A-Za-z]+$/
const regionForm = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/
const longestUserPoolId = 55

/**
 * Tells whether `value` has the form of a user pool id, such as `us-east-1_EXAMPLE01`.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html
 */
export function isUserPoolId (value: string): boolean {
  return value.length <= longestUserPoolId && userPoolIdForm.test(value)
}

/**
 * Reads a user pool id, or gives `null` where the part before the underscore is no AWS region (an emulator's `local_…`).
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function readUserPoolId (userPoolId: string): UserPoolIdentity | null {
  const region = userPoolId.slice(0, userPoolId.lastIndexOf('_'))
  if (!isUserPoolId(userPoolId) || !regionForm.test(region)) return null
  const host = `cognito-idp.${region}.${domainSuffix(region)}`
  return {
    userPoolId,
    region,
    issuers: [`https://${host}/${userPoolId}`, `https://issuer-${host}/${userPoolId}`]
  }
}

/** The address at which an issuer publishes its JSON Web Key Set. */
export function jwksUriOf (issuer: string): string {
  return `${issuer}/.well-known/jwks.json`
}

// The European sovereign partition has its own domain; every other partition with user pools shares one.
function domainSuffix (region: string): string {
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com'
}

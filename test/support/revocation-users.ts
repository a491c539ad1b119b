/** Users of verified tokens, as far as a list of revoked tokens looks at them. */
import { createCognitoUser } from '../../src/claims/user.js'
import type { CognitoUser } from '../../src/claims/user.js'

export interface TokenOf {
  readonly pool?: string
  readonly sub?: string
  readonly client?: string
  readonly iat: number
  readonly jti?: string
  readonly session?: string
}

/** The user of an access token. */
export function userOf ({ pool = 'us-east-1_A', sub = 'alice', client = 'app', iat, jti, session }: TokenOf): CognitoUser {
  const claims = {
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${pool}`,
    sub,
    iat,
    exp: iat + 3_600,
    token_use: 'access' as const,
    client_id: client,
    ...(jti === undefined ? {} : { jti }),
    ...(session === undefined ? {} : { origin_jti: session })
  }
  return createCognitoUser(claims, pool, { byGroup: [], otherwise: null })
}

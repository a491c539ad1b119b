/** The same configuration in three verifiers: ours, jose's and AWS's. */
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JWTVerifyOptions } from 'jose'
import type { CognitoAuthError, Reason } from '../../src/index.js'
import type { Clock } from '../../src/time/clock.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { clientId, clockTolerance, issuer, jwks, resource, updatedIssuer, userPoolId } from './generated-token.js'
import type { Recipe } from './generated-token.js'

export interface Configuration {
  readonly name: string
  readonly tokenUse: 'access' | 'id' | null
  readonly audience: string | null
  /** The kinds of token that are generated. */
  readonly kinds: ReadonlyArray<Recipe['kind']>
  /** Claims of all tokens that are generated. */
  readonly usual: object
}

export const configurations: readonly [Configuration, ...Configuration[]] = [
  { name: 'both kinds', tokenUse: null, audience: null, kinds: ['access', 'id', 'machine'], usual: {} },
  { name: 'ID tokens', tokenUse: 'id', audience: null, kinds: ['id', 'id', 'id', 'access'], usual: {} },
  { name: 'access tokens bound to a resource', tokenUse: 'access', audience: resource, kinds: ['access', 'machine', 'access', 'id'], usual: { aud: resource } }
]

export interface Verdict {
  /** Why we refuse, or `null`. */
  readonly ours: Reason | null
  readonly jose: boolean
  readonly aws: boolean
}

/** Makes the judge of one configuration; AWS's verifier reads the time from `Date.now`, which the caller sets to the same clock. */
export function createJudge ({ tokenUse, audience }: Configuration, clock: Clock): (token: string) => Promise<Verdict> {
  const verifier = createVerifierWithClock({
    userPoolId, clientId, jwks, clockTolerance, cache: false, ...(tokenUse === null ? {} : { tokenUse }), ...(audience === null ? {} : { audience })
  }, clock)

  const joseKeys = createLocalJWKSet(jwks)
  // jose knows neither kinds nor clients: it is told the audience where all accepted tokens have one.
  const joseAudience = tokenUse === 'id' ? clientId : audience
  const joseOptions: JWTVerifyOptions = {
    algorithms: ['RS256'], issuer: [issuer, updatedIssuer], clockTolerance, ...(joseAudience === null ? {} : { audience: joseAudience })
  }

  const aws = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse, graceSeconds: clockTolerance })
  // Our keys have every member that its type asks for, where ours asks for none.
  aws.cacheJwks(jwks as Parameters<typeof aws.cacheJwks>[0])

  return async (token) => ({
    ours: await verifier.verify(token).then(() => null, (error: CognitoAuthError) => error.reason),
    jose: await jwtVerify(token, joseKeys, { ...joseOptions, currentDate: new Date(clock.now()) }).then(() => true, () => false),
    aws: isAccepted(() => aws.verifySync(token))
  })
}

function isAccepted (verify: () => unknown): boolean {
  try {
    verify()
    return true
  } catch {
    // Whatever it says, AWS's verifier has refused.
    return false
  }
}

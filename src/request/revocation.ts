/** Whether a verified token is revoked: what the option `isRevoked` says, and the store behind it where a route asks that. */
import { failure, isFailure, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { RequestSettings } from '../options/settings.js'
import { isPromiseLike, withinBound } from '../time/bounded.js'
import type { TokenVerifier, VerifiedToken } from '../verifier/token-verifier.js'
import { asFastifyRequest } from './request.js'
import type { DecoratedRequest } from './request.js'

/** The two ways to find out. */
export interface Revocation {
  /** Passes on a verified token that is not revoked; at once, unless the answer has to be waited for. */
  check (request: DecoratedRequest, verified: VerifiedToken | Failure): VerifiedToken | Failure | Promise<VerifiedToken | Failure>
  /** Asks the store itself, once for each request; `null` if the token is not revoked. */
  ask (request: DecoratedRequest, verified: VerifiedToken): Promise<Failure | null>
}

const revoked: Failure = Object.freeze(failure('FST_COGNITO_TOKEN_REVOKED', 'revoked'))

/** Makes them by the options. */
export function createRevocation ({ isRevoked, revocation }: Pick<RequestSettings, 'isRevoked' | 'revocation'>, review: TokenVerifier['review']): Revocation {
  // Only requests to routes that ask are in it.
  const asked = new WeakMap<DecoratedRequest, Promise<Failure | null>>()

  function check (request: DecoratedRequest, verified: VerifiedToken | Failure): VerifiedToken | Failure | Promise<VerifiedToken | Failure> {
    if (isRevoked === null || isFailure(verified)) return verified
    try {
      const answer: unknown = revocation === null ? isRevoked(verified.user, asFastifyRequest(request)) : revocation.isRevoked(verified.principal)
      return isPromiseLike(answer) ? waitFor(() => answer, verified, told).then((refused) => refused ?? verified) : refusalOf(answer) ?? verified
    } catch (cause) {
      return unavailable('is_revoked', told(cause))
    }
  }

  function ask (request: DecoratedRequest, verified: VerifiedToken): Promise<Failure | null> {
    const known = asked.get(request)
    if (known !== undefined) return known
    const answer = askStore(verified)
    asked.set(request, answer)
    return answer
  }

  async function askStore (verified: VerifiedToken): Promise<Failure | null> {
    // A route that was declared before the plugin had loaded is not checked at the start.
    if (revocation === null) return unavailable('is_revoked', new TypeError('the option isRevoked is not that of a list of fastify-cognito-auth/revocation, so that there is no store to ask'))
    return waitFor(async () => revocation.ask(verified.principal), verified, (cause) => cause)
  }

  // That a list is too old or full is in the log already, once for all requests that it concerns. Anything else is not.
  function told (cause: unknown): unknown {
    return revocation !== null && ['stale', 'full'].includes(faultOf(cause)) ? undefined : cause
  }

  async function waitFor (answer: () => PromiseLike<unknown>, verified: VerifiedToken, causeOf: (cause: unknown) => unknown): Promise<Failure | null> {
    try {
      // The answer may take so long that the token has ended meanwhile, or its key.
      return refusalOf(await withinBound('isRevoked', answer())) ?? await review(verified)
    } catch (cause) {
      return unavailable('is_revoked', causeOf(cause))
    }
  }

  return { check, ask }
}

/** The fault of an error of a list, which may come from another copy of this package. */
function faultOf (cause: unknown): string {
  return cause instanceof Error && cause.name === 'RevocationListError' && 'fault' in cause ? String(cause.fault) : ''
}

function refusalOf (answer: unknown): Failure | null {
  if (answer === false) return null
  return answer === true ? revoked : unavailable('is_revoked', new TypeError('isRevoked did not answer true or false'))
}

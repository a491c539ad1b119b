/** From a request to its user, at most once per request, or to the error that refuses it. */
import { bearerMalformed, findBearer, isB64Token } from './bearer.js'
import { callGetToken } from './call-get-token.js'
import { isPromiseLike } from '../time/bounded.js'
import { isCognitoAuthError } from '../errors/cognito-auth-error.js'
import type { CognitoAuthError } from '../errors/cognito-auth-error.js'
import type { Challenger } from '../errors/challenge.js'
import { isFailure } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { RequestSettings } from '../options/settings.js'
import type { Clock } from '../time/clock.js'
import { judgeRequest } from './judge-request.js'
import type { Verdict } from './judge-request.js'
import { holdReply } from './held-reply.js'
import { bindUser, factsOf, isObserved } from './observe.js'
import type { Places } from './places.js'
import { createRefusals } from './refusals.js'
import type { Refusals } from './refusals.js'
import type { RefusalLog } from './refusal-log.js'
import { asFastifyRequest } from './request.js'
import type { DecoratedRequest, HookDone, Outcome, RequestStanding } from './request.js'
import { createRevocation } from './revocation.js'
import { takeOver } from './take-over.js'
import { markPassed, standingSlot } from '../routes/standing.js'
import type { AuthRule, CompiledRequirement } from '../routes/requirement.js'
import type { TokenVerifier, VerifiedToken } from '../verifier/token-verifier.js'

/** Enforces rules on requests. */
export interface Authenticator {
  /**
   * Calls `done` once: without an error if the request satisfies the rule; synchronously if its token is remembered.
   * Until then `reply` can only be an error.
   */
  enforce (rule: AuthRule, request: DecoratedRequest, reply: unknown, done: HookDone): void
  /** Refuses a request, under a rule if it is one that it does not satisfy: logs why and gives the error to throw. */
  readonly refuse: Refusals['refuse']
  /** The protected resources to which requests may belong; `null` where there are none. */
  readonly places: Places | null
}

/** The error that refuses a request, now or later; `undefined` where nothing does. */
type Refusal = Error | undefined | Promise<Error | undefined>

/** Makes the authenticator of one plugin instance. */
export function createAuthenticator (settings: RequestSettings, tokens: TokenVerifier, challenge: Challenger, log: RefusalLog, clock: Clock, places: Places | null): Authenticator {
  const { getToken, log: { showsUser } } = settings
  const { refuse, refuseEarlyReply, noteOwnAnswer } = createRefusals(log, challenge, places)
  const revocation = createRevocation(settings, tokens.review)
  const self: Authenticator = { enforce, refuse, places }

  function enforce (rule: AuthRule, request: DecoratedRequest, reply: unknown, done: HookDone): void {
    if (rule.mode === 'public') {
      // Nothing is written down for it, unless another registration has.
      if (request[standingSlot] !== null) takeOver(request, self)
      done()
      return
    }
    const standing = takeOver(request, self)
    const outcome = standing.outcome ?? resolve(request, standing)
    if (isPromiseLike(outcome)) {
      // Kept while it is under way, so that hooks which ask at the same time wait for the same answer.
      standing.outcome = outcome
      finish(outcome.then((settled) => judge(rule, request, standing, settled)), request, reply, standing, done)
    } else finish(judge(rule, request, standing, outcome), request, reply, standing, done)
  }

  function finish (refusal: Refusal, request: DecoratedRequest, reply: unknown, standing: RequestStanding, done: HookDone): void {
    if (!isPromiseLike(refusal)) {
      if (showsUser) bindUser(request, reply, standing)
      done(refusal)
      return
    }
    const release = holdReply(reply, () => refuseEarlyReply(request))
    const end = (error?: Error): void => {
      release()
      if (showsUser) bindUser(request, reply, standing)
      done(error)
    }
    refusal.then(end, end)
  }

  /** The error that refuses the request under this rule, or nothing. */
  function judge (rule: AuthRule, request: DecoratedRequest, standing: RequestStanding, settled: Outcome): Refusal {
    // Another registration has taken the request over while this one was waiting: whatever it found is no answer any more.
    if (request[standingSlot] !== standing) return refuseEarlyReply(request)
    const outcome = remember(request, standing, settled)
    if (rule.mode === 'optional' && 'code' in outcome && outcome.code === 'FST_COGNITO_TOKEN_MISSING') return pass(rule, standing)
    if (isCognitoAuthError(outcome)) return outcome
    if (isFailure(outcome)) return settle(request, standing, outcome, rule)
    const stray = places === null ? null : places.judge(asFastifyRequest(request), outcome)
    if (stray !== null) return settle(request, standing, stray, rule)
    const { requirement } = rule
    if (requirement === null) return pass(rule, standing)
    return requirement.asksRevocation
      ? revocation.ask(request, outcome).then((refused) => (refused === null ? judgeRights(rule, requirement, request, standing, outcome) : settle(request, standing, refused, rule)))
      : judgeRights(rule, requirement, request, standing, outcome)
  }

  function judgeRights (rule: AuthRule, requirement: CompiledRequirement, request: DecoratedRequest, standing: RequestStanding, outcome: VerifiedToken): Refusal {
    const verdict = judgeRequest(requirement, outcome, asFastifyRequest(request), clock)
    if (!isPromiseLike(verdict)) return answer(rule, request, standing, verdict)
    // A check may have taken its time, like `isRevoked`.
    return verdict.then((answered) => answered ?? tokens.review(outcome)).then((answered) => answer(rule, request, standing, answered))
  }

  /** Refuses the request for all hooks that ask from now on. */
  function settle (request: DecoratedRequest, standing: RequestStanding, refused: Failure, rule: AuthRule): CognitoAuthError {
    if (isCognitoAuthError(standing.outcome)) return standing.outcome
    const error = refuse(request, refused, rule)
    standing.outcome = error
    // What another registration finds is its own.
    if (request[standingSlot] === standing) request.user = null
    return error
  }

  function answer (rule: AuthRule, request: DecoratedRequest, standing: RequestStanding, verdict: Verdict): Error | undefined {
    if (verdict === null) return pass(rule, standing)
    if (isFailure(verdict)) return refuse(request, verdict, rule)
    noteOwnAnswer(request)
    return verdict.answer
  }

  function pass (rule: AuthRule, standing: RequestStanding): undefined {
    markPassed(standing, rule)
    return undefined
  }

  // Of several hooks that have waited for one answer, the first settles it for all.
  function remember (request: DecoratedRequest, standing: RequestStanding, settled: Outcome): Outcome {
    const known = standing.outcome
    if (known !== null && !isPromiseLike(known)) return known
    standing.outcome = settled
    if (standing.began !== null) standing.facts = factsOf(settled, standing.began, standing.isRecalled, clock)
    if ('user' in settled) request.user = settled.user
    return settled
  }

  function resolve (request: DecoratedRequest, standing: RequestStanding): Outcome | Promise<Outcome> {
    if (isObserved()) standing.began = clock.monotonic()
    const credentials = getToken === null ? findBearer(request) : callGetToken(getToken, asFastifyRequest(request))
    if (typeof credentials !== 'string') return credentials
    // A remembered token is compared whole, so its form need not be judged again.
    const recalled = tokens.recall(credentials)
    standing.isRecalled = recalled !== null
    const verified = recalled ?? verify(credentials)
    return isPromiseLike(verified) ? verified.then((settled) => revocation.check(request, settled)) : revocation.check(request, verified)
  }

  function verify (credentials: string): VerifiedToken | Failure | Promise<VerifiedToken | Failure> {
    const verified = tokens.verify(credentials)
    // Only a header can be malformed as a header; what `getToken` finds is a token, good or bad.
    const isBadHeader = getToken === null && 'reason' in verified && verified.reason === 'format' && !isB64Token(credentials)
    return isBadHeader ? bearerMalformed : verified
  }

  return self
}

/** Refusing a request: written in the log, told to those who listen, and made an error. */
import type { Challenger } from '../errors/challenge.js'
import type { CognitoAuthError } from '../errors/cognito-auth-error.js'
import { failure } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { tellRefused } from '../routes/request-events.js'
import type { AuthRule } from '../routes/requirement.js'
import { describeRefusal, earlyReplyLine, ownAnswerLine } from './log.js'
import type { RefusalLine } from './log.js'
import { challengedAt } from './places.js'
import type { Places } from './places.js'
import type { RefusalLog } from './refusal-log.js'
import { asFastifyRequest } from './request.js'
import type { DecoratedRequest } from './request.js'

/** The ways to refuse a request. */
export interface Refusals {
  /** Under a rule if it is one that the request does not satisfy. */
  refuse (request: DecoratedRequest, failure: Failure, rule?: AuthRule): CognitoAuthError
  /** A hook has replied, or given the request on, before it was judged. */
  refuseEarlyReply (request: DecoratedRequest): CognitoAuthError
  /** A check has thrown an error to be answered as it is. */
  noteOwnAnswer (request: DecoratedRequest): void
}

const unjudged: Failure = Object.freeze(failure('FST_COGNITO_UNAVAILABLE', 'unjudged'))

/** Makes them for one registration. */
export function createRefusals (log: RefusalLog, challenge: Challenger, places: Places | null): Refusals {
  function note (request: DecoratedRequest, line: RefusalLine): void {
    log.write(request.log, line)
    tellRefused(request, line.refusal.code, line.refusal.reason)
  }

  return {
    refuse (request, failure, rule) {
      note(request, describeRefusal(failure))
      return challenge(failure, places === null ? null : challengedAt(places, asFastifyRequest(request), rule))
    },
    refuseEarlyReply (request) {
      note(request, earlyReplyLine)
      return challenge(unjudged)
    },
    noteOwnAnswer: (request) => note(request, ownAnswerLine)
  }
}

/** The refusal of a request that comes to a handler without having passed what its route needs. */
import { createChallenger } from '../errors/challenge.js'
import { failure } from '../errors/failure.js'
import type { Reason } from '../errors/failure.js'
import { coverOf } from './cover.js'
import type { GateState } from './gate-state.js'
import { tellPassed, tellRefused } from './request-events.js'
import { hasPassed } from './standing.js'
import type { JudgedRequest } from './standing.js'
import type { LastLook } from './route-record.js'

interface LoggingRequest extends JudgedRequest {
  readonly log?: { error (details: object, message: string): void }
}

// A 503 has no challenge, so it belongs to no realm.
const challenge = createChallenger('api')

const explanations = {
  start: 'the application has not started, or its start was refused',
  uncovered: 'the route asks for protection, and no registration of fastify-cognito-auth covers it',
  unjudged: 'the handler was reached before the request was judged: a hook has called done twice, or moved on early'
} as const satisfies Partial<Record<Reason, string>>

/**
 * Makes the last look of an application. It throws a 503 for a request that should not have come so far, and says
 * why in the log. A request that has passed is let by.
 */
export function createLastLook (gate: Pick<GateState, 'isReady' | 'stoppedBy'>): LastLook {
  return ({ needs, judge, scope, options: { method, url } }, request) => {
    const judged: LoggingRequest = Object(request)
    if (needs !== null && hasPassed(judged, needs, judge)) {
      tellPassed(judged)
      return
    }
    const reason = !gate.isReady ? 'start' : coverOf(scope) === null ? 'uncovered' : 'unjudged'
    const refusal = failure('FST_COGNITO_UNAVAILABLE', reason)
    const err = gate.stoppedBy ?? undefined
    judged.log?.error({ code: refusal.code, reason, method, url, err }, `request refused: ${explanations[reason]}`)
    tellRefused(judged, refusal.code, reason)
    throw challenge(refusal)
  }
}

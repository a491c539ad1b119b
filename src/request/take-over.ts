/** Whose request it is: that of the registration which judges it, and of no other. */
import { standingSlot } from '../routes/standing.js'
import type { Judge } from '../routes/standing.js'
import type { DecoratedRequest, RequestStanding } from './request.js'

/**
 * Makes a request the judge's own. What another registration has found, for another user pool perhaps, is forgotten: a route
 * of a sibling context can give its requests on to a 404 handler.
 */
export function takeOver (request: DecoratedRequest, judge: Judge): RequestStanding {
  const before = request[standingSlot]
  if (before?.judge === judge) return before
  const standing: RequestStanding = { judge, outcome: null, passed: null, facts: null, began: null, isRecalled: false }
  request[standingSlot] = standing
  // Unless the slots are as they were declared. They are not there at all where the context was made before the plugin was registered.
  if (before !== null) request.user = null
  return standing
}

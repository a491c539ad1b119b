/** Whose request it is: that of the registration which judges it, and of no other. */
import { judgeSlot, passedSlot } from '../routes/passed-rules.js'
import type { Judge } from '../routes/passed-rules.js'
import { outcomeSlot } from './request.js'
import type { DecoratedRequest } from './request.js'

/**
 * Makes a request the judge's own. What another registration has found, for another user pool perhaps, is forgotten: a route
 * of a sibling context can give its requests on to a 404 handler.
 */
export function takeOver (request: DecoratedRequest, judge: Judge): void {
  const before = request[judgeSlot]
  if (before === judge) return
  request[judgeSlot] = judge
  // Nobody has judged it so far, and the slots are as they were declared.
  if (before === null) return
  // Without slots: its context was made before the plugin was registered.
  request[outcomeSlot] = null
  request.user = null
  if (request[passedSlot] !== undefined) request[passedSlot] = undefined
}

/** Conditions, each with the refusal that it gives. */
import { failure } from '../errors/failure.js'
import type { Failure, Reason } from '../errors/failure.js'
import type { Condition } from './requirement.js'

/** Makes a condition whose refusal is a 403 with what the route expects; `isAllExpected` where any one of it is not enough. */
export function condition (reason: Reason, expected: readonly unknown[], holds: Condition['holds'], isAllExpected = false): Condition {
  return Object.freeze({ holds, refusal: forbidden(reason, expected, isAllExpected) })
}

/** The refusal of someone who lacks a right. */
export function forbidden (reason: Reason, expected: readonly unknown[], isAllExpected = false): Failure {
  const details = { expected: Object.freeze(expected) }
  return Object.freeze(failure('FST_COGNITO_FORBIDDEN', reason, isAllExpected ? { ...details, isAllExpected } : details))
}

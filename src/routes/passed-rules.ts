/** Which rules a request has satisfied so far: written by whoever judged it, read before the handler runs. */
import { rules } from './requirement.js'
import type { AuthRule } from './requirement.js'

/** The request slot of the registration that judges the request. A 404 handler of a sibling context has another one. */
export const judgeSlot: unique symbol = Symbol('fastify-cognito-auth.judge')

/** The request slot of the rules that were satisfied; almost always one, so a list is made for more only. Requests to public routes do not have it. */
export const passedSlot: unique symbol = Symbol('fastify-cognito-auth.passed')

/** What stands for one registration where it is compared; nothing is read of it. */
export type Judge = object

/** A request, as far as it is known here. */
export interface JudgedRequest {
  [judgeSlot]?: Judge | null
  [passedSlot]?: AuthRule | readonly AuthRule[] | undefined
}

/** Remembers that a request satisfies a rule; not if another registration has taken it over meanwhile. */
export function markPassed (request: JudgedRequest, rule: AuthRule, judge: Judge): void {
  if (request[judgeSlot] !== judge) return
  const before = request[passedSlot]
  request[passedSlot] = before === undefined ? rule : [rule].concat(before)
}

/**
 * Tells whether a request has satisfied all of these rules: the very same ones, not others that ask the same, and by
 * the word of this registration. What `required` means differs from one user pool to another.
 */
export function hasPassed (request: JudgedRequest, needs: readonly AuthRule[], judge: Judge | null): boolean {
  if (request[judgeSlot] !== judge) return needs.length === 0
  const passed = request[passedSlot]
  if (needs.length === 1 && passed === needs[0]) return true
  return needs.every((need) => need === passed || (Array.isArray(passed) && passed.includes(need)))
}

/** A need that nobody can meet: no request is ever marked with it. */
export const never: AuthRule = Object.freeze({ ...rules.required })

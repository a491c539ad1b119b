/** Which rules a request has satisfied so far: written by whoever judged it, read before the handler runs. */
import { rules } from './requirement.js'
import type { AuthRule } from './requirement.js'

/** The request slot of the rules that were satisfied; almost always one, so a list is made for more only. Requests to public routes do not have it. */
export const passedSlot: unique symbol = Symbol('fastify-cognito-auth.passed')

/** A request, as far as it is known here. */
export interface JudgedRequest {
  [passedSlot]?: AuthRule | readonly AuthRule[]
}

/** Remembers that a request satisfies a rule. */
export function markPassed (request: JudgedRequest, rule: AuthRule): void {
  const before = request[passedSlot]
  request[passedSlot] = before === undefined ? rule : [rule].concat(before)
}

/** Tells whether a request has satisfied all of these rules: the very same ones, not others that ask the same. */
export function hasPassed (request: JudgedRequest, needs: readonly AuthRule[]): boolean {
  const passed = request[passedSlot]
  if (needs.length === 1 && passed === needs[0]) return true
  return needs.every((need) => need === passed || (Array.isArray(passed) && passed.includes(need)))
}

/** A need that nobody can meet: no request is ever marked with it. */
export const never: AuthRule = Object.freeze({ ...rules.required })

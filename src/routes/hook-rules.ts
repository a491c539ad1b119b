/** Which of a route's hooks are this package's, and what each of them enforces. */
import type { AuthRule } from './requirement.js'

const rulesOfHooks = new WeakMap<object, AuthRule>()

/** Remembers the rule that a hook enforces. */
export function markHook (hook: object, rule: AuthRule): void {
  rulesOfHooks.set(hook, rule)
}

/** The rule that a hook enforces, if it is one of this package's. */
export function ruleOfHook (hook: object): AuthRule | undefined {
  return rulesOfHooks.get(hook)
}

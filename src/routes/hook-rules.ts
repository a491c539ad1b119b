/** Which of a route's hooks are this package's, and what each of them enforces. */
import { signHook } from './copies.js'
import type { AuthRule } from './requirement.js'

/** A rule beside the value that it was read from: readings are the same rule if their values are equal. */
export interface ReadRule {
  readonly value: unknown
  readonly rule: AuthRule
}

const rulesOfHooks = new WeakMap<object, ReadRule>()

/** Remembers the rule that a hook enforces, and the value that it was made of. */
export function markHook (hook: object, rule: AuthRule, value: unknown): void {
  signHook(hook)
  rulesOfHooks.set(hook, { rule, value })
}

/** The rule that a hook enforces, if it is one of this package's. */
export function ruleOfHook (hook: object): AuthRule | undefined {
  return rulesOfHooks.get(hook)?.rule
}

/** That rule with the value that it was made of. */
export function readingOfHook (hook: object): ReadRule | undefined {
  return rulesOfHooks.get(hook)
}

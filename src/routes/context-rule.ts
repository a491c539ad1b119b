/** The rule of a context: what its routes, and those of contexts below it, get that say nothing themselves. */
import type { FastifyInstance } from 'fastify'
import type { ReadRule } from './hook-rules.js'

const contextSlot = Symbol('fastify-cognito-auth.context-rule')

/** Tells whether a context has a rule of its own, not one that it got from above. */
export function hasContextRule (scope: FastifyInstance): boolean {
  return Object.hasOwn(scope, contextSlot)
}

/** Gives a context its rule. */
export function setContextRule (scope: FastifyInstance, reading: ReadRule): void {
  Object.defineProperty(scope, contextSlot, { value: reading })
}

/**
 * What a context asks of its routes; empty where no context has said anything. A requirement is added to what contexts
 * above ask; a mode by its name takes their place, so that nobody loosens a rule without saying so.
 *
 * Found anew each time, along the chain by which Fastify makes a child inherit: a context above may get its rule later.
 */
export function contextRulesOf (scope: object | null): readonly ReadRule[] {
  if (scope === null) return []
  const own = Object.getOwnPropertyDescriptor(scope, contextSlot)?.value as ReadRule | undefined
  if (typeof own?.value === 'string') return [own]
  const above = contextRulesOf(Object.getPrototypeOf(scope) as object | null)
  return own === undefined ? above : [...above, own]
}

/** The rule of a context: what its routes, and those of contexts below it, get that say nothing themselves. */
import type { FastifyInstance } from 'fastify'
import type { ReadRule } from './hook-rules.js'

const contextSlot = Symbol('fastify-cognito-auth.context-rule')

/** Tells whether a context has a rule of its own, not one that it got from above. */
export function hasContextRule (scope: FastifyInstance): boolean {
  return Object.hasOwn(scope, contextSlot)
}

/**
 * Gives a context its rule. A requirement is added to what contexts above ask; a mode by its name takes their place,
 * so that nobody loosens a rule without saying so.
 */
export function setContextRule (scope: FastifyInstance, reading: ReadRule): void {
  const above = typeof reading.value === 'string' ? [] : contextRulesOf(scope)
  Object.defineProperty(scope, contextSlot, { value: Object.freeze([...above, reading]) })
}

/** What a context asks of its routes; empty where no context has said anything. */
export function contextRulesOf (scope: FastifyInstance): readonly ReadRule[] {
  return (scope as { readonly [contextSlot]?: readonly ReadRule[] })[contextSlot] ?? []
}

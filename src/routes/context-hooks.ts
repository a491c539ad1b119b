/** Hooks of this package that were added to a context with `addHook`: they run for every route of it and below. */
import type { FastifyInstance } from 'fastify'
import { isWithin } from './cover.js'
import { readingOfHook } from './hook-rules.js'
import type { ReadRule } from './hook-rules.js'

/** A hook that was added to a context. */
export interface ContextHook {
  readonly scope: FastifyInstance
  readonly reading: ReadRule
}

const positions: readonly unknown[] = ['onRequest', 'preValidation', 'preHandler']

/** Hands on every hook of this package that is added from now on, in this instance and below it. */
export function watchHooks (root: FastifyInstance, take: (hook: ContextHook) => void): void {
  // Overloads hide what it is: a name and a function.
  const addHook = root.addHook as (...given: unknown[]) => FastifyInstance

  function addWatched (this: FastifyInstance, ...given: unknown[]): FastifyInstance {
    const [name, hook] = given
    const reading = typeof hook === 'function' && positions.includes(name) ? readingOfHook(hook) : undefined
    if (reading !== undefined) take({ scope: this, reading })
    return addHook.apply(this, given)
  }

  root.addHook = addWatched
}

/** The hooks that run for the routes of a context: its own, and those of contexts above. */
export function hooksAbove (all: readonly ContextHook[], scope: FastifyInstance): ReadRule[] {
  return all.filter((hook) => isWithin(scope, hook.scope)).map(({ reading }) => reading)
}

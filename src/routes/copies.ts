/** Other copies of this package in one process: bundled beside an external one, or of two versions. None knows what another has judged. */
import type { FastifyInstance } from 'fastify'

/** The version of this copy; a test compares it with package.json. */
export const version = '0.1.0'

/** What a copy says of itself on its hooks and contexts. */
export interface CopyMark {
  readonly version: string
  /** An object of that copy alone. */
  readonly copy: object
}

// Registered symbols: every copy of the package that has this module reads and writes the same.
const hookSlot = Symbol.for('fastify-cognito-auth.hook-of')
const coverSlot = Symbol.for('fastify-cognito-auth.cover-of')
const own: CopyMark = Object.freeze({ version, copy: {} })

/** Marks a hook as this copy's. */
export function signHook (hook: object): void {
  Object.defineProperty(hook, hookSlot, { value: own })
}

/** Marks a context as covered by a registration of this copy. */
export function signCover (scope: FastifyInstance): void {
  Object.defineProperty(scope, coverSlot, { value: own })
}

/** The mark of another copy on a hook; `null` where there is none or it is this copy's. */
export function foreignHook (hook: object): CopyMark | null {
  return foreign((hook as { readonly [hookSlot]?: CopyMark })[hookSlot])
}

/** The mark of another copy whose registration covers a context; `null` where there is none. */
export function foreignCover (scope: FastifyInstance): CopyMark | null {
  return foreign((scope as { readonly [coverSlot]?: CopyMark })[coverSlot])
}

function foreign (mark: CopyMark | undefined): CopyMark | null {
  return mark === undefined || mark.copy === own.copy ? null : mark
}

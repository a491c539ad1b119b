/** The six hooks of one cell of the matrix, and what each has to do to a request. */
import type { FastifyInstance } from 'fastify'
import { authenticate, authorize, optionalAuth } from '../../src/index.js'
import type { AuthHook, AuthRequirement } from '../../src/index.js'
import { exactly } from './equal.js'

/** Every hook has the same type, whichever instance it is read from, so one variable stands for all six. */
export type NamedHook = readonly [name: string, hook: AuthHook]

/** A group that the matrix's second user lacks. */
export const requirement: AuthRequirement = { groups: ['Admins'] }

/** The hooks of an instance and their imported twins. The name is the first segment of every path they guard. */
export function hooksOf (app: Pick<FastifyInstance, 'authenticate' | 'optionalAuth' | 'authorize'>): NamedHook[] {
  exactly<AuthHook>()(app.authenticate, true)
  exactly<AuthHook>()(app.optionalAuth, true)
  exactly<(requirement: AuthRequirement) => AuthHook>()(app.authorize, true)
  return [
    ['authenticate', app.authenticate],
    ['optional', app.optionalAuth],
    ['authorize', app.authorize(requirement)],
    ['imported-authenticate', authenticate],
    ['imported-optional', optionalAuth],
    ['imported-authorize', authorize(requirement)]
  ]
}

/** Whether a context can take a registration: what is there already would clash with it. */
import type { FastifyInstance } from 'fastify'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { foreignCover } from './copies.js'
import { coverOf, isWithin } from './cover.js'
import type { RouteGate } from './route-gate.js'

/**
 * Asserts that nothing clashes.
 *
 * @throws `FST_COGNITO_REGISTRATION_INVALID` for a registration in the same place, above or below, or a plugin with the same decorators.
 */
export function assertFree (fastify: FastifyInstance, { covered, records }: RouteGate): void {
  if (coverOf(fastify) !== null) {
    throw registrationInvalid('it is registered already in this context or a parent; register it once, or in sibling contexts')
  }
  const mark = foreignCover(fastify)
  if (mark !== null) {
    throw registrationInvalid(`another copy of this package (version ${mark.version}) is registered there already; npm ls fastify-cognito-auth shows where it comes from`)
  }
  // Its routes would have two rules, and the list of routes of each registration could only tell one of them.
  if ([...covered].some((context) => isWithin(context, fastify))) {
    throw registrationInvalid('it is registered already in a child of this context; register it once, or in sibling contexts')
  }
  // A child made earlier has requests of its own kind, and a user of another plugin's there would pass for ours.
  const contexts = new Set([fastify, ...records.map(({ scope }) => scope).filter((scope) => isWithin(scope, fastify))])
  const isUserTaken = [...contexts].some((context) => context.hasRequestDecorator('user'))
  const taken = isUserTaken ? 'request.user' : ['authenticate', 'optionalAuth', 'authorize', 'defaultAuth', 'cognitoAuth'].find((name) => fastify.hasDecorator(name))
  if (taken !== undefined) {
    throw registrationInvalid(`another plugin has decorated "${taken}" (@fastify/jwt can rename its own with decoratorName); an older copy of this package decorates the same`)
  }
}

/** A registration that cannot be. */
export function registrationInvalid (why: string): CognitoAuthSetupError {
  return new CognitoAuthSetupError('FST_COGNITO_REGISTRATION_INVALID', `fastify-cognito-auth cannot be registered: ${why}`)
}

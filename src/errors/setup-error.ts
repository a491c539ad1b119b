/** What stops an application from starting. */

import { escapeHidden } from './shown-text.js'

/** Stable codes of the errors that stop an application from starting. */
export type CognitoAuthSetupErrorCode =
  | 'FST_COGNITO_OPTIONS_INVALID'
  | 'FST_COGNITO_ROUTE_INVALID'
  | 'FST_COGNITO_REGISTRATION_INVALID'

/**
 * An error found while the application starts: a bad option, a bad `config.auth`, a clash of plugins.
 *
 * @see the README's section on options
 */
export class CognitoAuthSetupError extends Error {
  override readonly name = 'CognitoAuthSetupError'
  readonly code: CognitoAuthSetupErrorCode

  constructor (code: CognitoAuthSetupErrorCode, message: string, options?: ErrorOptions) {
    // It names options, routes and values as they were written, by a deployment's environment perhaps.
    super(escapeHidden(message), options)
    this.code = code
  }
}

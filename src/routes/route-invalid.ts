/** What is wrong with a rule, as the error that stops the start. */
import { CognitoAuthSetupError } from '../errors/setup-error.js'

/** A bad `config.auth` or requirement: where it stands and what is expected there. */
export function routeInvalid (at: string, expected: string): CognitoAuthSetupError {
  return new CognitoAuthSetupError('FST_COGNITO_ROUTE_INVALID', `fastify-cognito-auth: ${at} is invalid: expected ${expected}`)
}

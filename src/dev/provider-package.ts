/** The package that signs users in: an optional peer, which may not be there. */
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import type { OidcPackage } from './provider.js'

/**
 * Loads the package.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID`, with the command that installs it, where it cannot be loaded.
 */
export async function loadProviderPackage (load: () => Promise<OidcPackage>): Promise<OidcPackage> {
  try {
    return await load()
  } catch (cause) {
    throw startRefused('install oidc-provider, which signs the users in: npm install --save-dev oidc-provider', cause)
  }
}

/** Why a development pool does not start. */
export function startRefused (why: string, cause?: unknown): CognitoAuthSetupError {
  return new CognitoAuthSetupError('FST_COGNITO_OPTIONS_INVALID', `fastify-cognito-auth: ${why}`, { cause })
}

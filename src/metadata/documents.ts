/** The published documents. */
import type { ResourceSettings } from '../options/settings.js'

/**
 * The metadata of a protected resource.
 *
 * @see RFC 9728 §2
 */
export function resourceDocument ({ resource, scopes, name, documentation }: ResourceSettings, authorizationServers: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    resource,
    authorization_servers: authorizationServers,
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    ...(name === null ? {} : { resource_name: name }),
    ...(documentation === null ? {} : { resource_documentation: documentation })
  }
}

/** Cognito's addresses, as its own discovery document names them. */
export interface CognitoEndpoints {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly [more: string]: unknown
}

/**
 * The metadata of an authorization server under our own name, with Cognito's addresses: what Cognito does and its discovery
 * does not say. No registration of clients, since it has none.
 *
 * @see RFC 8414 §2
 */
export function mirrorDocument (issuer: string, endpoints: CognitoEndpoints): Readonly<Record<string, unknown>> {
  return {
    issuer,
    ...endpoints,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post']
  }
}

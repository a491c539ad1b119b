/** What an app client may do: where it leads a browser, which scopes it has, and how the provider is told. */
import type { ClientMetadata } from 'oidc-provider'
import { isLoopback } from './loopback.js'
import type { DevClient } from './settings.js'

/** Stands in a list of addresses for any address on loopback. */
export const anyLoopback = 'http://127.0.0.1/'

/** Tells whether a client may send a browser to an address. */
export function isAllowed (listed: readonly string[], address: string): boolean {
  return listed.includes(address) || (listed.includes(anyLoopback) && isLoopback(address))
}

/** Tells whether a client has all scopes that are asked for. */
export function hasScopes ({ scopes }: DevClient, asked: string): boolean {
  return asked.split(' ').every((scope) => scope === '' || scopes.includes(scope))
}

/** The registration of a client at the provider. */
export function metadataOf ({ clientId, secret, grant, callbackUrls, scopes }: DevClient): ClientMetadata {
  return {
    client_id: clientId,
    // "native" is what lets a client have addresses on loopback.
    application_type: 'native',
    ...(secret === null ? { token_endpoint_auth_method: 'none' } : { client_secret: secret }),
    scope: scopes.join(' '),
    ...(grant === 'code'
      ? { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], redirect_uris: [...callbackUrls] }
      : { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] })
  }
}

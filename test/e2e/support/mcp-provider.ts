/** What an MCP client keeps of its user, for the clients of both lines: an app client that was registered beforehand. */
import { mcpClient } from '../../../example/mcp/dev-user-pool.js'
import { callback } from './mcp-scene.js'

/** Both lines have an interface of this form; `T` is what they call tokens, `D` what they have found out. */
export class KnownClient<T, D> {
  readonly redirectUrl = callback
  readonly clientMetadata = { client_name: 'A test', redirect_uris: [callback], grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'none' }
  /** Where the user is to sign in. */
  asked: URL | null = null
  #tokens: T | undefined
  #verifier = ''
  #discovered: D | undefined

  clientInformation (): { client_id: string } {
    return { client_id: mcpClient }
  }

  state (): string {
    return 'a-state'
  }

  tokens (): T | undefined {
    return this.#tokens
  }

  saveTokens (tokens: T): void {
    this.#tokens = tokens
  }

  redirectToAuthorization (address: URL): void {
    this.asked = address
  }

  saveCodeVerifier (verifier: string): void {
    this.#verifier = verifier
  }

  codeVerifier (): string {
    return this.#verifier
  }

  saveDiscoveryState (discovered: D): void {
    this.#discovered = discovered
  }

  discoveryState (): D | undefined {
    return this.#discovered
  }
}

/** As much of oidc-provider, which ships no types, as the tests use. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface AccessToken {
    readonly accountId?: string
    readonly clientId: string
  }

  interface JwtAccessToken {
    header: object | undefined
    payload: Record<string, unknown>
  }

  interface RequestContext {
    readonly oidc: {
      readonly provider: Provider
      readonly client: { readonly clientId: string }
      readonly session: { readonly accountId: string }
    }
  }

  interface Grant {
    addOIDCScope (scope: string): void
    addResourceScope (resource: string, scope: string): void
    save (): Promise<string>
  }

  /** What its factory functions are given: any of the names its documentation lists. */
  type Configuration = Readonly<Record<string, unknown>>

  export default class Provider {
    readonly Grant: new (owner: { clientId: string, accountId: string }) => Grant
    constructor (issuer: string, configuration: Configuration)
    callback (): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionFinished (request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  }

  export type { AccessToken, Configuration, Grant, JwtAccessToken, RequestContext }
}

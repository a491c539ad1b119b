/** The options an application writes for its document. What each becomes stands in settings.ts. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Where users sign in, if not at the usual places below a domain. */
export interface ManagedLoginAddresses {
  /** Where the browser is sent (RFC 6749 §3.1); https, or http on a loopback host. */
  readonly authorizationUrl: string
  /** Where the code is exchanged (RFC 6749 §3.2). */
  readonly tokenUrl: string
  /** Where tokens are refreshed. Default: `tokenUrl`. */
  readonly refreshUrl?: string
}

/** Options of {@link cognitoOpenApi}. */
export interface CognitoOpenApiOptions {
  /** The name of the security scheme in the document. Default: `'cognito'`. */
  readonly scheme?: string
  /**
   * The domain of managed login, such as `https://example.auth.us-east-1.amazoncognito.com` or a custom one, or its addresses: the
   * scheme is OAuth 2 by authorization code then, with the scopes of all routes. Default: none, and the scheme is a bearer token.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
   */
  readonly domain?: string | URL | ManagedLoginAddresses
  /** Whether the answers 401, 403 and 503 are documented where they can occur. Default: `true`. */
  readonly responses?: boolean
}

/**
 * Options of @fastify/swagger, and the same as a function of the instance, which `register` calls: so it is known at the start in
 * which context the document is made. Spread into other options, they are the options alone.
 */
export type CognitoSwaggerOptions = FastifyDynamicSwaggerOptions & ((instance: FastifyInstance) => FastifyDynamicSwaggerOptions)

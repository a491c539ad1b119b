/** Who calls, for the tools of an MCP server. */
import { tokenMissing } from '../errors/failure.js'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import type { Authenticator } from '../request/authenticate.js'
import { authorize } from '../request/hooks.js'
import type { PlacedRequest } from '../request/places.js'
import { serviceSlot } from '../request/request.js'
import type { AuthHook, AuthRequest, DecoratedRequest } from '../request/request.js'
import { markHook, ruleOfHook } from '../routes/hook-rules.js'
import type { AuthRule } from '../routes/requirement.js'
import { standingSlot } from '../routes/standing.js'

/** What the official MCP packages call `AuthInfo`, of both lines: `ctx.http.authInfo` in 2.x, `extra.authInfo` in 1.x. */
export interface McpAuthInfo {
  token: string
  clientId: string
  scopes: string[]
  /** Seconds since the Unix epoch. */
  expiresAt: number
  /** The resource of the route, where the token is bound to it (RFC 8707). */
  resource?: URL
  /** Where the metadata of that resource are, for challenges that the MCP server writes itself. */
  resourceMetadataUrl?: string
  extra: { sub: string, username: string | null, groups: string[], role: string | null }
}

/** The part of a request that is needed; Fastify's own has it. */
export type McpRequest = AuthRequest & PlacedRequest

/**
 * Who makes a request, in the form that MCP tools get.
 *
 * Does NOT check groups, roles or scopes.
 *
 * @throws `FST_COGNITO_TOKEN_MISSING` where nobody has signed in, `FST_COGNITO_REGISTRATION_INVALID` without the plugin.
 */
export function toAuthInfo (request: McpRequest): McpAuthInfo {
  const authenticator = (request.server as { readonly [serviceSlot]?: Authenticator })[serviceSlot]
  if (authenticator === undefined) throw new CognitoAuthSetupError('FST_COGNITO_REGISTRATION_INVALID', 'fastify-cognito-auth is not registered in the context of this route')
  // The plugin has declared the slots.
  const decorated = request as McpRequest & DecoratedRequest
  const outcome = decorated[standingSlot]?.outcome ?? null
  if (outcome === null || !('principal' in outcome)) throw authenticator.refuse(decorated, tokenMissing)
  const { token, expiresAt, principal: { clientId, scopes, sub, username, groups, role, claims } } = outcome
  const place = authenticator.places?.of(request) ?? null
  const isBound = place !== null && claims.token_use === 'access' && [claims.aud].flat().includes(place.resource)
  return {
    token,
    clientId,
    // Copies: these packages type them as lists that may be changed.
    scopes: [...scopes],
    expiresAt: expiresAt / 1000,
    ...(isBound ? { resource: new URL(place.resource) } : {}),
    ...(place === null ? {} : { resourceMetadataUrl: place.metadataUrl }),
    extra: { sub, username, groups: [...groups], role }
  }
}

const own = Object.freeze({ tokenUse: 'access' } as const)
const accessTokenOnly = authorize(own)

/**
 * Lets a request pass only with a valid access token, and sets `request.raw.auth`, which the MCP transports read. An ID token
 * tells a client who its user is and is for no server: it gets `FST_COGNITO_FORBIDDEN`.
 *
 * Does NOT check groups, roles or scopes: that is for `config.auth` of the route, or for a tool.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#token-handling
 */
export const mcpAuth: AuthHook = (request, reply, done) => {
  accessTokenOnly(request, reply, (error) => {
    // What Fastify passes to a hook is the whole request.
    if (error === undefined) Object.assign(request.raw, { auth: toAuthInfo(request as McpRequest) })
    done(error)
  })
}
// The very rule that is enforced above: a route is opened by it alone. What `authorize` has made is marked.
markHook(mcpAuth, ruleOfHook(accessTokenOnly) as AuthRule, own)

/** The claims of test tokens: those of a real pool, unless a test says otherwise. */
import { randomUUID } from 'node:crypto'

/**
 * Claims of a test token. Three names stand for what differs between the kinds of token: `username`, `groups` and
 * `scopes`; every other member is the claim of that name. A member that is `undefined` takes the claim away.
 */
export interface TestClaims {
  readonly username?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly scopes?: readonly string[] | undefined
  readonly [claim: string]: unknown
}

/** Who a pool's test tokens are about. */
export interface TestIdentity {
  readonly issuer: string
  readonly clientId: string
  readonly sub: string
}

const lifetime = 3600

/** Claims of a user's access token. */
export function accessTokenClaims (identity: TestIdentity, claims: TestClaims): Record<string, unknown> {
  return merge({
    ...common(identity, claims),
    sub: identity.sub,
    client_id: identity.clientId,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    username: 'test-user'
  }, claims, 'username')
}

/** Claims of a user's access token that ended an hour ago. */
export function expiredTokenClaims (identity: TestIdentity, claims: TestClaims): Record<string, unknown> {
  return accessTokenClaims(identity, { exp: Math.floor(Date.now() / 1000) - lifetime, ...claims })
}

/** Claims of an ID token. */
export function idTokenClaims (identity: TestIdentity, claims: TestClaims): Record<string, unknown> {
  return merge({
    ...common(identity, claims),
    sub: identity.sub,
    aud: identity.clientId,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    token_use: 'id',
    'cognito:username': 'test-user',
    email: 'test-user@example.com',
    email_verified: true
  }, claims, 'cognito:username')
}

/** Claims of an access token from the client credentials grant. */
export function machineTokenClaims (identity: TestIdentity, claims: TestClaims): Record<string, unknown> {
  return merge({
    ...common(identity, claims),
    // What the token is about is its app client, whichever that is.
    sub: claims.client_id ?? identity.clientId,
    client_id: identity.clientId,
    token_use: 'access',
    scope: 'test-api/read',
    version: 2
  }, claims, 'username')
}

function common ({ issuer }: TestIdentity, claims: TestClaims): Record<string, unknown> {
  return { iss: issuer, ...timesFor(claims, Math.floor(Date.now() / 1000)), jti: randomUUID() }
}

// What has ended was issued before: with the present as its `iat`, it would be refused for its lifetime instead.
function timesFor ({ exp, iat }: TestClaims, now: number): { auth_time: number, iat: number, exp: number } {
  const issued = typeof exp === 'number' && exp <= now ? Math.floor(exp) - lifetime : now
  return { auth_time: typeof iat === 'number' ? iat : issued, iat: issued, exp: now + lifetime }
}

function merge (defaults: Record<string, unknown>, claims: TestClaims, usernameClaim: string): Record<string, unknown> {
  const { username, groups, scopes, ...others } = claims
  const named = {
    ...('username' in claims ? { [usernameClaim]: username } : {}),
    ...('groups' in claims ? { 'cognito:groups': groups } : {}),
    ...('scopes' in claims ? { scope: scopes?.join(' ') } : {})
  }
  // A claim that is undefined is left out when the token is serialised.
  return { ...defaults, ...named, ...others }
}

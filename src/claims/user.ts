/** The principal of a verified token: what `request.user` holds unless the application maps it. */
import { freezeJson } from './freeze.js'
import type { CognitoAccessTokenClaims, CognitoClaims, CognitoIdTokenClaims } from './claim-shapes.js'
import type { Role, RoleSettings, Tenant } from './types.js'

/** What both kinds of user have. Frozen, deeply: one object may serve many requests. */
interface CognitoPrincipal {
  /** The identity: stable and never reused, unlike the user name. */
  readonly sub: string
  /** `username` or `cognito:username`; `null` for a machine-to-machine token. */
  readonly username: string | null
  /** The claim `email`: usual in ID tokens, in access tokens only where a trigger adds it. Not necessarily verified: see `claims.email_verified`. */
  readonly email: string | null
  /** The members of `cognito:groups`. */
  readonly groups: readonly string[]
  /** The scopes of an access token; empty for an ID token. */
  readonly scopes: readonly string[]
  /** The role of the first entry of the option `roles` whose group the user has, or `defaultRole`. */
  readonly role: Role | null
  /** The app client that the token was issued to. */
  readonly clientId: string
  readonly userPoolId: string
  /** Whose pool it is, as the option `userPools.resolve` has said; absent for pools of the options. */
  readonly tenant?: Tenant
}

/** The holder of an access token. */
export interface CognitoAccessUser extends CognitoPrincipal {
  readonly tokenUse: 'access'
  readonly claims: CognitoAccessTokenClaims
}

/** The holder of an ID token. */
export interface CognitoIdUser extends CognitoPrincipal {
  readonly tokenUse: 'id'
  readonly claims: CognitoIdTokenClaims
}

/**
 * The holder of a verified token, told apart by `tokenUse`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
export type CognitoUser = CognitoAccessUser | CognitoIdUser

/** Builds the principal from claims that have been judged; takes the claims over and freezes them. The tenant is left as it is. */
export function createCognitoUser (claims: CognitoClaims, userPoolId: string, roles: RoleSettings, tenant?: Tenant): CognitoUser {
  const user = createUser(claims, userPoolId, roles)
  return tenant === undefined ? user : Object.freeze({ ...user, tenant })
}

function createUser (claims: CognitoClaims, userPoolId: string, roles: RoleSettings): CognitoUser {
  freezeJson(claims)
  const groups = claims['cognito:groups'] ?? Object.freeze([])
  const { sub } = claims
  const email = typeof claims.email === 'string' ? claims.email : null
  const role = roleOf(groups, roles)
  // Both literals in full: composed by spreading, they take 3.5 µs longer, an eighth of a whole verification.
  return claims.token_use === 'id'
    ? Object.freeze({
      sub, username: claims['cognito:username'] ?? null, email, groups, scopes: Object.freeze([]), role, tokenUse: 'id', clientId: claims.aud, userPoolId, claims
    })
    : Object.freeze({
      sub, username: claims.username ?? null, email, groups, scopes: scopesOf(claims.scope), role, tokenUse: 'access', clientId: claims.client_id, userPoolId, claims
    })
}

// A scope list is separated by single spaces (RFC 6749 §3.3); an empty name between two is no scope.
function scopesOf (scope = ''): readonly string[] {
  return Object.freeze(scope.split(' ').filter((name) => name !== ''))
}

function roleOf (groups: readonly string[], roles: RoleSettings): Role | null {
  const mapped = roles.byGroup.find(([group]) => groups.includes(group))
  const role: unknown = mapped === undefined ? roles.otherwise : mapped[1]
  // The options are typed by `Role`, which an application may narrow; the settings hold any name.
  return role as Role | null
}

/** What options, routes and users share, and the interface by which an application narrows its roles and its user. */

/**
 * An empty interface to merge into: `role` narrows the role names, `user` is the type that `mapUser` returns, `tenant`
 * that of `user.tenant`.
 *
 * ```ts
 * declare module 'fastify-cognito-auth' {
 *   interface CognitoAuthTypes { role: 'Admin' | 'Auditor' | 'Operator'; user: MyUser }
 * }
 * ```
 */
export interface CognitoAuthTypes {}

/** An application role: any string, or the union merged as `CognitoAuthTypes['role']`. */
export type Role = CognitoAuthTypes extends { role: infer R extends string } ? R : string

/** What `user.tenant` is: anything, or the type merged as `CognitoAuthTypes['tenant']`. */
export type Tenant = CognitoAuthTypes extends { tenant: infer T } ? T : unknown

/** Group and role pairs in order of precedence, and the role of everyone else. */
export interface RoleSettings {
  readonly byGroup: ReadonlyArray<readonly [group: string, role: string]>
  readonly otherwise: string | null
}

/**
 * Whose access tokens must name this application in `aud`: everybody's, or only those of users. Cognito binds the tokens of users to
 * a resource, never those of machines.
 */
export type AudienceOf = 'all' | 'users'

/** Which of Cognito's two kinds of token: an access token or an ID token. */
export type TokenUse = 'access' | 'id'

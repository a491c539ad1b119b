/** The names that options, routes and users share, and which of them an application may narrow once for itself. */

/**
 * An empty interface to merge into: `role` narrows the role names, `user` is the type that `mapUser` returns.
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

/** Which of Cognito's two kinds of token: an access token or an ID token. */
export type TokenUse = 'access' | 'id'

/** What a route without a requirement of its own asks of its callers. */
export type AuthMode = 'public' | 'optional' | 'required'

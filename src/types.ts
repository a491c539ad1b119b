/** The names an application may narrow once for itself, and what follows from them. */
import type { FastifyRequest } from 'fastify'
import type { CognitoClaims } from './claim-shapes.js'
import type { CognitoUser } from './user.js'

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

/** The value of `request.user`: `CognitoUser`, or what `mapUser` returns, merged as `CognitoAuthTypes['user']`. */
export type User = CognitoAuthTypes extends { user: infer U extends object } ? U : CognitoUser

/** Which of Cognito's two kinds of token: an access token or an ID token. */
export type TokenUse = 'access' | 'id'

/** What a route without a requirement of its own asks of its callers. */
export type AuthMode = 'public' | 'optional' | 'required'

/** Turns the verified principal into the application's own user; see the option `mapUser`. */
export type MapUser = (user: CognitoUser, claims: CognitoClaims) => User | Promise<User>

/** Finds the token of a request; see the option `getToken`. */
export type GetToken = (request: FastifyRequest) => string | null | undefined

/** Tells whether a user who holds a valid token is shut out all the same; see the option `isRevoked`. */
export type IsRevoked = (user: User, request: FastifyRequest) => boolean | Promise<boolean>

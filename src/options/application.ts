/** What an application brings along: its own user and its own functions. */
import type { FastifyRequest } from 'fastify'
import type { CognitoClaims } from '../claims/claim-shapes.js'
import type { CognitoAuthTypes } from '../claims/types.js'
import type { CognitoUser } from '../claims/user.js'

/** The value of `request.user`: `CognitoUser`, or what `mapUser` returns, merged as `CognitoAuthTypes['user']`. */
export type User = CognitoAuthTypes extends { user: infer U extends object } ? U : CognitoUser

/** Turns the verified principal into the application's own user; see the option `mapUser`. */
export type MapUser = (user: CognitoUser, claims: CognitoClaims) => User | Promise<User>

/** Finds the token of a request; see the option `getToken`. */
export type GetToken = (request: FastifyRequest) => string | null | undefined

/** Tells whether a user who holds a valid token is shut out all the same; see the option `isRevoked`. */
export type IsRevoked = (user: User, request: FastifyRequest) => boolean | Promise<boolean>

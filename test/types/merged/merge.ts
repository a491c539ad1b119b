/**
 * What an application writes once to narrow the types for itself. Merging is global, so this is a program of its own,
 * compiled against the built declarations under the name that applications import.
 */
import type { CognitoUser } from 'fastify-cognito-auth'

/** The application's own user. */
export interface Employee {
  readonly id: number
  readonly name: string
  readonly account: CognitoUser
}

declare module 'fastify-cognito-auth' {
  interface CognitoAuthTypes {
    role: 'Admin' | 'Auditor' | 'Operator'
    user: Employee
  }

  interface CognitoIdTokenClaims {
    readonly 'custom:tenant'?: string
  }
}

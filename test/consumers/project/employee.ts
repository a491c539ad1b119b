/** What an application writes once to narrow the types for itself. */
import type { CognitoUser } from 'fastify-cognito-auth'

export interface Employee {
  readonly id: string
  readonly account: CognitoUser
}

declare module 'fastify-cognito-auth' {
  interface CognitoAuthTypes {
    role: 'Admin' | 'Auditor'
    user: Employee
  }
}

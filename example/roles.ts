/** The roles of this application, and the Cognito groups that give them. */
import type { CognitoAuthTypes } from '../src/index.js'

// Said once, it holds everywhere: `request.user.role` and `config.auth.roles` know these three names and no other.
// An application writes 'fastify-cognito-auth' here; this one lives beside the plugin and uses its source.
declare module '../src/index.js' {
  interface CognitoAuthTypes {
    role: 'Admin' | 'Auditor' | 'Operator'
  }
}

type Role = CognitoAuthTypes['role']

/** Cognito group → role; a user in both groups is an Admin. */
export const roles: Readonly<Record<string, Role>> = { Admins: 'Admin', Auditors: 'Auditor' }

/** The role of a user with neither group. */
export const defaultRole: Role = 'Operator'

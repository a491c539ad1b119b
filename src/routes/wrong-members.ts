/** Members that a requirement does not have, and what those who write them mean. */

/** The name that is easily written → the member that is meant. */
export const meantMembers = {
  group: 'groups',
  role: 'roles',
  scope: 'scopes',
  tokenUses: 'tokenUse',
  token_use: 'tokenUse',
  clientID: 'clientId',
  clientIds: 'clientId',
  client_id: 'clientId',
  userPool: 'userPools',
  userPoolId: 'userPools',
  claim: 'claims',
  matches: 'match',
  max_age: 'maxAge',
  checks: 'check',
  oneOf: 'anyOf'
} as const

/**
 * They are members of the type so that the compiler names the right one: of an unknown member it says at best that
 * some other one is missing, and beside a good one nothing at all, since Fastify infers `config` from its value.
 */
export type WrongMembers = {
  readonly [Wrong in keyof typeof meantMembers]?: `no member of a requirement; write ${(typeof meantMembers)[Wrong]}`
}

/** The member that is meant by a name, or `undefined`. */
export function meantBy (name: string): string | undefined {
  return Object.hasOwn(meantMembers, name) ? meantMembers[name as keyof typeof meantMembers] : undefined
}

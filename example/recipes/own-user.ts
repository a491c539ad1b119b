/** A user of one's own in a database, found by `sub`: made at the first token, cached with each, and changed by an administrator. */
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth from '../../src/index.js'
import type { CognitoAuthOptions, CognitoUser } from '../../src/index.js'
import type { RevocationList } from '../../src/revocation/index.js'

/** What is used of a database: `Pool` of the package pg has it, and so has PGlite. */
export interface Database {
  query<Row> (sql: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

/** The user as this application knows it; handlers get it as `request.user`. */
export interface Account {
  readonly id: number
  readonly plan: 'free' | 'paid'
  readonly cognito: CognitoUser
}

/** The table. `sub` alone is not enough where there are several pools. */
export const schema = `create table accounts (
  id serial primary key, user_pool_id text not null, sub text not null, email text, plan text not null default 'free',
  unique (user_pool_id, sub)
)`

/** Builds the application. The list is that of `isRevoked`, shared by all processes. */
export async function buildAccountApp (auth: CognitoAuthOptions, database: Database, revocations: RevocationList): Promise<FastifyInstance> {
  /** One statement, so that two first requests of one user make one account. */
  async function accountOf (user: CognitoUser): Promise<Account> {
    const { rows: [row] } = await database.query<{ id: number, plan: Account['plan'] }>(
      'insert into accounts (user_pool_id, sub, email) values ($1, $2, $3) on conflict (user_pool_id, sub) do update set email = coalesce(excluded.email, accounts.email) returning id, plan',
      [user.userPoolId, user.sub, user.email]
    )
    if (row === undefined) throw new Error('the database gave no account')
    return { id: row.id, plan: row.plan, cognito: user }
  }

  const app = Fastify()
  // Asked once for each token: its answer is cached with the token, for cache.maxAge at most.
  await app.register(cognitoAuth, { ...auth, mapUser: accountOf as never, isRevoked: revocations.isRevoked })

  app.get('/account', { config: { auth: 'required' } }, async ({ user }) => {
    const { id, plan } = user as unknown as Account
    return { id, plan }
  })

  // What is cached says "free" until the tokens of the user count no more: the next ones, of a refresh, are looked up anew.
  app.put<{ Params: { sub: string } }>('/accounts/:sub/paid', { config: { auth: { groups: ['Admins'] } } }, async ({ params: { sub }, user }) => {
    const { userPoolId } = (user as unknown as Account).cognito
    await database.query("update accounts set plan = 'paid' where user_pool_id = $1 and sub = $2", [userPoolId, sub])
    await revocations.revokeUser(userPoolId, sub)
    return { paid: true }
  })
  return app
}

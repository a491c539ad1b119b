/** A user pool for trying the example without AWS: real keys and tokens, three users, the key set over HTTP on loopback. */
// An application writes 'fastify-cognito-auth/testing' here.
import { createTestUserPool } from '../src/testing/index.js'
import type { UserPoolConfig } from './config.js'

/** Tokens to try; each is a compact JWS. */
export interface ExampleTokens {
  /** Access tokens of alice (Admins), bob (Auditors) and carol (no group). */
  readonly admin: string
  readonly auditor: string
  readonly operator: string
  /** The ID token of bob. */
  readonly auditorId: string
  /** From the client credentials grant. */
  readonly machine: string
  /** Those that have to be refused, all of alice. */
  readonly expired: string
  readonly otherClient: string
  readonly otherUserPool: string
  readonly altered: string
}

export interface EmbeddedUserPool {
  /** Options of the plugin. */
  readonly options: UserPoolConfig
  readonly tokens: ExampleTokens
  close (): Promise<void>
}

// The longest that a user pool can be set to, and the plugin accepts: a day.
const lifetime = 86_400

/** Starts the pool and issues the tokens. */
export async function startEmbeddedUserPool (): Promise<EmbeddedUserPool> {
  const pool = createTestUserPool({ userPoolId: 'us-east-1_Example01', clientId: '1example23456789' })
  const otherPool = createTestUserPool({ userPoolId: 'us-east-1_Another01', clientId: pool.clientId })
  const now = Math.floor(Date.now() / 1000)
  const times = { auth_time: now, iat: now, exp: now + lifetime }
  const alice = { ...times, sub: 'a11ce000-0000-4000-8000-000000000001', username: 'alice', groups: ['Admins'] }
  const bob = { ...times, sub: 'b0b00000-0000-4000-8000-000000000002', username: 'bob', groups: ['Auditors'] }
  const carol = { ...times, sub: 'ca401000-0000-4000-8000-000000000003', username: 'carol' }

  const admin = await pool.accessToken(alice)
  const tokens = {
    admin,
    auditor: await pool.accessToken(bob),
    operator: await pool.accessToken(carol),
    auditorId: await pool.idToken({ ...bob, email: 'bob@example.com' }),
    machine: await pool.machineToken(times),
    expired: await pool.accessToken({ ...alice, auth_time: now - 7_200, iat: now - 7_200, exp: now - 3_600 }),
    otherClient: await pool.accessToken({ ...alice, client_id: '9another87654321' }),
    otherUserPool: await otherPool.accessToken(alice),
    altered: giveAway(await pool.accessToken(carol), admin)
  }
  const { options, close } = await pool.listen()
  return { options, tokens, close }
}

/** Claims of one token under the signature of another. */
function giveAway (signed: string, wanted: string): string {
  const [header, , signature] = signed.split('.')
  return [header, wanted.split('.')[1], signature].join('.')
}

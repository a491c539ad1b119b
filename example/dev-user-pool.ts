/** The user pool of the example where no other is set: on this machine alone, with real keys, without AWS. */
// An application writes 'fastify-cognito-auth/dev' and 'fastify-cognito-auth/testing' here.
import { startDevUserPool } from '../src/dev/index.js'
import type { DevUserPool } from '../src/dev/index.js'
import type { PageOptions } from './app.js'
import { createTestUserPool } from '../src/testing/index.js'

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

/** The app client of the page. */
const webClient = '1devweb23456789'
const machineClient = '2devmachine23456'
/** An app client of the same pool, but of another application. */
const otherClient = '9another87654321'

/** Options of the plugin for the pool: it accepts two of its three app clients. */
export interface ExampleUserPoolOptions {
  readonly userPoolId: string
  readonly clientId: string[]
  readonly issuer: string
}

/** The pool, and what the application is told of it. */
export interface ExampleUserPool {
  readonly pool: DevUserPool
  readonly options: ExampleUserPoolOptions
}

/** Starts the pool on a free port. Its tokens last five minutes, the least that Cognito can be set to, so that one sees them refreshed. */
export async function startExampleUserPool (): Promise<ExampleUserPool> {
  const pool = await startDevUserPool({
    port: 0,
    users: [
      { username: 'alice', groups: ['Admins'], attributes: { 'custom:tenant': 'acme', 'custom:plan': 'team' } },
      { username: 'bob', groups: ['Auditors'], attributes: { 'custom:tenant': 'acme', 'custom:plan': 'free' } },
      { username: 'carol' }
    ],
    clients: [
      { clientId: webClient, scopes: ['openid', 'email'] },
      { clientId: machineClient, secret: 'only-for-development', grant: 'client_credentials', scopes: ['exports-api/read'] },
      { clientId: otherClient }
    ],
    lifetimes: { access: 300, id: 300 }
  })
  const { userPoolId, issuer } = pool.options
  return { pool, options: { userPoolId, clientId: [webClient, machineClient], issuer } }
}

// The longest that a user pool can be set to, and the plugin accepts: a day.
const day = 86_400

/** Tokens for a terminal, which nobody refreshes. */
export async function issueTokens (pool: DevUserPool): Promise<ExampleTokens> {
  const alice = { subject: 'alice', expiresIn: day }
  const admin = await pool.token(alice)
  const operator = await pool.token({ subject: 'carol', expiresIn: day })
  return {
    admin,
    operator,
    auditor: await pool.token({ subject: 'bob', expiresIn: day }),
    auditorId: await pool.token({ subject: 'bob', tokenUse: 'id', expiresIn: day }),
    machine: await pool.token({ subject: machineClient, expiresIn: day }),
    expired: await pool.token({ ...alice, expiresIn: -3_600 }),
    otherClient: await pool.token({ ...alice, clientId: otherClient }),
    otherUserPool: await createTestUserPool({ userPoolId: 'us-east-1_Another01', clientId: webClient }).accessToken({ username: 'alice', groups: ['Admins'] }),
    altered: giveAway(operator, admin)
  }
}

/** What the page at `/` is told of the pool. */
export function pageOptionsOf (pool: DevUserPool): Required<PageOptions> {
  const spoils = { expired: { expiresIn: -60 }, otherClient: { clientId: otherClient }, longAgo: { signedInAgo: 3_600 } }
  return { clientId: webClient, domain: pool.origin, spoil: async (username, how) => pool.token({ subject: username, ...spoils[how] }) }
}

/** Claims of one token under the signature of another. */
function giveAway (signed: string, wanted: string): string {
  const [header, , signature] = signed.split('.')
  return [header, wanted.split('.')[1], signature].join('.')
}

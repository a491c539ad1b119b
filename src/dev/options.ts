/** What a team writes for its development user pool: in code, or as a JSON file for the command. */
import type { TestKeyPair } from '../testing/key-pairs.js'

/** A user who can sign in. */
export interface DevUserOptions {
  readonly username: string
  /** Default: a UUID made of the user name. */
  readonly sub?: string
  /** Default: `{username}@example.com`. */
  readonly email?: string
  /** The Cognito groups. Default: none. */
  readonly groups?: readonly string[]
  /** Further claims of the ID token, such as `{ 'custom:tenant': 'acme' }`. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** An app client. */
export interface DevClientOptions {
  readonly clientId: string
  /** Default: none, a public client. A client for `client_credentials` must have one. */
  readonly secret?: string
  /** Default: `'code'`. */
  readonly grant?: 'code' | 'client_credentials'
  /** Exact addresses to which a sign-in may lead. Default: any address on loopback. */
  readonly callbackUrls?: readonly string[]
  /** Exact addresses to which a sign-out may lead. Default: any address on loopback. */
  readonly logoutUrls?: readonly string[]
  /** Scopes such as `files/read`. Default: those of OpenID Connect for `'code'`; required for `'client_credentials'`. */
  readonly scopes?: readonly string[]
}

/** Options of `startDevUserPool`, and the members of the command's JSON file. */
export interface DevUserPoolOptions {
  /** Begins with `local_`, so that it cannot be taken for a pool at AWS. Default: `local_DevPool1`. */
  readonly userPoolId?: string
  /** The port on 127.0.0.1; 0 for any free one. Default: 9229. */
  readonly port?: number
  /** Default: alice (group `Admins`), bob (`Auditors`) and carol (no group). */
  readonly users?: readonly DevUserOptions[]
  /** Default: a public client `1devweb23456789` and a machine client `2devmachine23456`. */
  readonly clients?: readonly DevClientOptions[]
  /** Key pairs to sign with, made once for a test suite by `createTestKeyPairs`. Default: made at the start. */
  readonly keyPairs?: readonly TestKeyPair[]
  /** Lifetimes in seconds. Default: 3600 for access and ID tokens, 30 days for refresh tokens. */
  readonly lifetimes?: { readonly access?: number, readonly id?: number, readonly refresh?: number }
}

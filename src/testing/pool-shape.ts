/** What a test user pool is and can do. */
import type { TestKey, TestKeyPair } from './key-pairs.js'
import type { TestClaims } from './test-claims.js'

/** How a test user pool is called. */
export interface TestUserPoolOptions {
  /** Default: `us-east-1_TestPool1`. */
  readonly userPoolId?: string
  /** Default: `1testclient23456789`. */
  readonly clientId?: string
  /**
   * Keys to use instead of new ones, such as `createTestKeyPairs()` makes: the first signs ID tokens, the second access
   * tokens, and each rotation takes the next two. What is missing is made when it is needed. Default: none.
   */
  readonly keyPairs?: readonly TestKeyPair[]
}

/** What a hostile or unusual token is made of. Strings are signed as they are, objects as JSON. */
export interface TokenParts {
  /** Default: the header of an access token, `{ kid, alg }`. */
  readonly header?: object | string
  /** Default: the claims of an access token. */
  readonly payload?: object | string
}

/** A test user pool whose keys are served over HTTP. */
export interface ListeningTestUserPool {
  /** Spread into `register` in place of `pool.options`. */
  readonly options: { readonly userPoolId: string, readonly clientId: string, readonly jwksUri: string }
  readonly jwksUri: string
  /** Stops serving; connections that are open are cut off. */
  close (): Promise<void>
}

/** A user pool in this process. */
export interface TestUserPool {
  readonly userPoolId: string
  readonly clientId: string
  readonly issuer: string
  /** Spread into `register`: pool, client, and a `keys.fetch` that answers from memory, in time however busy the machine is. */
  readonly options: {
    readonly userPoolId: string
    readonly clientId: string
    readonly keys: {
      /** Answers from memory, for the issuer of the pool. */
      readonly fetch: typeof globalThis.fetch
      readonly timeout: number
    }
  }
  /**
   * A user's access token; valid for an hour unless `exp` says otherwise. With an `exp` in the past, `iat` and
   * `auth_time` lie an hour before it, so that the token was good once.
   *
   * @throws `TypeError` for a member that is no claim but an option of another library (`expiresIn`, `audience`); so do
   * the other methods that take claims.
   */
  accessToken (claims?: TestClaims): Promise<string>
  /** A user's access token that ended an hour ago, beyond any `clockTolerance`, and is good in all else. */
  expiredToken (claims?: TestClaims): Promise<string>
  /** A user's ID token. */
  idToken (claims?: TestClaims): Promise<string>
  /** An access token from the client credentials grant: no user name, no groups. */
  machineToken (claims?: TestClaims): Promise<string>
  /** Headers for `inject`: `{ authorization: 'Bearer …' }`. */
  authorization (token: string): { authorization: string }
  /** Signs anything with the key of access tokens, for tests of what has to be refused. */
  sign (parts: TokenParts): Promise<string>
  /** The header of the access tokens signed now. */
  header (): Promise<{ readonly kid: string, readonly alg: 'RS256' }>
  /** The key set that is published now. */
  jwks (): Promise<{ keys: Array<TestKey['jwk']> }>
  /** Signs with two new keys from now on; with `overlap`, the old ones stay published beside them. */
  rotateKeys (options?: { readonly overlap?: boolean }): void
  /** From now on the key endpoint cannot be reached. */
  goDown (): void
  /** From now on the key endpoint answers again. */
  recover (): void
  /** How often the keys of the pool's issuer were asked for. */
  readonly fetchCount: number
  /** Serves the keys over HTTP on loopback. */
  listen (): Promise<ListeningTestUserPool>
}

/** A user pool for tests: real keys, real signatures, the plugin's normal path of verification, no network. */
import { randomUUID } from 'node:crypto'
import { jwksUriOf, readUserPoolId } from '../claims/user-pool.js'
import { listen } from './jwks-server.js'
import { testKey } from './key-pairs.js'
import type { TestKey } from './key-pairs.js'
import { headerOf, signToken } from './sign-token.js'
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from './test-claims.js'
import type { TestClaims } from './test-claims.js'

/** How a test user pool is called. */
export interface TestUserPoolOptions {
  /** Default: `us-east-1_TestPool1`. */
  readonly userPoolId?: string
  /** Default: `1testclient23456789`. */
  readonly clientId?: string
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
  /** A user's access token; valid for an hour unless `exp` says otherwise. */
  accessToken (claims?: TestClaims): Promise<string>
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

// The first answer waits for the keys to be made, which on a busy machine can take longer than a fetch may.
const longestKeyGeneration = 60_000

/**
 * Makes a user pool in this process. Its keys are real and made once per process: about a tenth of a second each,
 * at the first token.
 *
 * @throws `TypeError` where `userPoolId` does not begin with an AWS region.
 */
export function createTestUserPool (options: TestUserPoolOptions = {}): TestUserPool {
  const { userPoolId = 'us-east-1_TestPool1', clientId = '1testclient23456789' } = options
  const issuer = issuerOf(userPoolId)
  const identity = { issuer, clientId, sub: randomUUID() }

  let firstKey = 0
  let firstPublished = 0
  let isDown = false
  let fetchCount = 0

  const idTokenKey = (): Promise<TestKey> => testKey(userPoolId, firstKey)
  const accessTokenKey = (): Promise<TestKey> => testKey(userPoolId, firstKey + 1)

  async function jwks (): Promise<{ keys: Array<TestKey['jwk']> }> {
    const indexes = Array.from({ length: firstKey + 2 - firstPublished }, (_, offset) => firstPublished + offset)
    const keys = await Promise.all(indexes.map((index) => testKey(userPoolId, index)))
    return { keys: keys.map(({ jwk }) => jwk) }
  }

  async function answer (): Promise<string | null> {
    fetchCount++
    return isDown ? null : JSON.stringify(await jwks())
  }

  async function fetchJwks (input: string | URL | Request): Promise<Response> {
    // Like Cognito, which answers only for the issuer that a pool has, not for the other one it might have.
    if (String(input instanceof Request ? input.url : input) !== jwksUriOf(issuer)) return new Response(null, { status: 403 })
    const body = await answer()
    if (body === null) throw new TypeError('fetch failed', { cause: new Error('the test user pool is down') })
    return new Response(body, { headers: { 'content-type': 'application/json' } })
  }

  const accessClaims = (claims: TestClaims = {}): object => accessTokenClaims(identity, claims)

  return {
    userPoolId,
    clientId,
    issuer,
    options: { userPoolId, clientId, keys: { fetch: fetchJwks, timeout: longestKeyGeneration } },
    accessToken: async (claims) => signToken(await accessTokenKey(), accessClaims(claims)),
    idToken: async (claims = {}) => signToken(await idTokenKey(), idTokenClaims(identity, claims)),
    machineToken: async (claims = {}) => signToken(await accessTokenKey(), machineTokenClaims(identity, claims)),
    authorization: (token) => ({ authorization: `Bearer ${token}` }),
    sign: async ({ header, payload = accessClaims() }) => signToken(await accessTokenKey(), payload, header),
    header: async () => headerOf(await accessTokenKey()),
    jwks,
    rotateKeys: ({ overlap = false } = {}) => {
      firstKey += 2
      firstPublished = overlap ? firstPublished : firstKey
    },
    goDown: () => { isDown = true },
    recover: () => { isDown = false },
    get fetchCount () { return fetchCount },
    listen: async () => {
      const { jwksUri, close } = await listen(userPoolId, answer)
      return { options: { userPoolId, clientId, jwksUri }, jwksUri, close }
    }
  }
}

function issuerOf (userPoolId: string): string {
  const identity = readUserPoolId(userPoolId)
  if (identity === null) throw new TypeError(`userPoolId must look like us-east-1_TestPool1, not ${userPoolId}`)
  return identity.issuers[0]
}

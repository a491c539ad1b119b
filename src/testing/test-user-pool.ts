/** A user pool for tests: real keys, real signatures, the plugin's normal path of verification, no network. */
import { randomUUID } from 'node:crypto'
import { jwksUriOf, readUserPoolId } from '../claims/user-pool.js'
import { listen } from './jwks-server.js'
import { createKeyRing } from './key-pairs.js'
import type { TestKey } from './key-pairs.js'
import { assertClaimNames, assertKnownNames } from './known-names.js'
import type { TestUserPool, TestUserPoolOptions } from './pool-shape.js'
import { headerOf, signToken } from './sign-token.js'
import { accessTokenClaims, expiredTokenClaims, idTokenClaims, machineTokenClaims } from './test-claims.js'
import type { TestClaims, TestIdentity } from './test-claims.js'

// The first answer waits for the keys to be made, which on a busy machine can take longer than a fetch may.
const longestKeyGeneration = 60_000

/**
 * Makes a user pool in this process. Its keys are real and made once per process: about a tenth of a second each,
 * at the first token. A suite of many processes can make them once for all of them and hand them in as `keyPairs`.
 *
 * @throws `TypeError` for an unknown option, a `userPoolId` that does not begin with an AWS region, and a key pair that
 * is no RSA key as Cognito has them.
 */
export function createTestUserPool (options: TestUserPoolOptions = {}): TestUserPool {
  assertKnownNames(options, ['userPoolId', 'clientId', 'keyPairs'])
  const { userPoolId = 'us-east-1_TestPool1', clientId = '1testclient23456789', keyPairs } = options
  const issuer = issuerOf(userPoolId)
  const identity = { issuer, clientId, sub: randomUUID() }

  const testKey = createKeyRing(userPoolId, keyPairs)
  let firstKey = 0
  let firstPublished = 0
  let isDown = false
  let fetchCount = 0

  const idTokenKey = (): Promise<TestKey> => testKey(firstKey)
  const accessTokenKey = (): Promise<TestKey> => testKey(firstKey + 1)

  async function jwks (): Promise<{ keys: Array<TestKey['jwk']> }> {
    const indexes = Array.from({ length: firstKey + 2 - firstPublished }, (_, offset) => firstPublished + offset)
    const keys = await Promise.all(indexes.map((index) => testKey(index)))
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

  type Make = (identity: TestIdentity, claims: TestClaims) => object
  const issue = (key: () => Promise<TestKey>, make: Make) => async (claims: TestClaims = {}): Promise<string> => {
    assertClaimNames(claims)
    return signToken(await key(), make(identity, claims))
  }

  return {
    userPoolId,
    clientId,
    issuer,
    options: { userPoolId, clientId, keys: { fetch: fetchJwks, timeout: longestKeyGeneration } },
    accessToken: issue(accessTokenKey, accessTokenClaims),
    expiredToken: issue(accessTokenKey, expiredTokenClaims),
    idToken: issue(idTokenKey, idTokenClaims),
    machineToken: issue(accessTokenKey, machineTokenClaims),
    authorization: (token) => ({ authorization: `Bearer ${token}` }),
    sign: async (parts) => {
      assertKnownNames(parts, ['header', 'payload'])
      const { header, payload = accessTokenClaims(identity, {}) } = parts
      return signToken(await accessTokenKey(), payload, header)
    },
    header: async () => headerOf(await accessTokenKey()),
    jwks,
    rotateKeys: (how = {}) => {
      assertKnownNames(how, ['overlap'])
      firstKey += 2
      firstPublished = how.overlap === true ? firstPublished : firstKey
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

/** Challenges of protected resources, as the clients read them that exist. */
import fc from 'fast-check'
import t from 'tap'
import { extractWWWAuthenticateParams as extract2 } from '@modelcontextprotocol/client'
import { extractWWWAuthenticateParams as extract1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { createChallenger } from '../../src/errors/challenge.js'
import { plainHttpErrors } from '../../src/errors/http-errors.js'
import { requestChallenge } from '../../src/errors/request-challenge.js'
import type { CognitoAuthErrorCode } from '../../src/errors/failure.js'
import { failure } from '../../src/errors/failure.js'
import { refusals } from '../support/refusals.js'

const metadataUrl = 'https://api.example.com/.well-known/oauth-protected-resource/mcp'
const place = { metadataUrl, scopes: ['files/read', 'files/write'] }
const codes = (Object.keys(refusals) as CognitoAuthErrorCode[]).filter((code) => code !== 'FST_COGNITO_UNAVAILABLE')

function headerOf (code: CognitoAuthErrorCode, { realm = 'api', resource = place, details = {} }: { realm?: string, resource?: typeof place, details?: object } = {}): string {
  return createChallenger(realm, plainHttpErrors, requestChallenge)(failure(code, 'missing', details), resource).headers['www-authenticate'] ?? ''
}

t.test('each challenge names the metadata and the scopes, and what it named before', async (t) => {
  const named = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"'
  const scope = 'scope="files/read files/write"'
  const expected: Partial<Record<CognitoAuthErrorCode, string>> = {
    FST_COGNITO_TOKEN_MISSING: `Bearer ${named}, ${scope}, realm="api"`,
    FST_COGNITO_REQUEST_INVALID: `Bearer error="invalid_request", ${named}, ${scope}, realm="api"`,
    FST_COGNITO_TOKEN_INVALID: `Bearer error="invalid_token", ${named}, ${scope}, realm="api"`,
    FST_COGNITO_TOKEN_EXPIRED: `Bearer error="invalid_token", ${named}, error_description="Token has expired", ${scope}, realm="api"`,
    FST_COGNITO_TOKEN_REVOKED: `Bearer error="invalid_token", ${named}, ${scope}, realm="api"`,
    FST_COGNITO_FORBIDDEN: `Bearer error="insufficient_scope", ${named}, ${scope}, realm="api"`,
    FST_COGNITO_REAUTHENTICATION_REQUIRED: `Bearer error="insufficient_user_authentication", ${named}, error_description="Recent sign-in required", ${scope}, realm="api"`
  }
  for (const code of codes) t.equal(headerOf(code), expected[code], code)
  t.equal(headerOf('FST_COGNITO_FORBIDDEN', { details: { scopes: ['files/delete'] } }), `Bearer error="insufficient_scope", ${named}, scope="files/delete", realm="api"`, 'those that would do')
  t.match(headerOf('FST_COGNITO_REAUTHENTICATION_REQUIRED', { details: { maxAge: 300 } }), 'max_age="300"')
  t.equal(headerOf('FST_COGNITO_TOKEN_MISSING', { resource: { metadataUrl, scopes: [] } }), `Bearer ${named}, realm="api"`, 'no scopes, no parameter')
})

t.test('a 503 has no challenge at a resource either', async (t) => {
  t.strictSame(createChallenger('api', plainHttpErrors, requestChallenge)(failure('FST_COGNITO_UNAVAILABLE', 'internal', { retryAfter: 9 }), place).headers, { 'retry-after': '9' })
})

const quotable = fc.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,40}$/)
const nasty = fc.constantFrom('scope=', 'scope=x', 'error=', 'error=insufficient_scope', 'resource_metadata=', 'resource_metadata=https://evil.example/', 'a scope=', 'Bearer scope=')
const scopeToken = fc.oneof(fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,20}$/), fc.constantFrom('resource_metadata=https://evil.example/', 'error=insufficient_scope', 'scope=evil'))

t.test('both lines of the official client read what was meant, whatever realm, scopes and path an application has', async (t) => {
  let seen = 0
  const property = fc.property(
    fc.constantFrom(...codes),
    fc.oneof(quotable, nasty),
    fc.array(scopeToken, { minLength: 1, maxLength: 4 }),
    fc.stringMatching(/^(\/[\w.~-]{1,8}){0,3}$/),
    (code, realm, scopes, path) => {
      const url = new URL(`https://api.example.com/.well-known/oauth-protected-resource${path}`).href
      const header = headerOf(code, { realm, resource: { metadataUrl: url, scopes } })
      const response = new Response(null, { status: 401, headers: { 'www-authenticate': header } })
      const [, error] = / error="(\w+)"/.exec(header) ?? []
      for (const read of [extract1(response), extract2(response)]) {
        if (read.resourceMetadataUrl?.href !== url || read.scope !== scopes.join(' ')) return false
        // Of a missing token nothing is said; what a client may find then, it looks at on a 403 only.
        if (code !== 'FST_COGNITO_TOKEN_MISSING' && read.error !== error) return false
      }
      seen++
      return true
    }
  )
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000, seed: 19 }))
  t.equal(seen, 2_000)
})

t.test('the order is not a matter of taste: with the realm first, or the description before the scope, they are misread', async (t) => {
  const read = (header: string) => [extract1, extract2].map((extract) => extract(new Response(null, { status: 401, headers: { 'www-authenticate': header } })))
  for (const { scope } of read('Bearer realm="scope=evil", scope="files/read"')) t.not(scope, 'files/read')
  for (const { scope } of read('Bearer error="invalid_token", error_description="needs scope=evil", scope="files/read"')) t.not(scope, 'files/read')
  for (const { scope, resourceMetadataUrl } of read(`Basic realm="x", ${headerOf('FST_COGNITO_TOKEN_MISSING')}`)) t.strictSame([scope, resourceMetadataUrl], [undefined, undefined], 'another scheme before ours hides it')
  for (const { resourceMetadataUrl } of read('Bearer resource_metadata="/.well-known/oauth-protected-resource/mcp"')) t.equal(resourceMetadataUrl, undefined, 'a relative address is dropped')
})

import t from 'tap'
import { requestChallenge } from '../../src/errors/request-challenge.js'
import { createChallenger } from '../../src/errors/challenge.js'
import { isCognitoAuthError } from '../../src/errors/cognito-auth-error.js'
import type { CognitoAuthErrorCode } from '../../src/errors/failure.js'
import { failure, tokenInvalid, tokenMissing, unavailable } from '../../src/errors/failure.js'
import { refusals } from '../support/refusals.js'

const challenge = createChallenger('api', undefined, requestChallenge)
const codes = Object.keys(refusals) as CognitoAuthErrorCode[]

t.test('every code has the status, message and challenge of the error table', async (t) => {
  t.equal(codes.length, 8)
  for (const code of codes) {
    const error = challenge(failure(code, 'missing'))
    const expected = refusals[code]
    t.equal(error.code, code)
    t.equal(error.statusCode, expected.statusCode, `${code}: status`)
    t.equal(error.message, (JSON.parse(expected.body) as { message: string }).message, `${code}: message`)
    t.equal(error.headers['www-authenticate'], expected.challenge, `${code}: challenge`)
  }
})

t.test('the realm is named in every challenge', async (t) => {
  const other = createChallenger('staff only')
  for (const code of codes.filter((one) => one !== 'FST_COGNITO_UNAVAILABLE')) {
    t.match(other(failure(code, 'missing')).headers['www-authenticate'], /^Bearer realm="staff only"/, code)
  }
})

t.test('a 403 names the scopes that are required, and only where there are some', async (t) => {
  const headersFor = (scopes?: readonly string[]): unknown =>
    challenge(failure('FST_COGNITO_FORBIDDEN', 'required_scope', scopes === undefined ? undefined : { scopes })).headers
  const bare = 'Bearer realm="api", error="insufficient_scope"'
  t.strictSame(headersFor(['files/read', 'files/write']), { 'www-authenticate': `${bare}, scope="files/read files/write"` })
  t.strictSame(headersFor([]), { 'www-authenticate': bare })
  t.strictSame(headersFor(), { 'www-authenticate': bare })
})

t.test('a 503 carries no challenge but the seconds to wait', async (t) => {
  t.strictSame(challenge(unavailable('key_endpoint', undefined, 17)).headers, { 'retry-after': '17' })
  t.strictSame(challenge(failure('FST_COGNITO_UNAVAILABLE', 'internal')).headers, { 'retry-after': '1' })
})

t.test('reason and cause can be read, but no way of copying the error shows them', async (t) => {
  const cause = new Error('a secret of the network')
  const error = challenge(unavailable('map_user', cause))
  t.equal(error.reason, 'map_user')
  t.equal(error.cause, cause)
  const copies = [JSON.stringify(error), JSON.stringify({ ...error }), JSON.stringify(Object.assign({}, error)), String(error)]
  for (const copy of copies) t.notMatch(copy, /map_user|secret/)
  t.notOk(Object.keys(error).some((name) => name === 'reason' || name === 'cause'))
})

t.test('an error without a cause has no member "cause"', async (t) => {
  t.notOk('cause' in challenge(tokenMissing))
})

t.test('what was expected and what came stays out of the error', async (t) => {
  const error = challenge(tokenInvalid('client_id', ['accepted-client'], 'other-client'))
  t.notMatch(`${JSON.stringify({ ...error })} ${error.message}`, /client/)
})

t.test('errors are made without a stack, and Error.stackTraceLimit is as it was', async (t) => {
  const limit = Error.stackTraceLimit
  const error = challenge(tokenMissing)
  t.equal(error.stack, 'UnauthorizedError: Not authenticated')
  t.equal(Error.stackTraceLimit, limit)
})

t.test('an error of this package is told from every other value', async (t) => {
  t.ok(isCognitoAuthError(challenge(tokenMissing)))
  const others = [new Error('x'), { code: 'FST_COGNITO_TOKEN_MISSING', reason: 'missing', statusCode: 401 }, tokenMissing, null, undefined, 'error', 1]
  for (const other of others) t.notOk(isCognitoAuthError(other))
})

t.test('each refusal is an error of its own', async (t) => {
  t.not(challenge(tokenMissing), challenge(tokenMissing))
  t.not(challenge(tokenMissing).headers, challenge(tokenMissing).headers)
})

import t from 'tap'
import { failure, isFailure, tokenInvalid, tokenLacks, tokenMissing, unavailable } from '../../src/errors/failure.js'
import { CognitoAuthSetupError } from '../../src/errors/setup-error.js'

t.test('an invalid token says why, and nothing more when nothing was expected', async (t) => {
  t.strictSame(tokenInvalid('signature'), failure('FST_COGNITO_TOKEN_INVALID', 'signature'))
})

t.test('an invalid token says what was accepted and what came', async (t) => {
  t.strictSame(tokenInvalid('issuer', ['https://a.example'], 'https://b.example'), failure('FST_COGNITO_TOKEN_INVALID', 'issuer', { expected: ['https://a.example'], actual: 'https://b.example' }))
})

t.test('a token that lacks something says what, and never a value', async (t) => {
  t.strictSame(tokenLacks('iat', 'issued_at'), failure('FST_COGNITO_TOKEN_INVALID', 'issued_at', { absent: 'iat' }))
  t.strictSame(tokenLacks('aud', 'client_id', ['a']), failure('FST_COGNITO_TOKEN_INVALID', 'client_id', { expected: ['a'], actual: 'absent', absent: 'aud' }))
  t.equal(tokenInvalid('client_id', ['a'], 'absent').absent, undefined, 'a value of that name is a value')
})

t.test('what came is cut or named by its type, since nobody has verified it', async (t) => {
  const table: ReadonlyArray<[actual: unknown, shown: unknown]> = [
    [undefined, 'absent'],
    [null, 'a value of type null'],
    [1, 'a value of type number'],
    [true, 'a value of type boolean'],
    [{ secret: 'x' }, 'a value of type object'],
    [['x'], 'an array'],
    ['', ''],
    ['x'.repeat(128), 'x'.repeat(128)],
    ['x'.repeat(100_000), 'x'.repeat(128)]
  ]
  for (const [actual, shown] of table) t.equal(tokenInvalid('client_id', ['a'], actual).actual, shown, typeof actual)
})

t.test('an outage keeps its cause and asks for patience of at least a second', async (t) => {
  const cause = new Error('down')
  t.strictSame(unavailable('key_endpoint', cause, 30), failure('FST_COGNITO_UNAVAILABLE', 'key_endpoint', { retryAfter: 30, cause }))
  t.equal(unavailable('internal').retryAfter, 1)
})

t.test('the failure of absent credentials is one frozen value', async (t) => {
  t.strictSame(tokenMissing, failure('FST_COGNITO_TOKEN_MISSING', 'missing'))
  t.ok(Object.isFrozen(tokenMissing))
})

t.test('a failure is told from a value by its code and its reason', async (t) => {
  t.ok(isFailure(tokenMissing))
  t.notOk(isFailure(null))
  t.notOk(isFailure({}))
  t.notOk(isFailure({ code: 'FST_COGNITO_TOKEN_MISSING' }))
  t.notOk(isFailure({ reason: 'missing' }))
  t.notOk(isFailure({ code: 'FST_COGNITO_TOKEN_MISSING', reason: 'missing' }), 'what looks like one is none')
})

t.test('an error of the start is an Error with a name, a code and its cause', async (t) => {
  const cause = new Error('below')
  const error = new CognitoAuthSetupError('FST_COGNITO_OPTIONS_INVALID', 'bad', { cause })
  t.ok(error instanceof Error)
  t.match(error, { name: 'CognitoAuthSetupError', code: 'FST_COGNITO_OPTIONS_INVALID', message: 'bad', cause })
})

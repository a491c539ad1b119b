import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { usage } from '../../src/explain/arguments.js'
import { run } from '../support/explain.js'
import type { Run } from '../support/explain.js'

const pool = createTestUserPool()
const named = ['explain', '--user-pool-id', pool.userPoolId, '--client-id', pool.clientId]
const { fetch } = pool.options.keys

async function explain (input: ReadonlyArray<string | Uint8Array>, ...more: string[]): Promise<Run> {
  return run({ args: [...named, ...more], input, fetch })
}

t.test('prints every check, the user and the verdict of a good token', async (t) => {
  const token = await pool.accessToken({ groups: ['Auditors', 'Admins'], scopes: ['a', 'b'], sub: 'sub-1', username: 'ann' })
  const { status, output, errors } = await explain([token], '--roles', 'Admins=Admin,Auditors=Auditor')
  t.equal(status, 0)
  t.equal(errors, '')
  t.match(output, /^ok {4}form {8}\d+ characters, 3 parts\nok {4}header {6}alg "RS256", kid ".{44}"\nok {4}issuer/)
  t.match(output, /\nok {4}signature {3}made by this key\n\nThe user:\n {2}sub {7}"sub-1"\n {2}username {2}"ann"\n {2}groups {4}"Auditors", "Admins"\n {2}scopes {4}"a", "b"\n {2}role {6}"Admin"\n\nACCEPTED\n$/)
  t.notMatch(output, /FAIL|->|not looked at/)
})

t.test('prints what to change for a token that is refused', async (t) => {
  const { status, output } = await explain([await pool.accessToken({ client_id: 'other', groups: [] })])
  t.equal(status, 1)
  t.match(output, '\nFAIL  client      "other", where "1testclient23456789" is accepted\n                  -> The token was issued to another app client.')
  t.match(output, '\nThe user that the token names, though it was not accepted:\n')
  t.match(output, '\n  groups    none\n')
  t.match(output, '\n  role      none\n')
  t.match(output, /\n\nREFUSED: FST_COGNITO_TOKEN_INVALID, reason client_id\n$/)
})

t.test('tells a machine\'s token from a user\'s', async (t) => {
  t.match((await explain([await pool.machineToken()])).output, '\n  username  none: a machine\'s token\n')
})

t.test('names no user where the claims that tell have not their form', async (t) => {
  for (const claims of [{ sub: '' }, { 'cognito:username': 1 }, { 'cognito:groups': 'Admins' }, { scope: 1 }]) {
    const { output } = await explain([await pool.idToken(claims)])
    t.notMatch(output, /^The user(?: that|:)/m)
    t.match(output, /\nREFUSED/)
  }
})

t.test('names the checks that had nothing to look at', async (t) => {
  const { output } = await explain(['a.b.c.d.e'])
  t.match(output, 'FAIL  form        9 characters, 5 parts, the form of an encrypted token such as a refresh token\n')
  t.match(output, '\n-     not looked at: header, issuer, kind, client,')
  t.match((await explain(['abc'])).output, 'FAIL  form        3 characters, 1 part\n')
})

t.test('shows the members of a header that the verdict depends on', async (t) => {
  const { output } = await explain([await pool.sign({ header: { alg: 'RS256', kid: 'a', typ: 'JWT', crit: ['x'], b64: false } })])
  t.match(output, 'FAIL  header      alg "RS256", kid "a", typ "JWT", with crit and b64\n')
})

t.test('says which audience is asked for, and of whom', async (t) => {
  const audience = ['--audience', 'https://a.example', '--audience', 'https://b.example']
  t.match((await explain([await pool.accessToken()], ...audience)).output, 'FAIL  audience    absent, where "https://a.example" or "https://b.example" is asked for\n')
  t.match((await explain([await pool.idToken()], ...audience)).output, 'ok    audience    the app client, looked at above\n')
})

t.test('takes a token as it was copied: with line breaks, in pieces, with its scheme or header name', async (t) => {
  const token = await pool.accessToken()
  const spellings = [[`${token}\n`], [` ${token}\r\n`], [token.slice(0, 9), token.slice(9)], [Buffer.from(token)], [`Bearer ${token}`], [`bearer ${token}`], [`Authorization: Bearer ${token}\n`]]
  for (const input of spellings) t.equal((await explain(input)).status, 0)
  // What is left of two tokens or of another scheme is no token.
  for (const text of [`${token} ${token}`, `Basic ${token}`]) t.equal((await explain([text])).status, 1)
})

t.test('fetches the keys of the issuer that the token names, once, and those of no other', async (t) => {
  const requests: string[] = []
  const watched: typeof fetch = (input, init) => {
    requests.push(String(input))
    return fetch(input, init)
  }
  const tokens = [await pool.accessToken(), await pool.sign({ header: { alg: 'RS256', kid: 'unknown' } })]
  for (const token of tokens) {
    requests.length = 0
    await run({ args: named, input: [token], fetch: watched })
    t.strictSame(requests, [`${pool.issuer}/.well-known/jwks.json`])
  }
  const foreign = [await pool.accessToken({ iss: 'https://attacker.example' }), await pool.accessToken({ iss: 7 }), await pool.sign({ header: { alg: 'none', jku: 'https://attacker.example' } }), 'abc']
  for (const token of foreign) {
    requests.length = 0
    await run({ args: named, input: [token], fetch: watched })
    t.strictSame(requests, [])
  }
})

t.test('never prints the token or its signature, whatever is asked and whatever goes wrong', async (t) => {
  const tokens = [await pool.accessToken(), await pool.idToken({ aud: 'other' }), await pool.sign({ header: { alg: 'HS256' } }), `${await pool.accessToken()}=`]
  for (const token of tokens) {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const runs = [
      await explain([token]), await explain([token], '--json'), await explain(['x'], token), await explain(['x'], `--token=${token}`),
      await explain(['x'], `--${token}`), await explain(['x'], '--issuer', token), await explain(['x'], '--jwks-uri', token),
      await run({ args: ['explain', '--user-pool-id', token, '--client-id', token], input: ['x'] }), await run({ args: [token], input: ['x'] })
    ]
    for (const { output, errors } of runs) {
      for (const part of [header, payload.slice(0, 40), signature.slice(0, 40)]) t.notOk(`${output}${errors}`.includes(part))
    }
  }
})

t.test('prints nothing that a terminal would obey, though the token holds it', async (t) => {
  const escape = '\u001b]0;owned\u0007\u009b31m\u202e'
  const token = await pool.accessToken({ username: escape, groups: [escape], scopes: [escape], client_id: escape, iss: escape, sub: escape })
  for (const format of [[], ['--json']]) {
    const { output } = await explain([token], ...format)
    t.notMatch(output, /(?!\n)\p{C}/u)
    t.match(output, 'owned')
  }
})

t.test('takes a token in quotes, and says that a request must not have them', async (t) => {
  const token = await pool.accessToken()
  for (const text of [`"${token}"`, `'${token}'\n`, `\`${token}\``, `" ${token} "`, `Bearer "${token}"`, `'Bearer ${token}'`, `"Authorization: Bearer ${token}"`, `authorization : "${token}"`]) {
    const { status, output, errors } = await explain([text])
    t.equal(status, text.startsWith('authorization') ? 1 : 0, text.replace(token, '…'))
    if (status === 0) t.equal(errors, 'Quotes around the token were left out here. In a request they must not be there.\n')
    t.notOk(`${output}${errors}`.includes(token))
  }
  // Quotes that do not belong together are part of what was given.
  for (const text of [`"${token}`, `${token}'`, `"${token}'`, `${token}"${token}`, `""${token}`]) {
    const { status, errors } = await explain([text])
    t.strictSame([status, errors], [1, ''], text.replace(token, '…'))
  }
  t.match(await explain(['""']), { status: 2, errors: /^no token came/ })
})

t.test('takes the keys from a file, and fetches none then', async (t) => {
  const response = await fetch(`${pool.issuer}/.well-known/jwks.json`)
  const keySet = await response.text()
  const token = await pool.accessToken()
  for (const text of [keySet, `\ufeff${keySet}`]) {
    t.match(await run({ args: [...named, '--jwks', 'keys.json'], input: [token], files: { 'keys.json': text } }), { status: 0, errors: '' })
  }
  const other = createTestUserPool({ userPoolId: 'us-east-1_OtherPool' })
  const otherKeys = await (await other.options.keys.fetch(`${other.issuer}/.well-known/jwks.json`)).text()
  const refused = await run({ args: [...named, '--jwks', 'keys.json'], input: [token], files: { 'keys.json': otherKeys } })
  t.match(refused, { status: 1, output: /none of the published keys has the id/ })
})

t.test('refuses a file that holds no keys, and shows nothing of it', async (t) => {
  const token = await pool.accessToken()
  const holdsNoKeySet = 'the file of --jwks holds no JSON Web Key Set'
  const cases = [
    [token, holdsNoKeySet], [JSON.stringify(token), holdsNoKeySet], ['', holdsNoKeySet], ['null', holdsNoKeySet], ['[]', holdsNoKeySet],
    [JSON.stringify({ AccessToken: token }), 'option "jwks" is invalid'], ['{"keys":[]}', 'option "jwks.keys" is invalid'],
    [JSON.stringify({ keys: [token, { kty: 'RSA', kid: token }] }), 'option "jwks.keys" is invalid']
  ] as const
  for (const [text, message] of cases) {
    const { status, output, errors } = await run({ args: [...named, '--jwks', 'keys.json'], input: ['x'], files: { 'keys.json': text } })
    t.strictSame([status, output], [2, ''])
    t.match(errors, message)
    t.notOk(errors.includes(token.slice(0, 20)))
  }
  t.match(await run({ args: [...named, '--jwks', 'none.json'], input: ['x'] }), { status: 2, errors: /^the file of --jwks cannot be read \(ENOENT\)\n/ })
  t.match(await run({ args: [...named, '--jwks', 'keys.json', '--jwks-uri', 'https://a.example/'], input: ['x'], files: { 'keys.json': '{}' } }), { status: 2, errors: /either "jwks" or "jwksUri"/ })
})

t.test('prints the version of the package', async (t) => {
  const files = { 'file:///package.json': '{"version":"7.8.9"}' }
  t.strictSame(await run({ args: ['--version'], input: [], files }), { status: 0, output: '7.8.9\n', errors: '' })
  t.match(await run({ args: ['--version=1'], input: [], files }), { status: 2, output: '' })
})

t.test('reads no more than a token can be long', async (t) => {
  const { status, output } = await explain(Array.from({ length: 3_000 }, () => 'x'.repeat(1024)))
  t.equal(status, 1)
  t.match(output, /FAIL {2}form {8}209\d{4} characters/)
})

t.test('answers a wrong command line with status 2 and one line of what is wrong', async (t) => {
  const cases: ReadonlyArray<readonly [readonly string[], string]> = [
    [[], 'the commands are "explain" and "dev"'],
    [[...named, '--token-use', 'refresh'], 'fastify-cognito-auth: option "tokenUse[0]" is invalid: expected "access" or "id", got "refresh"'],
    [['explain', '--user-pool-id', 'nonsense', '--client-id', 'a'], 'fastify-cognito-auth: option "userPoolId" is invalid'],
    [[...named, '--clock-tolerance', 'much'], 'fastify-cognito-auth: option "clockTolerance" is invalid: expected a number from 0 to 300, got NaN'],
    [[...named, '--jwks-uri', 'http://example.com/'], 'fastify-cognito-auth: option "jwksUri" is invalid: expected an https URL']
  ]
  for (const [args, message] of cases) {
    const { status, output, errors } = await run({ args, input: ['abc'] })
    t.equal(status, 2)
    t.equal(output, '')
    t.match(errors, message)
    t.equal(errors.split('\n').length, 3)
  }
  const { status, errors } = await run({ args: named, input: ['\n'] })
  t.equal(status, 2)
  t.match(errors, 'no token came on standard input')
})

t.test('prints how it is called', async (t) => {
  t.strictSame(await run({ args: ['--help'], input: [] }), { status: 0, output: usage, errors: '' })
})

t.test('hides no fault of its own', async (t) => {
  const broken = { now: () => { throw new RangeError('no time') }, monotonic: () => 0 }
  await t.rejects(run({ args: named, input: ['abc'], clock: broken }), new RangeError('no time'))
})

import t from 'tap'
import { createPublicKey, verify } from 'node:crypto'
import { createVerifier } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

type Json = Record<string, unknown>

function decode (token: string): { header: Json, payload: Json } {
  const [header, payload] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json)
  return { header: header ?? {}, payload: payload ?? {} }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

t.test('the header is kid and alg alone, the kid 44 characters of base64', async (t) => {
  for (const token of [await pool.accessToken(), await pool.idToken(), await pool.machineToken()]) {
    const { header } = decode(token)
    t.strictSame(Object.keys(header), ['kid', 'alg'])
    t.equal(header.alg, 'RS256')
    t.match(header.kid, /^[A-Za-z0-9+/]{43}=$/)
  }
})

t.test('an access token has the claims of Cognito\'s, and no aud', async (t) => {
  const { payload } = decode(await pool.accessToken())
  t.strictSame(Object.keys(payload).sort(), [
    'auth_time', 'client_id', 'event_id', 'exp', 'iat', 'iss', 'jti', 'origin_jti', 'scope', 'sub', 'token_use', 'username'
  ])
  t.match(payload, {
    iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TestPool1',
    sub: uuid,
    jti: uuid,
    origin_jti: uuid,
    event_id: uuid,
    token_use: 'access',
    client_id: '1testclient23456789',
    username: 'test-user',
    scope: 'aws.cognito.signin.user.admin'
  })
})

t.test('an ID token has the claims of Cognito\'s, the client in aud, and neither scope nor client_id', async (t) => {
  const { payload } = decode(await pool.idToken())
  t.strictSame(Object.keys(payload).sort(), [
    'aud', 'auth_time', 'cognito:username', 'email', 'email_verified', 'event_id', 'exp', 'iat', 'iss', 'jti', 'origin_jti', 'sub', 'token_use'
  ])
  t.match(payload, { aud: '1testclient23456789', token_use: 'id', 'cognito:username': 'test-user', email: 'test-user@example.com', email_verified: true })
})

t.test('a machine token has no user name, no groups, and the client as its subject', async (t) => {
  const { payload } = decode(await pool.machineToken())
  t.strictSame(Object.keys(payload).sort(), ['auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope', 'sub', 'token_use', 'version'])
  t.match(payload, { sub: '1testclient23456789', client_id: '1testclient23456789', token_use: 'access', scope: 'test-api/read', version: 2 })
})

t.test('times are whole seconds of the present, and the lifetime is an hour', async (t) => {
  for (const token of [await pool.accessToken(), await pool.idToken(), await pool.machineToken()]) {
    const { payload } = decode(token)
    const now = Math.floor(Date.now() / 1000)
    t.ok(Number.isInteger(payload.iat) && Number(payload.iat) <= now && Number(payload.iat) > now - 60)
    t.equal(payload.auth_time, payload.iat)
    t.equal(payload.exp, Number(payload.iat) + 3600)
  }
})

t.test('three names stand for the claims that differ between the kinds of token', async (t) => {
  const named = { username: 'ada', groups: ['Admins'], scopes: ['files/read', 'files/write'] }
  t.match(decode(await pool.accessToken(named)).payload, { username: 'ada', 'cognito:groups': ['Admins'], scope: 'files/read files/write' })
  t.match(decode(await pool.idToken(named)).payload, { 'cognito:username': 'ada', 'cognito:groups': ['Admins'] })
  t.match(decode(await pool.machineToken(named)).payload, { username: 'ada', 'cognito:groups': ['Admins'], scope: 'files/read files/write' })
  for (const token of [await pool.accessToken(named), await pool.idToken(named)]) {
    t.notOk('groups' in decode(token).payload)
    t.notOk('scopes' in decode(token).payload)
  }
  t.notOk('username' in decode(await pool.idToken(named)).payload)
})

t.test('every other member is the claim of that name, and undefined takes a claim away', async (t) => {
  const { payload } = decode(await pool.accessToken({
    sub: 'me', exp: 5, 'custom:tenant': 'a', token_use: 'refresh', origin_jti: undefined, username: undefined, groups: undefined, scopes: undefined
  }))
  t.match(payload, { sub: 'me', exp: 5, 'custom:tenant': 'a', token_use: 'refresh' })
  for (const name of ['origin_jti', 'username', 'cognito:groups', 'scope']) t.notOk(name in payload, name)
})

t.test('what has ended was issued an hour before its end, and whoever it is about had signed in', async (t) => {
  const exp = Math.floor(Date.now() / 1000) - 60
  for (const token of [await pool.accessToken({ exp }), await pool.idToken({ exp }), await pool.machineToken({ exp })]) {
    t.match(decode(token).payload, { exp, iat: exp - 3600, auth_time: exp - 3600 })
  }
  t.match(decode(await pool.accessToken({ exp: exp + 0.5 })).payload, { exp: exp + 0.5, iat: exp - 3600 }, 'whole seconds, as Cognito writes them')
  t.match(decode(await pool.accessToken({ exp, iat: exp - 60 })).payload, { exp, iat: exp - 60, auth_time: exp - 60 }, 'unless a test says when')
  t.match(decode(await pool.accessToken({ exp, iat: exp - 60, auth_time: 7 })).payload, { exp, iat: exp - 60, auth_time: 7 })
})

t.test('what has yet to end was issued now, and so was what never ends', async (t) => {
  const now = Math.floor(Date.now() / 1000)
  for (const exp of [now + 600, now + 90_000, undefined, null, String(now - 60), [now - 60]]) {
    const { payload } = decode(await pool.accessToken({ exp }))
    t.ok(Number(payload.iat) >= now && payload.auth_time === payload.iat, String(exp))
  }
})

t.test('an expired token is refused for that alone, and one with another fault for the other', async (t) => {
  const verifier = createVerifier({ ...pool.options, clockTolerance: 300 })
  t.teardown(() => verifier.close())
  const past = Math.floor(Date.now() / 1000) - 310
  for (const token of [await pool.expiredToken(), await pool.accessToken({ exp: past }), await pool.idToken({ exp: past }), await pool.machineToken({ exp: past })]) {
    await t.rejects(verifier.verify(token), { code: 'FST_COGNITO_TOKEN_EXPIRED', reason: 'expired' })
  }
  t.match(decode(await pool.expiredToken({ username: 'ada', groups: ['Admins'] })).payload, { username: 'ada', 'cognito:groups': ['Admins'], token_use: 'access' })
  await t.rejects(verifier.verify(await pool.expiredToken({ client_id: 'other' })), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'client_id' })
  t.match(await verifier.verify(await pool.expiredToken({ exp: past + 3600, iat: past })), { username: 'test-user' })
})

t.test('options of other libraries are refused by name, with the word to write instead', async (t) => {
  const slips: Readonly<Record<string, RegExp>> = {
    expiresIn: /use "exp", in seconds since 1970, or pool\.expiredToken\(\)/,
    expiresAt: /use "exp"/,
    expirationTime: /use "exp"/,
    expired: /use pool\.expiredToken\(\)/,
    notBefore: /use "nbf"/,
    issuedAt: /use "iat"/,
    noTimestamp: /use "iat: undefined"/,
    clockTimestamp: /use "iat" and "exp"/,
    authTime: /use "auth_time"/,
    audience: /use "aud", or "client_id"/,
    clientId: /use "client_id" .+ "aud"/,
    issuer: /use "iss"/,
    subject: /use "sub"/,
    jwtid: /use "jti"/,
    jwtId: /use "jti"/,
    originJti: /use "origin_jti"/,
    tokenUse: /use "token_use"/,
    userPoolId: /use createTestUserPool\(\{ userPoolId \}\)/,
    cognitoGroups: /use "groups"/,
    kid: /use pool\.sign/,
    keyid: /use pool\.sign/,
    alg: /use pool\.sign/,
    algorithm: /use pool\.sign/,
    typ: /use pool\.sign/,
    header: /use pool\.sign/,
    payload: /use pool\.sign/
  }
  for (const [name, instead] of Object.entries(slips)) {
    for (const make of [pool.accessToken, pool.idToken, pool.machineToken, pool.expiredToken]) {
      await t.rejects(make({ [name]: -60 }), { name: 'TypeError', message: instead }, name)
      await t.rejects(make({ [name]: undefined }), { message: new RegExp(`^"${name}" is no claim of a token`) }, `${name}: undefined`)
    }
  }
})

t.test('a claim of any other name is a claim, and what is refused as one can still be signed', async (t) => {
  const odd = { exp: undefined, aud: 'x', iss: 'y', nbf: 1, 'custom:expiresIn': '-60', Audience: 'x', constructor: 'x', toString: 'x', role: 'x' }
  t.match(decode(await pool.accessToken(odd)).payload, { aud: 'x', iss: 'y', nbf: 1, 'custom:expiresIn': '-60', Audience: 'x', constructor: 'x', toString: 'x', role: 'x' })
  t.strictSame(decode(await pool.sign({ payload: { expiresIn: -60 } })).payload, { expiresIn: -60 })
})

t.test('all tokens of a pool are about one person unless they say otherwise, each with an id of its own', async (t) => {
  const [first, second, third] = [await pool.accessToken(), await pool.accessToken(), await pool.idToken()].map((token) => decode(token).payload)
  t.equal(first?.sub, second?.sub)
  t.equal(first?.sub, third?.sub)
  t.not(first?.jti, second?.jti)
  t.not(decode(await createTestUserPool().accessToken()).payload.sub, first?.sub)
})

t.test('access and ID tokens are signed with different keys, both of them published', async (t) => {
  const { keys } = await pool.jwks()
  for (const token of [await pool.accessToken(), await pool.idToken(), await pool.machineToken()]) {
    const end = token.lastIndexOf('.')
    const jwk = keys.find(({ kid }) => kid === decode(token).header.kid)
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    t.ok(verify('sha256', Buffer.from(token.slice(0, end)), key, Buffer.from(token.slice(end + 1), 'base64url')))
  }
  t.not(decode(await pool.accessToken()).header.kid, decode(await pool.idToken()).header.kid)
  t.strictSame(await pool.header(), decode(await pool.accessToken()).header)
})

t.test('the key set is published as Cognito does, and holds no private part', async (t) => {
  const { keys } = await pool.jwks()
  t.equal(keys.length, 2)
  for (const key of keys) {
    t.strictSame(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
    t.match(key, { alg: 'RS256', e: 'AQAB', kty: 'RSA', use: 'sig' })
    t.equal(Buffer.from(String(key.n), 'base64url').length, 256)
  }
})

t.test('anything can be signed, objects as JSON and strings as they are', async (t) => {
  const header = await pool.header()
  t.strictSame(decode(await pool.sign({ payload: { a: 1 } })), { header, payload: { a: 1 } })
  const odd = await pool.sign({ header: { alg: 'none' }, payload: '{"a":1,"a":2}' })
  t.strictSame(decode(odd).header, { alg: 'none' })
  t.equal(Buffer.from(odd.split('.')[1] ?? '', 'base64url').toString(), '{"a":1,"a":2}')
  const plain = decode(await pool.sign({}))
  t.strictSame(plain.header, header)
  t.match(plain.payload, { token_use: 'access', client_id: pool.clientId })
})

t.test('parts that are none are refused, or the token would be another than the test says', async (t) => {
  const slips: readonly object[] = [{ claims: { sub: 'me' } }, { headers: {} }, { payload: {}, key: 1 }]
  for (const parts of slips) await t.rejects(pool.sign(parts), { name: 'TypeError', message: /^unknown option "(claims|headers|key)"; known are header, payload$/ })
})

t.test('authorization makes the header of a request', async (t) => {
  t.strictSame(pool.authorization('a.b.c'), { authorization: 'Bearer a.b.c' })
})

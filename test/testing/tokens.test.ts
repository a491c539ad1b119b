import t from 'tap'
import { createPublicKey, verify } from 'node:crypto'
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

t.test('authorization makes the header of a request', async (t) => {
  t.strictSame(pool.authorization('a.b.c'), { authorization: 'Bearer a.b.c' })
})

/** Where credentials are, and whether a header is one: none, another scheme, malformed, too long, elsewhere (RFC 6750 §2, §3.1). */
import t from 'tap'
import { assertAccepted, assertRefused, assertRequestAccepted, createAttackTarget } from '../support/attack.js'
import { buildApp } from '../support/app.js'
import { assertRefused as assertAnswer } from '../support/refusals.js'

const missing = { reason: 'missing', code: 'FST_COGNITO_TOKEN_MISSING' } as const
const malformed = { reason: 'authorization', code: 'FST_COGNITO_REQUEST_INVALID' } as const

function withHeader (authorization: string): { headers: { authorization: string } } {
  return { headers: { authorization } }
}

t.test('asks for a token, without an error, where none was sent', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.access()
  await assertRefused(t, target, { says: 'no header', request: {}, ...missing })
  const others = [
    'Basic dXNlcjpwYXNz', 'basic dXNlcjpwYXNz', `Basic ${token}`, 'Digest username="a", realm="b"', `DPoP ${token}`, `JWT ${token}`, `Token ${token}`,
    `BearerX ${token}`, `Bearer-Token ${token}`, `xBearer ${token}`, 'Negotiate abc', `Bearer.${token}`, 'MAC id="a"', `Basic Bearer ${token}`, ''
  ]
  for (const header of others) await assertRefused(t, target, { says: JSON.stringify(header.slice(0, 24)), request: withHeader(header), ...missing })
})

t.test('reads the scheme in any case, and several spaces after it (RFC 9110 §11.1)', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.access({ sub: 'user' })
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    for (const gap of [' ', '  ', ' '.repeat(100)]) {
      await assertRequestAccepted(t, target, `${scheme} and ${gap.length} spaces`, withHeader(scheme + gap + token), { sub: 'user' })
    }
  }
})

t.test('refuses a header that is meant as a bearer token and is none', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.access()
  const headers = [
    'Bearer', 'bearer', 'Bearer ', 'Bearer  ', 'BEARER   ', `Bearer\t${token}`, `Bearer \t${token}`, `Bearer\u00a0${token}`, `Bearer:${token}`, `Bearer,${token}`, `Bearer "${token}"`, `Bearer=${token}`,
    `Bearer token="${token}"`, `Bearer ${token} ${token}`, `Bearer ${token}, Bearer ${token}`, `a, Bearer ${token}`, 'a, Bearer b', `Basic abc,Bearer ${token}`, `, Bearer ${token}`,
    `Bearer ${token}, Basic abc`, `Bearer ${token},`, `Bearer ${token};`, `Bearer ${token} `, `Bearer <${token}>`, `Bearer {${token}}`, `Bearer [${token}]`, `Bearer '${token}'`,
    `Bearer ${token}\u00e4`, `Bearer ${token}\\`, `Bearer ${token}%20`, `Bearer ${token}?a`, `Bearer ${token}#a`, `Bearer ${token}@a`, `Bearer ${token}&a`, `Bearer *${token}`, `Bearer ${token.slice(0, 9)} ${token.slice(9)}`,
    'Bearer =', 'Bearer ==', 'Bearer a=b', 'Bearer =a', 'Bearer null undefined', 'Bearer (none)'
  ]
  for (const header of headers) {
    await assertRefused(t, target, { says: JSON.stringify(header.replaceAll(token, 'token')), request: withHeader(header), ...malformed })
  }
  await assertAccepted(t, target, 'while the token as it is', token)
})

t.test('calls what is a bearer token by its syntax, but no token of ours, invalid and not malformed', async (t) => {
  const target = await createAttackTarget(t)
  for (const text of ['a', 'null', 'undefined', 'a.b', 'a.b.c.d', 'mF_9.B5f-4.1JqM', 'abc=', 'abc==', 'a~b', 'a+b/c', 'Bearer', '0', '-._~+/']) {
    await assertRefused(t, target, { says: text, request: withHeader(`Bearer ${text}`), reason: 'format' })
  }
})

t.test('refuses a token that is too long before it decodes any of it', async (t) => {
  const target = await createAttackTarget(t)
  const long = await target.access({ padding: 'x'.repeat(20_000) })
  t.ok(long.length > 16_384)
  await assertRefused(t, target, { says: 'a valid token beyond the default', token: long, reason: 'length' })
  await assertRefused(t, target, { says: 'what is no token', token: 'x'.repeat(16_385), reason: 'length' })
  await assertRefused(t, target, { says: 'what is no bearer token', request: withHeader(`Bearer ${'"'.repeat(16_385)}`), reason: 'length' })
  await assertRefused(t, target, { says: 'a million characters', token: `${long}.${'x'.repeat(1_000_000)}`, reason: 'length' })
  await assertRefused(t, target, { says: 'as long as allowed', token: 'x'.repeat(16_384), reason: 'format' })

  const token = await target.access()
  const exact = await createAttackTarget(t, { pool: target.pool, options: { maxTokenLength: token.length } })
  await assertAccepted(t, exact, 'a token exactly as long as allowed', token)
  const tighter = await createAttackTarget(t, { pool: target.pool, options: { maxTokenLength: token.length - 1 } })
  await assertRefused(t, tighter, { says: 'the same token, one character too long', token, reason: 'length' })
})

t.test('refuses bad credentials where credentials are optional, and passes only where none were sent', async (t) => {
  const target = await createAttackTarget(t, { auth: 'optional' })
  const token = await target.access({ sub: 'user' })
  await assertAccepted(t, target, 'a good token', token, { sub: 'user' })
  for (const request of [{}, withHeader('Basic dXNlcjpwYXNz'), { query: { access_token: 'x' } }]) {
    const { statusCode, handled, body } = await target.attempt(request)
    t.strictSame({ statusCode, handled, body }, { statusCode: 200, handled: 1, body: 'null' }, JSON.stringify(request))
  }
  for (const header of ['Bearer', `Bearer ${token} x`, `Bearer\t${token}`, `a, Bearer ${token}`]) {
    await assertRefused(t, target, { says: JSON.stringify(header.slice(0, 12)), request: withHeader(header), ...malformed })
  }
  await assertRefused(t, target, { says: 'no signature of ours', token: `${token.slice(0, token.lastIndexOf('.'))}.AAAA`, reason: 'signature' })
  await assertRefused(t, target, { says: 'expired', token: await target.access({ iat: 1_700_000_000, exp: 1_700_003_600 }), reason: 'expired', code: 'FST_COGNITO_TOKEN_EXPIRED' })
  await assertRefused(t, target, { says: 'another client', token: await target.access({ client_id: 'other' }), reason: 'client_id' })
})

t.test('looks for a token nowhere but in the header', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.access()
  const json = { 'content-type': 'application/json' }
  await assertRefused(t, target, { says: 'query access_token (RFC 6750 §2.3)', request: { query: { access_token: token } }, ...missing })
  await assertRefused(t, target, { says: 'query token', request: { query: { token, authorization: `Bearer ${token}` } }, ...missing })
  await assertRefused(t, target, { says: 'JSON body', request: { method: 'POST', headers: json, payload: JSON.stringify({ access_token: token }) }, ...missing })
  await assertRefused(t, target, {
    says: 'form body (RFC 6750 §2.2)',
    request: { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: `access_token=${token}` },
    ...missing
  })
  await assertRefused(t, target, { says: 'cookie', request: { headers: { cookie: `access_token=${token}; Authorization=Bearer ${token}; token=${token}` } }, ...missing })
  for (const name of ['proxy-authorization', 'x-authorization', 'x-forwarded-authorization', 'x-access-token', 'x-amzn-oidc-accesstoken', 'authentication', 'sec-websocket-protocol']) {
    await assertRefused(t, target, { says: name, request: { headers: { [name]: `Bearer ${token}` } }, ...missing })
  }
})

t.test('finds a token in a cookie where getToken says so, and then nowhere else', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.access()
  const app = await buildApp(t, {
    clock: target.clock,
    options: { ...target.pool.options, getToken: (request) => (request.headers.cookie ?? '').split('access=')[1] },
    routes: (app) => { app.get('/attacked', { config: { auth: 'required' } }, async (request) => request.user) }
  })
  t.equal((await app.inject({ url: '/attacked', headers: { cookie: `access=${token}` } })).statusCode, 200)
  assertAnswer(t, await app.inject({ url: '/attacked', headers: { authorization: `Bearer ${token}` } }), 'FST_COGNITO_TOKEN_MISSING')
  assertAnswer(t, await app.inject({ url: '/attacked', headers: { cookie: 'access=a b' } }), 'FST_COGNITO_TOKEN_INVALID')
})

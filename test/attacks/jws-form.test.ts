/** What is no compact JWS of one JSON object: refused unread, in time that the length bounds. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

const target = await createAttackTarget(t)
const { pool } = target
const valid = await target.access()
const [header = '', payload = '', signature = ''] = valid.split('.')
const claims = { ...target.times(), iss: pool.issuer, sub: 'user', client_id: pool.clientId, token_use: 'access' }
const json = JSON.stringify(claims)

function encode (text: string | Buffer): string {
  return Buffer.from(text).toString('base64url')
}

t.test('refuses other serialisations and other numbers of parts', async (t) => {
  const flattened = { payload, protected: header, signature }
  const tokens: ReadonlyArray<[token: string, says: string]> = [
    [encode(JSON.stringify(flattened)), 'flattened JSON, encoded'],
    [encode(JSON.stringify({ payload, signatures: [{ protected: header, signature }] })), 'general JSON, encoded'],
    [header, 'one part'], [`${header}.${payload}`, 'two parts'], [`${header}.${payload}.`, 'two parts and a dot'], [`.${payload}.${signature}`, 'no header'],
    [`${header}..${signature}`, 'no payload, as a detached one'], [`${valid}.${signature}`, 'four parts'], [`${header}.${valid}`, 'the header twice'],
    [`${encode('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.${signature}.${payload.slice(0, 16)}.${payload}.${signature.slice(0, 22)}`, 'five parts, a JWE'],
    [`${valid}.${valid}`, 'two tokens'], [`${valid}~`, 'an SD-JWT'], [`${valid}~${encode('["salt","a","b"]')}~`, 'an SD-JWT with a disclosure'],
    ['.'.repeat(16_000), '16 000 dots'], ['a.'.repeat(8_000), '8 000 parts'], ['.', 'a dot'], ['..', 'two dots'], ['...', 'three dots'],
    ['A'.repeat(16_384), 'as long as allowed, without a dot']
  ]
  for (const [token, says] of tokens) await assertRefused(t, target, { says, token, reason: 'format' })
})

t.test('refuses JSON that is sent as it is: that is no bearer token at all', async (t) => {
  for (const text of [json, JSON.stringify({ payload, signatures: [] }), `[${json}]`]) {
    await assertRefused(t, target, { says: text.slice(0, 12), token: text, reason: 'authorization', code: 'FST_COGNITO_REQUEST_INVALID' })
  }
})

t.test('calls the same JSON an invalid token where the application finds tokens itself', async (t) => {
  const other = await createAttackTarget(t, { pool, options: { getToken: (request) => request.headers['x-token'] as string } })
  t.equal((await other.attempt({ headers: { 'x-token': valid } })).statusCode, 200)
  for (const text of [json, JSON.stringify({ payload, protected: header, signature }), `Bearer ${valid}`, ` ${valid}`, `${valid}=`, '']) {
    await assertRefused(t, other, { says: text.slice(0, 12), request: { headers: { 'x-token': text } }, reason: 'format' })
  }
})

t.test('refuses a token inside a token', async (t) => {
  await assertRefused(t, target, { says: 'nested, as cty says', token: await pool.sign({ header: { ...await pool.header(), cty: 'JWT' }, payload: valid }), reason: 'payload' })
  await assertRefused(t, target, { says: 'nested, as a JSON string', token: await pool.sign({ payload: JSON.stringify(valid) }), reason: 'payload' })
})

t.test('refuses deep JSON in header and payload', async (t) => {
  const nests: ReadonlyArray<[text: string, says: string]> = [
    ['['.repeat(5_000), 'brackets that are never closed'], [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'arrays'],
    [`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'arrays in an object'], [`{"a":${'{"a":'.repeat(1_500)}1${'}'.repeat(1_501)}`, 'objects'],
    [`${json.slice(0, -1)},"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'valid claims and one level too many'], ['{'.repeat(5_000), 'braces that are never closed'],
    ['"\\'.repeat(2_500), 'quotes and backslashes'], ['{"":'.repeat(2_500), 'empty names'], [':'.repeat(5_000), 'colons']
  ]
  for (const [text, says] of nests) {
    await assertRefused(t, target, { says: `payload: ${says}`, token: await pool.sign({ payload: text }), reason: 'payload' })
    await assertRefused(t, target, { says: `header: ${says}`, token: await pool.sign({ header: text, payload: claims }), reason: 'header' })
  }
  const deepest = `${json.slice(0, -1)},"a":${'['.repeat(31)}${']'.repeat(31)}}`
  await assertAccepted(t, target, 'valid claims and the last level allowed', await pool.sign({ payload: deepest }))
})

t.test('refuses a member that comes twice, whichever of the two would let the token in', async (t) => {
  const kid = (await pool.header()).kid
  const headers = [
    `{"kid":"${kid}","alg":"RS256","alg":"RS256"}`, `{"kid":"${kid}","alg":"none","alg":"RS256"}`, `{"kid":"${kid}","alg":"RS256","alg":"none"}`,
    `{"kid":"${kid}","alg":"RS256","kid":"${kid}"}`, `{"kid":"${kid}","alg":"RS256","\\u0061lg":"none"}`
  ]
  for (const text of headers) await assertRefused(t, target, { says: text.replace(kid, 'kid'), token: await pool.sign({ header: text, payload: claims }), reason: 'header' })
  for (const [name, value] of Object.entries({ ...claims, sub: 'admin', exp: 9_999_999_999, 'cognito:groups': ['Admins'] })) {
    const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`
    const own = json.includes(`"${name}":`) ? json : `${json.slice(0, -1)},${member}}`
    await assertRefused(t, target, { says: `${name} before`, token: await pool.sign({ payload: `{${member},${own.slice(1)}` }), reason: 'payload' })
    await assertRefused(t, target, { says: `${name} after`, token: await pool.sign({ payload: `${own.slice(0, -1)},${member}}` }), reason: 'payload' })
  }
  await assertRefused(t, target, { says: 'twice within a claim', token: await pool.sign({ payload: `${json.slice(0, -1)},"a":{"b":1,"b":2}}` }), reason: 'payload' })
  await assertAccepted(t, target, 'once in each of two claims', await pool.sign({ payload: `${json.slice(0, -1)},"a":{"b":1},"c":{"b":1}}` }))
})

t.test('refuses payloads that are no object, and headers', async (t) => {
  for (const text of ['null', 'true', '7', '"text"', '[]', `[${json}]`, '', ' ', 'undefined', 'NaN', `${json}${json}`, `${json},`, `/**/${json}`, `${json}\0`, json.slice(0, -1)]) {
    if (text !== '') await assertRefused(t, target, { says: `payload ${text.slice(0, 8)}`, token: await pool.sign({ payload: text }), reason: 'payload' })
    else await assertRefused(t, target, { says: 'no payload', token: await pool.sign({ payload: text }), reason: 'format' })
  }
  for (const text of ['null', '7', '"text"', '[]', '[{"alg":"RS256"}]']) {
    await assertRefused(t, target, { says: `header ${text}`, token: await pool.sign({ header: text, payload: claims }), reason: 'header' })
  }
})

t.test('refuses a byte order mark and bytes that are no UTF-8', async (t) => {
  const { kid } = await pool.header()
  await assertRefused(t, target, { says: 'payload: byte order mark', token: await pool.sign({ payload: `\u{feff}${json}` }), reason: 'payload' })
  await assertRefused(t, target, { says: 'header: byte order mark', token: await pool.sign({ header: `\u{feff}{"kid":"${kid}","alg":"RS256"}`, payload: claims }), reason: 'header' })
  for (const byte of [0x80, 0xc0, 0xed, 0xf5, 0xff]) {
    const part = encode(Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from(',"a":"'), Buffer.from([byte]), Buffer.from('"}')]))
    await assertRefused(t, target, { says: `payload: byte ${byte.toString(16)}`, token: `${header}.${part}.${signature}`, reason: 'payload' })
  }
})

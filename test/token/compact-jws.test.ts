/** The compact serialisation: one token has one spelling. */
import t from 'tap'
import { isFailure } from '../../src/errors/failure.js'
import type { Failure } from '../../src/errors/failure.js'
import { decodeHeader, decodePayload, splitCompactJws } from '../../src/token/compact-jws.js'
import type { JsonObject } from '../../src/token/strict-json.js'
import { readFixture } from '../support/fixtures.js'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const header = encode('{"alg":"RS256"}')
const payload = encode('{"sub":"a"}')
const token = `${header}.${payload}.AAAA`

function encode (text: string | Buffer): string {
  return Buffer.from(text).toString('base64url')
}

function decode (text: string): { header: JsonObject, payload: JsonObject, signingInput: string, signature: string } | Failure {
  const jws = splitCompactJws(text)
  if (isFailure(jws)) return jws
  const header = decodeHeader(jws)
  if (isFailure(header)) return header
  const payload = decodePayload(jws)
  return isFailure(payload) ? payload : { ...jws, header, payload }
}

function outcome (text: string): string {
  const jws = decode(text)
  return isFailure(jws) ? jws.reason : 'decoded'
}

t.test('decodes the example of RFC 7515 A.2', async (t) => {
  const text = readFixture('tokens/rfc7515-a2.jws')
  const [first = '', second = '', third = ''] = text.split('.')
  t.strictSame(decode(text), {
    header: { alg: 'RS256' },
    payload: { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true },
    signingInput: `${first}.${second}`,
    signature: third
  })
})

t.test('decodes parts of any length, and each by itself', async (t) => {
  const read = (value: object): unknown => {
    const jws = decode(`${header}.${encode(JSON.stringify(value))}.AAAA`)
    return isFailure(jws) ? jws : jws.payload
  }
  for (const length of [0, 100, 12_000, 12_300, 16_384, 40_000]) {
    const value = { long: 'x'.repeat(length) }
    t.strictSame(read(value), value, `${length} characters`)
    t.strictSame(read({ short: 1 }), { short: 1 }, 'nothing is left of the one before')
  }
})

t.test('refuses what does not have three parts of base64url', async (t) => {
  const cases: ReadonlyArray<[text: string, says: string]> = [
    ['', 'nothing'], ['.', 'one dot'], ['..', 'two dots'], ['...', 'three dots'], [header, 'one part'], [`${header}.${payload}`, 'two parts'],
    [`${token}.AAAA`, 'four parts'], [`${token}.AAAA.AAAA`, 'five parts, as a JWE'], ['.'.repeat(16_000), '16 000 dots'],
    [`.${payload}.AAAA`, 'no header'], [`${header}..AAAA`, 'no payload'], [`${header}.${payload}.`, 'no signature'],
    [`.${token}`, 'a dot before'], [`${token}.`, 'a dot after'],
    [` ${token}`, 'a space before'], [`${token} `, 'a space after'], [`${token}\n`, 'a newline after'], [`\n${token}`, 'a newline before'],
    [token.replace('.', '. '), 'a space within'], [token.replace('.', '\t.'), 'a tab within'], [token.replace('.', '.\n'), 'a newline within'],
    [token.replace('.', '\0.'), 'a NUL within'], [`${token}=`, 'padding after the last part'], [token.replace('.', '=.'), 'padding after the first part'],
    [`${header}.${payload}.AA+A`, 'the plus of base64'], [`${header}.${payload}.AA/A`, 'the slash of base64'],
    [`${header}.${payload}.AAÄA`, 'a letter beyond ASCII'], [`${header}.${payload}.AA\u212A`, 'the Kelvin sign, which lowers to k'],
    [`"${token}"`, 'quotes'], [`{"payload":"${payload}","signatures":[{"protected":"${header}","signature":"AAAA"}]}`, 'the JSON serialisation']
  ]
  for (const [text, says] of cases) t.equal(outcome(text), 'format', says)
})

t.test('lets a part end only with the character whose unused bits are zero', async (t) => {
  for (const start of ['', 'A', 'AA', 'AAA', 'AAAA', 'AAAAA', 'AAAAAA']) {
    for (const last of base64url) {
      const part = start + last
      // Encoding again what was decoded tells the one spelling of these bytes.
      const isCanonical = encode(Buffer.from(part, 'base64url')) === part
      t.equal(outcome(`${header}.${payload}.${part}`), isCanonical ? 'decoded' : 'format', `signature ${part}`)
    }
  }
})

t.test('holds header and payload to the same spelling', async (t) => {
  // Seven bytes leave four unused bits in the last character, eight leave two, nine none.
  for (const [spaces, count] of [['', 16], [' ', 4], ['  ', 1]] as const) {
    const text = encode(`{"a":1}${spaces}`)
    const bytes = Buffer.from(text, 'base64url')
    const spellings = [...base64url].map((last) => text.slice(0, -1) + last).filter((part) => Buffer.from(part, 'base64url').equals(bytes))
    t.equal(spellings.length, count, `${text} could be spelt in ${count} ways`)
    for (const part of spellings) {
      const expected = part === text ? 'decoded' : 'format'
      t.equal(outcome(`${part}.${payload}.AAAA`), expected, `header ${part}`)
      t.equal(outcome(`${header}.${part}.AAAA`), expected, `payload ${part}`)
    }
  }
})

t.test('refuses a header and a payload that are no JSON object', async (t) => {
  const texts = ['null', '1', '"a"', '[]', '[{}]', '{', ' ', '{"a":1}{"a":1}', '{"a":1,"a":1}', '\u{feff}{"a":1}', Buffer.from([0x7b, 0xff, 0x7d])]
  for (const text of texts) {
    const part = encode(text)
    t.equal(outcome(`${part}.${payload}.AAAA`), 'header', `header ${part}`)
    t.equal(outcome(`${header}.${part}.AAAA`), 'payload', `payload ${part}`)
  }
})

t.test('reads a header of 1,024 characters and about thirty members, and no longer one', async (t) => {
  const padded = (bytes: number): string => encode(`{"alg":"RS256","x":"${'x'.repeat(bytes - 22)}"}`)
  const members = (count: number): string => encode(`{${Array.from({ length: count }, (_, index) => `"${index}":0`).join(',')}}`)
  t.equal(padded(768).length, 1_024)
  t.equal(outcome(`${padded(768)}.${payload}.AAAA`), 'decoded')
  t.equal(outcome(`${padded(769)}.${payload}.AAAA`), 'header')
  t.equal(outcome(`${members(30)}.${payload}.AAAA`), 'decoded')
  t.equal(outcome(`${members(31)}.${payload}.AAAA`), 'header')
  t.equal(outcome(`${encode(`{"a":${'['.repeat(7)}${']'.repeat(7)}}`)}.${payload}.AAAA`), 'decoded')
  t.equal(outcome(`${encode(`{"a":${'['.repeat(8)}${']'.repeat(8)}}`)}.${payload}.AAAA`), 'header')
  t.equal(outcome(`${encode(`{"alg":"RS256"}${' '.repeat(256)}`)}.${payload}.AAAA`), 'decoded')
  t.equal(outcome(`${encode(`{"alg":"RS256"}${' '.repeat(257)}`)}.${payload}.AAAA`), 'header')
})

t.test('reads the fullest token that AWS allows, and more than that', async (t) => {
  const names = (count: number, prefix: string): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'x']))
  const list = (count: number): string[] => Array.from({ length: count }, (_, index) => `name-${index}`)
  const fullest = {
    ...names(50, 'custom:'),
    ...names(17, 'standard'),
    ...names(20, 'claim'),
    address: names(6, 'part'),
    'cognito:groups': list(100),
    'cognito:roles': list(100),
    identities: Array.from({ length: 5 }, () => names(6, 'member'))
  }
  const part = (value: object): string => encode(JSON.stringify(value))
  t.equal(outcome(`${header}.${part(fullest)}.AAAA`), 'decoded')
  t.equal(outcome(`${header}.${part({ list: list(500) })}.AAAA`), 'decoded')
  t.equal(outcome(`${header}.${part({ list: list(600) })}.AAAA`), 'payload')
  t.equal(outcome(`${header}.${part(names(250, 'custom:'))}.AAAA`), 'decoded')
  t.equal(outcome(`${header}.${part(names(260, 'custom:'))}.AAAA`), 'payload')
})

t.test('refuses every character that is none of base64url, in every part and at every place of a group of four', async (t) => {
  const good = [encode('{"alg":"RS256"}'), encode('{"sub":"abcdef","a":1}'), 'A'.repeat(344)]
  const accepted = new Set<string>()
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code)
    if (character === '.') continue
    for (let part = 0; part < good.length; part++) {
      const text = good[part] as string
      // One place of each kind for those that a decoder could know, and one for each of the others.
      for (let at = 8; at < (code < 0x100 ? 12 : 9); at++) {
        const parts = good.map((other, index) => (index === part ? text.slice(0, at) + character + text.slice(at + 1) : other))
        if (!isFailure(splitCompactJws(parts.join('.')))) accepted.add(character)
      }
    }
  }
  t.strictSame([...accepted].sort().join(''), [...base64url].sort().join(''))
})

t.test('refuses such characters in place of none, at the end and in a part longer than any buffer', async (t) => {
  for (const character of ['=', '==', '+', '/', ' ', '\n', '\0', '%3D', '\u00ff', '\u0141', '\ud83d\ude00']) {
    for (const part of [encode('{"a":1}'), encode('{"ab":1}'), encode('{"abc":1}'), 'A'.repeat(40_000)]) {
      for (const text of [part + character, character + part, part.slice(0, 4) + character + part.slice(4)]) {
        for (const parts of [[text, payload, 'AAAA'], [header, text, 'AAAA'], [header, payload, text]]) {
          t.match(splitCompactJws(parts.join('.')), { reason: 'format' })
        }
      }
    }
  }
})

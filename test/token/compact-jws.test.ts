/** The compact serialisation: one token has one spelling. */
import t from 'tap'
import { decodeCompactJws } from '../../src/token/compact-jws.js'
import type { CompactJws } from '../../src/token/compact-jws.js'
import { readFixture } from '../support/fixtures.js'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const header = encode('{"alg":"RS256"}')
const payload = encode('{"sub":"a"}')
const token = `${header}.${payload}.AAAA`

function encode (text: string | Buffer): string {
  return Buffer.from(text).toString('base64url')
}

function outcome (text: string): string {
  const jws = decodeCompactJws(text)
  return 'reason' in jws ? jws.reason : 'decoded'
}

t.test('decodes the example of RFC 7515 A.2', async (t) => {
  const text = readFixture('tokens/rfc7515-a2.jws')
  const [first = '', second = '', third = ''] = text.split('.')
  const jws = decodeCompactJws(text) as CompactJws
  t.strictSame(jws.header, { alg: 'RS256' })
  t.strictSame(jws.payload, { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true })
  t.equal(jws.signingInput, `${first}.${second}`)
  t.equal(jws.signature, third)
})

t.test('decodes parts of any length, and each by itself', async (t) => {
  const decode = (value: object): unknown => (decodeCompactJws(`${header}.${encode(JSON.stringify(value))}.AAAA`) as CompactJws).payload
  for (const length of [0, 100, 12_000, 12_300, 16_384, 40_000]) {
    const value = { long: 'x'.repeat(length) }
    t.strictSame(decode(value), value, `${length} characters`)
    t.strictSame(decode({ short: 1 }), { short: 1 }, 'nothing is left of the one before')
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

/** JSON objects read without leniency: one encoding, one meaning, bounded depth. */
import t from 'tap'
import type { JsonBounds } from '../../src/token/json-text.js'
import { parseJsonObject } from '../../src/token/strict-json.js'

const bounds: JsonBounds = { weight: 1_000, depth: 32, loose: 1_000 }

function parse (text: string | readonly number[]): unknown {
  return parseJsonObject(Buffer.from(text as string), bounds)
}

t.test('reads objects as JSON.parse does', async (t) => {
  const texts = [
    '{}', ' \t\r\n{ }\n', '{"a":null,"b":[true,false,-0.5e3],"c":{"d":"e"}}', '{"iss":"https:\\/\\/example.com\\/pool"}',
    '{"a":"\\"b\\":\\"c\\""}', '{"a":"ends in a backslash \\\\","b":"\\\\\\"\\\\"}', '{"a:b":":::","[{":"]}{["}', '{"ä":"€","äx":"😀\\ud83d\\ude00"}',
    '{"a":{"x":1},"b":{"x":1}}', '{"a":[{"x":1},{"x":1}]}', '{"":"","a":{"":""}}', '{"1":1,"0":0}', '{"a":1e999}'
  ]
  for (const text of texts) t.strictSame(parse(text), JSON.parse(text), text)
})

t.test('refuses every other kind of value and what is no JSON', async (t) => {
  const texts = [
    '', ' ', 'null', 'true', '1', '"a"', '"{}"', '[]', '[{}]', '{', '}', '{"a"}', '{"a":}', '{"a":1,}', '{,}', '{a:1}', "{'a':1}", '{"a":1}}', '{"a":1} x',
    '{"a":01}', '{"a":NaN}', '{"a":0x1}', '{"a":"\n"}', '{"a":"\\x41"}', '{"a":"', '{"a":"\\', '{"a":"\\"', '/**/{}', '{}\0', '{"a"::1}'
  ]
  for (const text of texts) t.equal(parse(text), null, JSON.stringify(text))
})

t.test('refuses a member name that comes twice, at any depth and however it is written', async (t) => {
  const texts = [
    '{"a":1,"a":1}', '{"a":1,"b":2,"a":3}', '{"a":1,"\\u0061":1}', '{"\\/":1,"/":1}', '{"":1,"":2}', '{"__proto__":1,"__proto__":2}',
    '{"a":{"x":1},"a":{"y":2}}', '{"a":{"b":1,"b":2}}', '{"a":[[{"b":1,"b":2}]]}', '{"a":{"x":1,"y":2},"a":3}', '{"a":3,"a":{"x":1,"y":2}}', '{"ä":1,"\\u00e4":1}'
  ]
  for (const text of texts) t.equal(parse(text), null, text)
})

t.test('reads 32 levels and refuses the 33rd', async (t) => {
  const arrays = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  for (const nest of [arrays, objects]) {
    t.strictSame(parse(nest(32)), JSON.parse(nest(32)), nest(3))
    t.equal(parse(nest(33)), null, nest(3))
    t.equal(parse(nest(5_000)), null, nest(3))
    t.equal(parse(nest(200_000)), null, 'deeper than anything that recurs could go: refused before it is parsed')
  }
  t.strictSame(parse(`{"a":"${'['.repeat(100)}"}`), { a: '['.repeat(100) }, 'brackets in a string are no level')
  t.strictSame(parse(`{"a":[${'[],'.repeat(100)}{}]}`), { a: [...new Array<[]>(100).fill([]), {}] }, 'neither are a hundred arrays side by side')
})

t.test('refuses bytes that are no UTF-8, and a byte order mark', async (t) => {
  const around = (...bytes: number[]): number[] => [...Buffer.from('{"a":"'), ...bytes, ...Buffer.from('"}')]
  const cases: ReadonlyArray<[bytes: readonly number[], says: string]> = [
    [around(0xff), 'a byte that UTF-8 never has'], [around(0xc0, 0xaf), 'an overlong slash'], [around(0xe0, 0x80, 0xaf), 'a longer one'],
    [around(0xed, 0xa0, 0x80), 'half a surrogate pair'], [around(0xc3), 'a truncated character'], [around(0x80), 'a continuation alone'],
    [around(0xf4, 0x90, 0x80, 0x80), 'beyond Unicode'], [[0xef, 0xbb, 0xbf, 0x7b, 0x7d], 'a byte order mark'],
    [[0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 'UTF-16']
  ]
  for (const [bytes, says] of cases) t.equal(parse(bytes), null, says)
  t.strictSame(parse(around(0xc3, 0xa4)), { a: 'ä' }, 'while a whole character is read')
})

t.test('keeps a member named __proto__ as a member', async (t) => {
  const value = parse('{"__proto__":{"cognito:groups":["Admins"]},"constructor":{"prototype":{"polluted":1}}}') as Record<string, unknown>
  t.equal(value['cognito:groups'], undefined)
  t.equal(Object.getPrototypeOf(value), Object.prototype)
  t.strictSame(Object.keys(value), ['__proto__', 'constructor'])
  t.notOk('polluted' in {})
})

t.test('refuses names that are written with escapes, which no token of Cognito has', async (t) => {
  const texts = [
    String.raw`{"\u0061":1}`, String.raw`{"a\/b":1}`, String.raw`{"a":[{"b":1},{"\"":1}]}`, String.raw`{"\ud800":0}`, String.raw`{"__proto\u005f_":{}}`,
    // Node.js 24 and 26 read these names as those of objects before them.
    String.raw`{"z":0,"\"\\":1,"\"\\":2}`, String.raw`{"iss":1,"ht\/ab":1}`, String.raw`{"k":0,"\u005c\\":1}`
  ]
  for (const text of texts) t.equal(parse(text), null, text)
  t.strictSame(parse(String.raw`{"a":"\u0061\/\\\"","b":["\n"]}`), { a: 'a/\\"', b: ['\n'] }, 'values may be')
})

t.test('counts before it parses: what is beyond the bounds is refused, be it JSON or not', async (t) => {
  const elements = (count: number): string => `{"a":[${Array.from({ length: count }, () => '0').join(',')}]}`
  // The object weighs 4, its member's colon 1, the array 1, and each comma 1.
  t.not(parse(elements(995)), null)
  t.equal(parse(elements(996)), null)
  t.equal(parse(`{"a":${'1'.repeat(1_001)}}`), null)
  t.equal(parse(`{"a":1${' '.repeat(1_000)}}`), null)
  t.not(parse(`{"a":"${'1'.repeat(100_000)}"}`), null, 'the length of strings is the token\'s')
})

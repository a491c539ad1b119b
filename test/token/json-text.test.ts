/** Counting on the bytes: what ends it early, and that each byte is looked at a bounded number of times. */
import t from 'tap'
import { countMembers } from '../../src/token/json-text.js'
import type { JsonBounds } from '../../src/token/json-text.js'

const ample: JsonBounds = { weight: Infinity, depth: Infinity, loose: Infinity }

function count (text: string, bounds: Partial<JsonBounds> = {}): number {
  return countMembers(Buffer.from(text), { ...ample, ...bounds })
}

/** How many bytes are read, by JavaScript and by the native search together. */
function bytesRead (text: string, bounds: JsonBounds): number {
  const bytes = Buffer.from(text)
  let reads = 0
  const watched = new Proxy(bytes, {
    get (target, name) {
      if (name === 'length') return target.length
      if (name === 'indexOf') {
        return (byte: number, from: number) => {
          const found = target.indexOf(byte, from)
          reads += (found === -1 ? target.length : found + 1) - from
          return found
        }
      }
      reads++
      return target[Number(name)]
    }
  })
  countMembers(watched, bounds)
  return reads
}

t.test('counts the members of all objects, whatever stands in strings', async (t) => {
  t.equal(count('{}'), 0)
  t.equal(count('{"a" :1,"b:":{"c":[":","{",{"d":"}"}]}}'), 4)
  t.equal(count('{"a":"\\"b\\":1","c":"\\\\","d":"\\\\\\""}'), 3)
  t.equal(count('{"\u{5c00}\u{5b22}":"\u{3a3a}"}'), 1, 'the bytes of wide characters are none of the structure')
  for (const length of [62, 63, 64, 65, 66, 200]) {
    const long = 'x'.repeat(length)
    t.equal(count(`{"${long}":"${long}\\"","b":"${long}"}`), 2, `strings of ${length}`)
  }
})

t.test('refuses a colon that no name of its own stands before', async (t) => {
  for (const text of ['{:', '{"a"::', '{"a":1:2,"b":3}', '{"a","b":1,:2}', '{"a",:1}', ':', '[:']) t.equal(count(text), -1, text)
})

t.test('refuses a name with an escape, of any length and however it is escaped, and only names', async (t) => {
  for (const name of ['\\u0061', 'a\\n', '\\\\', '\\"', `${'x'.repeat(100)}\\/`, `\\/${'x'.repeat(100)}`, `${'x'.repeat(80)}\\"${'x'.repeat(80)}`]) {
    t.equal(count(`{"a":"${name}"}`), 1, `as a value: ${name}`)
    t.equal(count(`{"${name}":1}`), -1, `as a name: ${name}`)
    t.equal(count(`{"b":[{"${name}":1}]}`), -1, `as a name within: ${name}`)
  }
})

t.test('weighs members, elements, arrays and objects', async (t) => {
  const weights: ReadonlyArray<[text: string, weight: number]> = [
    ['{}', 4], ['[]', 1], ['{"a":1}', 5], ['{"a":1,"b":2}', 7], ['[1,2,3]', 3], ['{"a":[{},{}]}', 15], ['{"a":"[{,:"}', 5]
  ]
  for (const [text, weight] of weights) {
    t.not(count(text, { weight }), -1, `${text} weighs no more than ${weight}`)
    t.equal(count(text, { weight: weight - 1 }), -1, `${text} weighs more than ${weight - 1}`)
  }
})

t.test('bounds the depth, and what stands outside strings', async (t) => {
  for (const text of ['{"a":[{"b":1}]}', '[[[]]]', '[[],[],[[]]]', '[[[']) {
    t.not(count(text, { depth: 3 }), -1, text)
    t.equal(count(text, { depth: 2 }), -1, text)
  }
  for (const text of ['{"a":   1}', '{"a":1234}', '{"a":true}', '{\n\t\r }', '[1,2, 3]', '{"a long name":"and value",      ']) {
    t.not(count(text, { loose: 6 }), -1, text)
  }
  for (const text of ['{"a":    123}', '{"a":1234567}', '{"a":false,  }', '{\n\t\r    }', '[12,34, 56]']) t.equal(count(text, { loose: 6 }), -1, text)
})

t.test('a string that does not end is read to the end of the text, once', async (t) => {
  for (const text of ['{"', '{"a', '{"a\\', '{"a\\"', `{"${'a'.repeat(100)}`, `{"${'\\"'.repeat(100)}`]) t.equal(count(text), 0, text.slice(0, 8))
})

const bounds: JsonBounds = { weight: 512, depth: 32, loose: 4_096 }
const hostile: Readonly<Record<string, (length: number) => string>> = {
  'a wide name and colons': (length) => `{"${'\u5c00'.repeat(length / 6)}"${':'.repeat(length / 2)}\\"}`,
  colons: (length) => ':'.repeat(length),
  blanks: (length) => ' '.repeat(length),
  brackets: (length) => '['.repeat(length),
  'empty objects': (length) => `[${'{},'.repeat(length / 3)}`,
  'one number': (length) => '9'.repeat(length),
  'one string': (length) => `{"${'a'.repeat(length)}"`,
  'one name': (length) => `{"${'a'.repeat(length)}":1}`,
  'one name that ends in an escape': (length) => `{"${'a'.repeat(length)}\\n":1}`,
  backslashes: (length) => `{"a":"${'\\'.repeat(length)}"}`,
  'escaped quotes': (length) => `{"a":"${'\\"'.repeat(length / 2)}"}`,
  'escaped quotes far apart': (length) => `{"a":"${`${'x'.repeat(70)}\\"`.repeat(length / 72)}"}`,
  'runs of backslashes before quotes': (length) => `{"a":"${`${'\\'.repeat(71)}"`.repeat(length / 72)}"}`,
  'quotes alone': (length) => '"'.repeat(length),
  'strings without commas': (length) => '"a"'.repeat(length / 3)
}

t.test('reads no byte of the most hostile text more than four times, and ends at the bounds', async (t) => {
  for (const [name, make] of Object.entries(hostile)) {
    for (const length of [6_000, 12_000, 96_000]) {
      const text = make(length)
      const reads = bytesRead(text, bounds)
      t.ok(reads <= 4 * Buffer.byteLength(text) + 100, `${name}, ${length}: ${reads} reads`)
    }
  }
  for (const name of ['a wide name and colons', 'colons', 'blanks', 'brackets', 'empty objects', 'one number']) {
    const make = hostile[name] ?? String
    t.equal(count(make(96_000), bounds), -1, name)
    if (name !== 'a wide name and colons') t.ok(bytesRead(make(96_000), bounds) < 5_000, `${name}: not read to its end`)
  }
})

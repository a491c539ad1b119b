// The most expensive tokens that a stranger can make who knows what is public: the pool, the client, a key id.
import { randomBytes } from 'node:crypto'

const encode = (text) => Buffer.from(text).toString('base64url')
const signature = () => randomBytes(256).toString('base64url')

/** Characters that are never the same twice, of the alphabet of base64url. */
const fresh = (length) => randomBytes(Math.ceil(length * 3 / 4)).toString('base64url').slice(0, length)
const repeat = (make, separator, characters) => {
  const pieces = []
  for (let left = characters; left > 0; left -= pieces.at(-1).length + separator.length) pieces.push(make())
  pieces.pop()
  return pieces.join(separator)
}
const members = (name, value) => (size) => `{${repeat(() => `"${name()}":${value()}`, ',', size - 2)}}`
const elements = (element) => (size) => `{"a":[${repeat(element, ',', size - 8)}]}`

const one = () => '1'
/** A name of eight characters, the first of them written with an escape. */
const escapedName = () => `\\u00${(0x61 + randomBytes(1)[0] % 26).toString(16)}${fresh(7)}`
const wideName = () => String.fromCharCode(...Array.from({ length: 6 }, () => 0x5c00 + randomBytes(1)[0] + 256 * (randomBytes(1)[0] % 32)))

/** JSON texts, or what should be, of a number of bytes. */
const texts = {
  'a wide name and colons': (size) => `{"${'\u5c00'.repeat(Math.floor(size / 6))}"${':'.repeat(Math.floor(size / 2) - 8)}\\"}`,
  'names with escapes': members(escapedName, one),
  'distinct names': members(() => fresh(4), one),
  'distinct names of wide characters': members(wideName, one),
  'distinct names, each in an object': elements(() => `{"${fresh(6)}":1}`),
  'distinct names, strings as values': members(() => fresh(6), () => `"${fresh(6)}"`),
  'objects with one name with an escape': elements(() => `{"${escapedName()}":1}`),
  'empty objects': elements(() => '{}'),
  'empty arrays': elements(() => '[]'),
  'nested arrays': (size) => `{"a":${'['.repeat(size / 2 - 4)}${']'.repeat(size / 2 - 4)}}`,
  'arrays nested to the bound': elements(() => `${'['.repeat(30)}${']'.repeat(30)}`),
  'short strings': elements(() => `"${fresh(6)}"`),
  'numbers that overflow': elements(() => '1e999'),
  'numbers hard to round': elements(() => '2.2250738585072011e-308'),
  'one number': (size) => `{"a":1${'9'.repeat(size - 7)}}`,
  'one string': (size) => `{"a":"${fresh(size - 8)}"}`,
  'one string of escapes': (size) => `{"a":"${'\\n'.repeat(size / 2 - 4)}"}`,
  'one string of escaped quotes': (size) => `{"a":"${'\\"'.repeat(size / 2 - 4)}"}`,
  'one string of wide characters': (size) => `{"a":"${'\u5c00'.repeat(size / 3 - 3)}"}`,
  colons: (size) => ':'.repeat(size),
  blanks: (size) => `{${' '.repeat(size - 2)}}`,
  'random bytes': (size) => randomBytes(size)
}

/** Those that are tried in the header as well. */
const headers = ['a wide name and colons', 'names with escapes', 'distinct names', 'distinct names, each in an object', 'empty objects', 'nested arrays', 'one string']

/** Claims that are in order, and one that is not: it has to be read whole, and reaches the signature. */
const claimTexts = {
  'valid claims, groups': (size) => ({ 'cognito:groups': Array.from({ length: 100 }, () => fresh(Math.floor(size / 100) - 8)) }),
  'valid claims, a long string': (size) => ({ 'custom:long': fresh(size - 500) }),
  'valid claims, many short strings': () => ({ 'custom:list': Array.from({ length: 450 }, () => fresh(6)) }),
  'valid claims, many names': () => Object.fromEntries(Array.from({ length: 230 }, () => [`custom:${fresh(6)}`, 1])),
  'valid claims, many objects': () => ({ 'custom:list': Array.from({ length: 76 }, () => ({ [fresh(6)]: 1 })) })
}

/**
 * Recipes by title: each makes a new token of about `length` characters.
 *
 * @param header The header of a good token, as JSON.
 * @param claims The claims of a good token, as an object.
 */
export function worstInputs ({ header, claims }) {
  const inputs = {}
  const headerPart = encode(header)
  // What is left of a token for one part, decoded.
  const room = (length) => Math.floor((length - headerPart.length - 350) * 3 / 4)
  for (const [title, text] of Object.entries(texts)) {
    inputs[`payload: ${title}`] = (length) => `${headerPart}.${encode(text(room(length)))}.${signature()}`
    if (!headers.includes(title)) continue
    inputs[`header: ${title}`] = (length) => `${encode(text(room(length)))}.e30.${signature()}`
    // As long as ours reads at all.
    inputs[`short header: ${title}`] = () => `${encode(text(768))}.e30.${signature()}`
  }
  for (const [title, more] of Object.entries(claimTexts)) {
    inputs[title] = (length) => `${headerPart}.${encode(JSON.stringify({ ...claims, ...more(room(length)) }))}.${signature()}`
  }
  inputs['a long signature'] = (length) => {
    const signed = `${headerPart}.${encode(JSON.stringify(claims))}`
    return `${signed}.${fresh(Math.floor((length - signed.length - 5) / 4) * 4)}`
  }
  inputs.dots = (length) => '.'.repeat(length)
  inputs['one part'] = (length) => fresh(length)
  inputs['a foreign character at the end'] = (length) => `${headerPart}.${fresh(length - headerPart.length - 4)}.A~`
  return inputs
}

/** Whatever is sent: the parser answers with a value, believes only what is written once, and does bounded work. */
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import t from 'tap'
import { findBearer, isB64Token } from '../../src/request/bearer.js'
import { isFailure } from '../../src/errors/failure.js'
import type { Failure } from '../../src/errors/failure.js'
import { decodeHeader, decodePayload, splitCompactJws } from '../../src/token/compact-jws.js'
import type { JsonBounds } from '../../src/token/json-text.js'
import { readKeyId } from '../../src/token/protected-header.js'
import { parseJsonObject } from '../../src/token/strict-json.js'
import type { JsonObject } from '../../src/token/strict-json.js'

const seed = 20_260_604
const runs = 2_000
const formReasons = ['format', 'header', 'payload']

const anyText = fc.string({ unit: 'binary', maxLength: 200 })
const nearlyToken = fc.array(fc.constantFrom('.', '.', 'eyJ', 'e30', 'A', 'w', '-', '_', '=', ' ', '\n', '+', '/', '\0', 'é'), { maxLength: 30 }).map((pieces) => pieces.join(''))
const encoded = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value)))
).map((bytes) => bytes.toString('base64url'))
const composed = fc.tuple(encoded, encoded, encoded).map((parts) => parts.join('.'))
const tokens = fc.oneof(anyText, nearlyToken, composed)

function holds<T> (name: string, arbitrary: Arbitrary<T>, predicate: (value: T) => boolean): void {
  t.test(name, async (t) => {
    t.doesNotThrow(() => fc.assert(fc.property(arbitrary, predicate), { seed, numRuns: runs }))
    t.comment(`seed ${seed}, ${runs} runs`)
  })
}

// Wider than those of a token: what is asked here is what is read, not how much.
const ample: JsonBounds = { weight: Infinity, depth: 32, loose: Infinity }

function parse (text: string | Buffer): JsonObject | null {
  return parseJsonObject(Buffer.from(text as string), ample)
}

function decode (token: string): { header: JsonObject, payload: JsonObject } | Failure {
  const jws = splitCompactJws(token)
  if (isFailure(jws)) return jws
  const header = decodeHeader(jws)
  if (isFailure(header)) return header
  const payload = decodePayload(jws)
  return isFailure(payload) ? payload : { header, payload }
}

/** Whether JSON.stringify writes an escape in the name of a member, at any depth. */
function hasEscapedName (value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => (!Array.isArray(value) && JSON.stringify(name).includes('\\')) || hasEscapedName(member))
}

holds('takes a token apart or says why not, and nothing else', tokens, (token) => {
  const jws = splitCompactJws(token)
  if (isFailure(jws)) return jws.code === 'FST_COGNITO_TOKEN_INVALID' && jws.reason === 'format'
  const parts = token.split('.')
  // What was decoded gives back the very text it came from: there is no second spelling.
  return parts.length === 3 && jws.header === parts[0] && jws.payload === parts[1] && jws.signature === parts[2] && jws.signingInput === `${parts[0]}.${parts[1]}` &&
    parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
})

holds('decodes a token or says why not, and nothing else', tokens, (token) => {
  const decoded = decode(token)
  return !isFailure(decoded) || (decoded.code === 'FST_COGNITO_TOKEN_INVALID' && formReasons.includes(decoded.reason) && Object.keys(decoded).length === 2)
})

holds('decodes every token of two JSON objects, unless a name has to be written with an escape', fc.tuple(fc.dictionary(fc.string(), fc.constantFrom('RS256', 'x', 1, true, null), { maxKeys: 4 }), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.uint8Array({ minLength: 1 })), ([header, payload, signature]) => {
  const token = [JSON.stringify(header), JSON.stringify(payload), signature].map((part) => Buffer.from(part as string).toString('base64url')).join('.')
  const decoded = decode(token)
  if (isFailure(decoded)) return (decoded.reason === 'header' && hasEscapedName(header)) || (decoded.reason === 'payload' && hasEscapedName(payload))
  return !hasEscapedName([header, payload]) && JSON.stringify(decoded.header) === JSON.stringify(header) && JSON.stringify(decoded.payload) === JSON.stringify(payload)
})

holds('gives a key id or says why not, for any JSON object as header', fc.dictionary(fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'x', '__proto__'), fc.oneof(fc.constantFrom('RS256', 'JWT', 'abc='), fc.jsonValue())), (header) => {
  const found = readKeyId(header)
  return typeof found === 'string' ? found === header.kid && header.alg === 'RS256' && !('crit' in header) : found.code === 'FST_COGNITO_TOKEN_INVALID'
})

holds('reads bytes as JSON.parse does, or not at all', fc.oneof(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', ' ', '\u00e9'), { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join('')))), (bytes) => {
  const value = parse(bytes)
  return value === null || JSON.stringify(value) === JSON.stringify(JSON.parse(bytes.toString('utf8')))
})

// Names and strings full of what the structure is made of.
const trickyString = fc.array(fc.constantFrom('"', '\\', ':', '{', '}', '[', ']', ',', 'a', '\u2028'), { maxLength: 6 }).map((pieces) => pieces.join(''))
const trickyObject = fc.dictionary(trickyString, fc.oneof(trickyString, fc.integer(), fc.array(fc.dictionary(trickyString, trickyString, { maxKeys: 3 }), { maxLength: 3 })), { minKeys: 1, maxKeys: 5 })

holds('reads every object in which each name stands once and without an escape, whatever its strings hold', trickyObject, (object) =>
  (JSON.stringify(parse(JSON.stringify(object))) === JSON.stringify(object)) === !hasEscapedName(object))

holds('refuses the same object as soon as one of its names stands twice', fc.tuple(trickyObject, fc.nat()), ([object, index]) => {
  const members = Object.entries(object).map(([name, value]) => `${JSON.stringify(name.replaceAll(/["\\]/g, '_'))}:${JSON.stringify(value)}`)
  const twice = members[index % members.length] ?? ''
  return parse(`{${members.join(',')},${twice}}`) === null && parse(`{"outer":[{${twice},${members.join(',')}}]}`) === null
})

holds('finds credentials in any header or says why not', fc.oneof(anyText, fc.tuple(fc.constantFrom('Bearer', 'bearer', 'Basic', ', Bearer', ''), fc.constantFrom(' ', '  ', '\t', ',', ''), tokens).map((pieces) => pieces.join(''))), (authorization) => {
  const found = findBearer({ headers: { authorization }, raw: { rawHeaders: ['Authorization', authorization] } })
  // The credentials are the end of the header, as they were sent.
  if (typeof found === 'string') return authorization.endsWith(found) && /^bearer(?: |$)/i.test(authorization)
  return found.code === 'FST_COGNITO_TOKEN_MISSING' || found.code === 'FST_COGNITO_REQUEST_INVALID'
})

const hostile: Readonly<Record<string, (length: number) => unknown>> = {
  'a token of dots': (length) => decode('.'.repeat(length)),
  'a token of one part': (length) => decode('A'.repeat(length)),
  'a token with a wrong last character': (length) => decode(`A.${'A'.repeat(length)}.A=`),
  brackets: (length) => parse('['.repeat(length)),
  'closed arrays side by side': (length) => parse(`{"a":[${'[],'.repeat(length / 3)}0]}`),
  'a string of backslashes': (length) => parse(`{"a":"${'\\'.repeat(length)}"}`),
  'a string of escaped quotes': (length) => parse(`{"a":"${'\\"'.repeat(length / 2)}"}`),
  'quotes that never pair': (length) => parse(`{"a":${'"\\\\\\"'.repeat(length / 5)}`),
  'many names': (length) => parse(`{${Array.from({ length: length / 10 }, (_, index) => `"${index}x":0`).join(',')}}`),
  'one name many times': (length) => parse(`{${'"a":0,'.repeat(length / 6)}"a":0}`),
  'a header of commas and blanks': (length) => findBearer({ headers: { authorization: ', '.repeat(length / 2) }, raw: {} }),
  'a header of blanks': (length) => findBearer({ headers: { authorization: `,${' '.repeat(length)}x` }, raw: {} }),
  'a scheme and blanks': (length) => findBearer({ headers: { authorization: `bearer${' '.repeat(length)}\t` }, raw: {} }),
  'credentials of equal signs': (length) => isB64Token(`a${'='.repeat(length)}a`)
}

/** Processor time and not the time of day, the least of several runs: what else the machine does counts as little as can be. */
function cost (work: () => unknown): number {
  const costs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return user + system
  })
  return Math.min(...costs)
}

for (const [name, work] of Object.entries(hostile)) {
  t.test(`does work in proportion to the length of ${name}`, async (t) => {
    const length = 48_000
    const short = cost(() => work(length))
    const long = cost(() => work(length * 8))
    // Quadratic work would be 64 times as much; a millisecond is granted to what is too quick to be measured.
    t.ok(long < 24 * Math.max(short, 1_000), `${length} characters: ${short} µs, eight times as many: ${long} µs`)
  })
}

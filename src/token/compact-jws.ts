/** The compact serialisation of a JWS (RFC 7515 §3.1), read so that one token has exactly one spelling. */
import { tokenInvalid } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { JsonBounds } from './json-text.js'
import { parseJsonObject } from './strict-json.js'
import type { JsonObject } from './strict-json.js'

/** The parts of a JWS, each as it was sent, in base64url: nothing is decoded, and nothing in it can be believed yet. */
export interface CompactJws {
  readonly header: string
  readonly payload: string
  /** The ASCII text that was signed: `header.payload`. */
  readonly signingInput: string
  readonly signature: string
}

/** The most characters of an encoded header, 768 bytes of JSON: Cognito's, a `kid` and an `alg`, has 98. */
const longestHeader = 1_024

const headerBounds: JsonBounds = { weight: 64, depth: 8, loose: 256 }

/**
 * An ID token that uses all that AWS allows (50 custom attributes, every standard one, 100 groups, 100 roles, five
 * linked identities) weighs 474; most weigh 40.
 */
const payloadBounds: JsonBounds = { weight: 2 ** 9, depth: 32, loose: 4_096 }

// Header and payload are decoded into the same bytes, which nobody keeps: buffers of their own, for tokens that may be
// garbage, cost a request in a flood a microsecond, most of it for the garbage collector.
const scratch = Buffer.allocUnsafeSlow(16_384)

/**
 * Takes a compact JWS apart, or says that it is none: reason `format`.
 *
 * Does NOT look into the parts, and so does not know whether header and payload are JSON.
 *
 * @see RFC 7515 §7.1 and RFC 4648 §3.5: the unused bits of a last character must be zero, or one token would
 * have several spellings and a list of revoked tokens could be walked around.
 */
export function splitCompactJws (token: string): CompactJws | Failure {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  // The dots first: in much garbage there are none.
  if (second === -1 || token.includes('.', second + 1) || hasStrangers(token)) return tokenInvalid('format')
  const header = token.slice(0, first)
  const payload = token.slice(first + 1, second)
  const signature = token.slice(second + 1)
  if (!isBase64url(header) || !isBase64url(payload) || !isBase64url(signature)) return tokenInvalid('format')
  return { header, payload, signingInput: token.slice(0, second), signature }
}

/** Tells whether a text has characters that Node.js may decode like others: the two of base64 that have twins, and those beyond ASCII. */
function hasStrangers (text: string): boolean {
  return text.includes('+') || text.includes('/') || Buffer.byteLength(text) !== text.length
}

/**
 * Tells whether a text without such characters is the one way to write its bytes in base64url without padding (RFC 4648 §5, §3.5).
 *
 * Node.js leaves out what it does not know and stops at `=`, so that bytes are missing; and what the last group of four
 * characters says is written again, since its unused bits may be anything. That takes a fifth of the time of an
 * expression that looks at each character.
 */
function isBase64url (part: string): boolean {
  const bytes = decode(part)
  const lastGroup = (part.length - 1) >> 2
  return part !== '' && bytes.length === (part.length * 3) >> 2 && bytes.toString('base64url', lastGroup * 3) === part.slice(lastGroup * 4)
}

/**
 * Decodes the header, or refuses it with the reason `header`: no JSON object that is read strictly, longer than 1,024
 * characters, or heavier than 64 (about 30 members).
 */
export function decodeHeader ({ header }: CompactJws): JsonObject | Failure {
  return (header.length > longestHeader ? null : readPart(header, headerBounds)) ?? tokenInvalid('header')
}

/**
 * Decodes the payload, or refuses it with the reason `payload`: no JSON object that is read strictly, nested deeper than
 * 32, with more than 4,096 bytes of blanks, numbers and literals, or heavier than 512: a member weighs 2, an element of an
 * array 1, an array 1 more and an object 4 more.
 *
 * Costs as much as all other steps before a signature together: to be called when the header is known to be acceptable.
 */
export function decodePayload ({ payload }: CompactJws): JsonObject | Failure {
  return readPart(payload, payloadBounds) ?? tokenInvalid('payload')
}

function readPart (part: string, bounds: JsonBounds): JsonObject | null {
  return parseJsonObject(decode(part), bounds)
}

/** The bytes of a part, until the next one is decoded. */
function decode (part: string): Buffer {
  return part.length <= scratch.length ? scratch.subarray(0, scratch.write(part, 'base64url')) : Buffer.from(part, 'base64url')
}

/** The compact serialisation of a JWS (RFC 7515 §3.1), read so that one token has exactly one spelling. */
import { tokenInvalid } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { parseJsonObject } from './strict-json.js'
import type { JsonObject } from './strict-json.js'

/** A decoded but unverified JWS: nothing in it can be believed yet. */
export interface CompactJws {
  readonly header: JsonObject
  readonly payload: JsonObject
  /** The ASCII text that was signed: `header.payload` as it was sent. */
  readonly signingInput: string
  /** As it was sent, in base64url. */
  readonly signature: string
}

// What is neither a character of base64url (RFC 4648 §5) nor a dot between two parts.
const foreign = /[^\w\-.]/

// Header and payload are decoded into the same bytes, which nobody keeps: buffers of their own, for tokens that may be
// garbage, cost a request in a flood a microsecond, most of it for the garbage collector.
const scratch = Buffer.allocUnsafeSlow(16_384)

/**
 * Decodes a compact JWS, or says why it is none.
 *
 * Does NOT verify the signature and knows no claim.
 *
 * @see RFC 7515 §7.1 and RFC 4648 §3.5: the unused bits of a last character must be zero, or one token would
 * have several spellings and a list of revoked tokens could be walked around.
 */
export function decodeCompactJws (token: string): CompactJws | Failure {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  // The dots first: they are found ten times as fast as foreign characters, and in much garbage there are none.
  if (second === -1 || token.includes('.', second + 1) || foreign.test(token)) return tokenInvalid('format')
  if (!isCanonical(token, 0, first) || !isCanonical(token, first + 1, second) || !isCanonical(token, second + 1, token.length)) {
    return tokenInvalid('format')
  }
  const header = readPart(token.slice(0, first))
  if (header === null) return tokenInvalid('header')
  const payload = readPart(token.slice(first + 1, second))
  if (payload === null) return tokenInvalid('payload')
  return { header, payload, signingInput: token.slice(0, second), signature: token.slice(second + 1) }
}

function readPart (part: string): JsonObject | null {
  return parseJsonObject(part.length <= scratch.length
    ? scratch.subarray(0, scratch.write(part, 'base64url'))
    : Buffer.from(part, 'base64url'))
}

// Characters whose lower four bits, or lower two, are zero: the only ones that may end a part of 4n+2 or 4n+3 characters.
const endsTwo = 'AQgw'
const endsThree = 'AEIMQUYcgkosw048'

function isCanonical (token: string, start: number, end: number): boolean {
  const last = token.charAt(end - 1)
  switch ((end - start) % 4) {
    case 0: return end > start
    case 2: return endsTwo.includes(last)
    case 3: return endsThree.includes(last)
    // A single character left over holds six bits: less than a byte.
    default: return false
  }
}

/** JSON objects as tokens carry them, read without leniency. */
import { isAscii, isUtf8 } from 'node:buffer'
import { countMembers } from './json-text.js'
import type { JsonBounds } from './json-text.js'

/** A JSON object as `JSON.parse` gives it: its members are its own, even one named `__proto__`. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads UTF-8 encoded JSON whose value is an object, or gives `null` for anything else: invalid UTF-8, a byte
 * order mark, another kind of value, more than `bounds` allows, a member name written with an escape, or one member
 * name twice in any object.
 *
 * A repeated name is always refused: parsers disagree on which of the two counts (RFC 8725 §2.4 and RFC 7515 §4
 * allow refusing), and Cognito never writes one.
 */
export function parseJsonObject (bytes: Buffer, bounds: JsonBounds): JsonObject | null {
  const membersWritten = countMembers(bytes, bounds)
  if (membersWritten === -1 || (!isAscii(bytes) && !isUtf8(bytes))) return null
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    // The parser's message quotes the text, which is part of a token: no cause may leave this function.
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // Every member that was written is in the value, unless its name came twice.
  return membersWritten === countKeys(value) ? value as JsonObject : null
}

function countKeys (value: object): number {
  // One call for both: keys and values are as many, and listing those of a new shape of object takes a microsecond.
  const values = Object.values(value)
  let keys = Array.isArray(value) ? 0 : values.length
  for (const member of values) {
    if (typeof member === 'object' && member !== null) keys += countKeys(member)
  }
  return keys
}

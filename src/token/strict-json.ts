/** JSON objects as tokens carry them, read without leniency. */
import { isAscii, isUtf8 } from 'node:buffer'
import { parseJson } from './escaped-names.js'
import { visitMembers } from './json-text.js'

/** A JSON object as `JSON.parse` gives it: its members are its own, even one named `__proto__`. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The most arrays and objects may be nested; AWS's own claims use three levels. */
const deepest = 32

/**
 * Reads UTF-8 encoded JSON whose value is an object, or gives `null` for anything else: invalid UTF-8, a byte
 * order mark, another kind of value, nesting deeper than 32, or one member name twice in any object.
 *
 * A repeated name is always refused: parsers disagree on which of the two counts (RFC 8725 §2.4 and RFC 7515 §4
 * allow refusing), and Cognito never writes one.
 */
export function parseJsonObject (bytes: Buffer): JsonObject | null {
  if (!isAscii(bytes) && !isUtf8(bytes)) return null
  const text = bytes.toString('utf8')
  const membersWritten = countMembers(text)
  if (membersWritten === -1) return null
  let value: unknown
  try {
    value = parseJson(text)
  } catch {
    // The parser's message quotes the text, which is part of a token: no cause may leave this function.
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // Every member that was written is in the value, unless its name came twice.
  return membersWritten === countKeys(value) ? value as JsonObject : null
}

/** Counts the members in the text, in all objects. −1 where nesting is too deep. */
function countMembers (text: string): number {
  let members = 0
  return visitMembers(text, deepest, () => { members++ }) ? members : -1
}

function countKeys (value: object): number {
  let keys = 0
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) keys += countKeys(member)
  }
  return Array.isArray(value) ? keys : keys + Object.keys(value).length
}

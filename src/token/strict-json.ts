/** JSON objects as tokens carry them, read without leniency. */
import { isAscii, isUtf8 } from 'node:buffer'

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
    value = JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which is part of a token: no cause may leave this function.
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // Every member that was written is in the value, unless its name came twice.
  const isWhole = membersWritten === countKeys(value) && (!text.includes('\\') || hasNamesOf(value, text))
  return isWhole ? value as JsonObject : null
}

// Node.js 24 (V8 13.6) may give a member whose name is written with an escape the name of another object's member, the
// one that looks like the escape: a name that came twice would then be there as two.
function hasNamesOf (value: object, text: string): boolean {
  const read: string[] = []
  visitObjects(value, (names) => { for (const name of names) read.push(name) })
  read.sort()
  const written: string[] = []
  // A string by itself is read right.
  visitMembers(text, (start, end) => { written.push(JSON.parse(text.slice(start, end)) as string) })
  return written.sort().every((name, index) => name === read[index])
}

/** Counts the members in the text, in all objects. −1 where nesting is too deep. */
function countMembers (text: string): number {
  let members = 0
  return visitMembers(text, () => { members++ }) ? members : -1
}

/** Finds the members in the text, by the colons outside strings, and says where the name of each stands. False where nesting is too deep. */
function visitMembers (text: string, visit: (start: number, end: number) => void): boolean {
  let depth = 0
  let start = 0
  let end = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        start = at
        at = endOfString(text, at)
        end = at + 1
        break
      case 0x3a: // :
        visit(start, end)
        break
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > deepest) return false
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
    }
  }
  return true
}

/** The index of the quote that ends the string which begins at `start`, or the end of the text. */
function endOfString (text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    if (!isEscaped(text, at)) return at
  }
  return text.length
}

// A quote is escaped by an odd number of backslashes before it.
function isEscaped (text: string, quote: number): boolean {
  let at = quote
  while (text.charCodeAt(at - 1) === 0x5c) at--
  return (quote - at) % 2 === 1
}

function countKeys (value: object): number {
  let keys = 0
  visitObjects(value, (names) => { keys += names.length })
  return keys
}

/** Gives the names of each object in the value. */
function visitObjects (value: object, visit: (names: readonly string[]) => void): void {
  if (!Array.isArray(value)) visit(Object.keys(value))
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) visitObjects(member, visit)
  }
}

/** JSON as bytes, as far as counting goes: what is in it, before anything is made of it. */

/** What a text may hold at most, so that making values of it stays cheap whatever it says. */
export interface JsonBounds {
  /** The weight of all there is: an element of an array 1, a member 2, an array 1 more, an object 4 more. */
  readonly weight: number
  /** Arrays and objects within each other. */
  readonly depth: number
  /** Bytes of blanks, numbers and literals; those in strings do not count. */
  readonly loose: number
}

const refused = -1

// What a byte can mean outside a string. A byte of a character beyond ASCII is none of these anywhere (RFC 3629 §3).
const quote = 1
const colon = 2
const comma = 3
const opensArray = 4
const opensObject = 5
const closes = 6

// A table is looked up in two thirds of the time that comparing takes.
const meanings = new Uint8Array(256)
for (const [characters, meaning] of [['"', quote], [':', colon], [',', comma], ['[', opensArray], ['{', opensObject], [']}', closes]] as const) {
  for (const character of characters) meanings[character.charCodeAt(0)] = meaning
}

/**
 * Counts the members of all objects in a JSON text, or gives −1 for one that must not be parsed: it holds more than
 * `bounds` allows, a colon in it follows no string, or the name of a member is written with an escape.
 *
 * Ends at the first such place, and looks at each byte once or twice. Whether the rest is well formed is left to the parser.
 *
 * Names with escapes are refused because Cognito writes none, in no token that AWS documents (only values, such as
 * `https:\/\/…`), and because V8 may misread them: Node.js 24 and 26 take such a name for that of an object read
 * before, if its characters as written begin with that name, so a name that came twice would be there as two.
 */
export function countMembers (bytes: Uint8Array, bounds: JsonBounds): number {
  const { length } = bytes
  let members = 0
  let weight = 0
  let loose = 0
  let depth = 0
  // Of the last string, without its quotes; none where `end` is 0.
  let start = 0
  let end = 0
  for (let at = 0; at < length; at++) {
    // Within the length there is a byte, and for each byte a meaning.
    switch (meanings[bytes[at] as number] as number) {
      case quote:
        start = at + 1
        end = endOfString(bytes, start)
        at = end
        break
      case colon:
        if (end === 0 || hasEscape(bytes, start, end)) return refused
        end = 0
        members++
        weight++
        break
      case comma:
        end = 0
        weight++
        break
      case opensObject:
        weight += 4
        depth++
        break
      case opensArray:
        weight++
        depth++
        break
      case closes:
        depth--
        break
      default:
        loose++
    }
    if (weight > bounds.weight || depth > bounds.depth || loose > bounds.loose) return refused
  }
  return members
}

// From this length on the start of a native search is made up for.
const longString = 64

/** The index of the quote that ends the string whose first character is at `start`, or the end of the text. */
function endOfString (bytes: Uint8Array, start: number): number {
  let at = start
  const near = Math.min(bytes.length, start + longString)
  while (at < near) {
    if (bytes[at] === 0x22) return at
    at += stepFrom(bytes, at)
  }
  const found = bytes.indexOf(0x22, at)
  if (found === -1) return bytes.length
  // What stands before `at` has been stepped over, so a backslash there escapes nothing more.
  if (found <= at || bytes[found - 1] !== 0x5c) return found
  // One search for each of many escaped quotes would cost more than looking at each byte.
  while (at < bytes.length && bytes[at] !== 0x22) at += stepFrom(bytes, at)
  return Math.min(at, bytes.length)
}

/** A backslash and what it escapes are stepped over together. */
function stepFrom (bytes: Uint8Array, at: number): number {
  return bytes[at] === 0x5c ? 2 : 1
}

function hasEscape (bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0x5c) return true
  return false
}

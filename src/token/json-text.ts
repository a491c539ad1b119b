/** JSON text as far as finding its members takes: strings and what stands between them, not whether it is well formed. */

/**
 * Calls `visit` for each member, with the place of its name as it is written, quotes included. Gives up with `false`
 * where arrays and objects are nested deeper than `deepest`, and at the first colon that no string of its own stands
 * before: that is no JSON, and looking at one long string again for each of six thousand colons would cost 95 ms.
 */
export function visitMembers (text: string, deepest: number, visit: (start: number, end: number) => void): boolean {
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
        if (end === 0) return false
        visit(start, end)
        end = 0
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

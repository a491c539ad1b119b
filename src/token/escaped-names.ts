/** JSON.parse, kept away from names of members that are written with escapes. */
import { visitMembers } from './json-text.js'

/**
 * Reads JSON like `JSON.parse`, throwing what it throws.
 *
 * Node.js 24 (V8 13.6) takes a name that is written with an escape for that of an object read before, if its characters
 * as written begin with that name. A name that came twice would be there as two, and a token that nobody has signed
 * could have the names in good ones misread. So each such name is read by itself, which goes right, and another one
 * stands for it meanwhile.
 */
export function parseJson (text: string): unknown {
  if (!text.includes('\\')) return JSON.parse(text)
  const names = new Map<string, string>()
  let plain = ''
  let copied = 0
  visitMembers(text, Infinity, (start, end) => {
    const written = text.slice(start, end)
    if (!written.includes('\\')) return
    // Decoded from UTF-8, the text itself has no surrogate without its other half.
    const standIn = `\ud800${names.size}`
    names.set(standIn, JSON.parse(written) as string)
    plain += `${text.slice(copied, start)}"${standIn}"`
    copied = end
  })
  const value: unknown = JSON.parse(plain + text.slice(copied))
  return names.size === 0 ? value : rename(value, names)
}

function rename (value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((member) => rename(member, names))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [names.get(name) ?? name, rename(member, names)]))
}

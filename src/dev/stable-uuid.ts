/** Identifiers that come out the same at every start. */
import { createHash } from 'node:crypto'

/** A UUID made of a text: the same text gives the same one. */
export function uuidOf (text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

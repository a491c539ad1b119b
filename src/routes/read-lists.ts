/** Lists and objects in a requirement, read once: a getter or an iterator of their own has no second say. */
import { isPlainObject } from '../options/checks.js'
import { routeInvalid } from './route-invalid.js'

/** The elements of a non-empty array, by index; holes are `undefined`. */
export function readList (value: unknown, at: string, expected: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw routeInvalid(at, expected)
  return Object.freeze(Array.from({ length: value.length }, (_, index) => value[index] as unknown))
}

/** The strings of a non-empty array, all of which `accepts` holds good. */
export function readTexts (value: unknown, at: string, expected: string, accepts: (text: string) => boolean): readonly string[] {
  const list = readList(value, at, expected)
  if (!list.every((item): item is string => typeof item === 'string' && accepts(item))) throw routeInvalid(at, expected)
  return list
}

/** One string or a non-empty array of them; always an array afterwards. */
export function readTextOrTexts (value: unknown, at: string, expected: string, accepts: (text: string) => boolean): readonly string[] {
  return readTexts(typeof value === 'string' ? [value] : value, at, expected, accepts)
}

/** The own members of a non-empty object literal, hidden ones and symbols too. */
export function readMembers (value: unknown, at: string, expected: string): ReadonlyMap<string, unknown> {
  if (!isPlainObject(value)) throw routeInvalid(at, expected)
  const members = new Map(Reflect.ownKeys(value).map((name) => [String(name), value[name as string]]))
  if (members.size === 0) throw routeInvalid(at, expected)
  return members
}

/** Freezing what many requests share. */

/** Freezes a value that `JSON.parse` made, and everything below it: there are no cycles to look out for. */
export function freezeJson (value: object): void {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freezeJson(member)
  }
  Object.freeze(value)
}

/**
 * Freezes a value and everything plain below it: arrays and object literals, to any depth.
 *
 * An instance of a class is frozen itself, but not what it refers to: that may be a connection or another
 * thing which has to change. Views of binary data cannot be frozen and are left as they are.
 *
 * @param spared What is somebody else's, and left as it is wherever it is met.
 */
export function deepFreeze<T> (value: T, spared?: unknown): T {
  freezeBelow(value, new Set([spared]))
  return value
}

// What is met twice is remembered and not told by being frozen: an object frozen by its owner may hold others that are not.
function freezeBelow (value: unknown, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return
  seen.add(value)
  Object.freeze(value)
  if (isPlain(value)) for (const member of Object.values(value)) freezeBelow(member, seen)
}

function isPlain (value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

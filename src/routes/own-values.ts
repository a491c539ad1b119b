/** Values of an application as they are at one moment: own members only, each read once. */
import { isPlainObject } from '../options/checks.js'

// Deeper than any rule; what lies below reads as `undefined`, which is no rule.
const deepest = 16

/**
 * Copies lists and plain objects to any depth that a rule may have; other values are handed on as they are.
 *
 * A list is read by its length and its indexes, so an iterator of its own has no say, and a getter is called once.
 * Hidden members and symbols are copied like any other: nothing that was written is lost on the way, or it could not be refused.
 */
export function copyOnce (value: unknown, depth = 0): unknown {
  if (depth > deepest) return undefined
  if (Array.isArray(value)) {
    const { length } = value
    return Array.from({ length }, (_, index) => copyOnce(value[index], depth + 1))
  }
  if (!isPlainObject(value)) return value
  const copy = {}
  for (const name of Reflect.ownKeys(value)) {
    Object.defineProperty(copy, name, { value: copyOnce(Reflect.get(value, name), depth + 1), enumerable: true, writable: true, configurable: true })
  }
  return copy
}

/** The own member of this name, read once; `absent` where there is none, whatever a prototype has. */
export function ownMember (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : absent
}

/** Stands for a member that is not there: one that is there and `undefined` is a misspelt constant. */
export const absent: unique symbol = Symbol('fastify-cognito-auth.absent')

/** Replies of Redis and Valkey, in the shapes that protocols and clients give them. */
import type { Seconds } from '../options/options.js'
import { RevocationListError } from './revocation-error.js'

/** An entry of a stream. */
export interface StreamRecord {
  readonly id: string
  /** The value of its field. */
  readonly text: string
}

/** Reads a reply to TIME: seconds, and microseconds of the second. */
export function readTime (reply: unknown): Seconds {
  const [seconds, micros] = listOf(reply, 'TIME').map((part) => Number(textOf(part, 'TIME')))
  const time = (seconds ?? NaN) + (micros ?? NaN) / 1e6
  if (Number.isFinite(time)) return time
  throw unreadable('TIME')
}

/** Reads a reply to XRANGE: the entries, each with one field of this name. */
export function readRange (reply: unknown, field: string): StreamRecord[] {
  return pairsOf(reply, 'XRANGE').map(([id, fields]) => {
    const [[name, value] = [], ...others] = pairsOf(fields, 'XRANGE')
    if (others.length > 0 || textOf(name, 'XRANGE') !== field) throw unreadable('XRANGE')
    return { id: textOf(id, 'XRANGE'), text: textOf(value, 'XRANGE') }
  })
}

/** Names and values: as a Map or object of RESP3, as pairs, as `{ key, value }`, or one after the other as RESP2 has them. */
function pairsOf (reply: unknown, command: string): ReadonlyArray<readonly unknown[]> {
  if (reply instanceof Map) return [...reply]
  if (isObject(reply)) return Object.entries(reply)
  const list = listOf(reply, command)
  if (list.every((one) => Array.isArray(one))) return list
  if (list.every(isKeyAndValue)) return list.map(({ key, value }) => [key, value])
  return Array.from({ length: Math.ceil(list.length / 2) }, (_, at) => list.slice(2 * at, 2 * at + 2))
}

function isObject (value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isKeyAndValue (value: unknown): value is { readonly key: unknown, readonly value: unknown } {
  return isObject(value) && 'key' in value && 'value' in value
}

function listOf (reply: unknown, command: string): readonly unknown[] {
  if (Array.isArray(reply)) return reply
  throw unreadable(command)
}

function textOf (value: unknown, command: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (value instanceof Uint8Array) return decoder.decode(value)
  throw unreadable(command)
}

const decoder = new TextDecoder()

function unreadable (command: string): RevocationListError {
  return new RevocationListError('page', `the reply to ${command} has a shape that is not known; the store needs the replies as the server sends them`)
}

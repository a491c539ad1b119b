/** Values of tokens in words. They come from whoever made the token, so nothing here may steer a terminal. */
import { escapeHidden } from '../errors/shown-text.js'

const longestShown = 128

/** A claim or header value as a reader may see it: quoted, on one line, bounded. */
export function describe (value: unknown): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  if (isList(value)) return value.length === 0 ? 'an empty array' : list(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** The names quoted and joined, or `none`. */
export function list (names: readonly string[], separator = ', '): string {
  return names.length === 0 ? 'none' : names.map(quote).join(separator)
}

/** A moment in seconds since the Unix epoch, as a distance from `now` and as a date. */
export function moment (value: unknown, now: number): string {
  // ECMA-262 §21.4.1.1: no date lies further from the epoch.
  if (!isSeconds(value) || Math.abs(value) > 8.64e12) return describe(value)
  const [count, unit] = inUnits(value - now)
  return `${relative.format(count, unit)} (${new Date(value * 1000).toISOString()})`
}

/** The time from one moment to another. */
export function distance (from: unknown, to: unknown): string {
  if (!isSeconds(from) || !isSeconds(to)) return `from ${describe(from)} to ${describe(to)}`
  const [count, unit] = inUnits(to - from)
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}

const units = [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

// A unit from twice its length on: "in 90 minutes" says more than "in 1 hour".
function inUnits (seconds: number): readonly [count: number, unit: 'day' | 'hour' | 'minute' | 'second'] {
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= 2 * length) ?? ['second', 1]
  return [Math.trunc(seconds / size), unit]
}

function isSeconds (value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function quote (text: string): string {
  return escapeHidden(JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text))
}

function isList (value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

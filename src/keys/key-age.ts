/** How old a key set is, by two clocks that may each be moved. Pure functions of their readings. */
import type { KeySettings } from './key-settings.js'

/** Readings of both clocks, in milliseconds: steady time, and the time of day. `setbacks`: how often the monotonic clock was seen to go back. */
export interface Moment {
  readonly steady: number
  readonly wall: number
  readonly setbacks: number
}

/** The moment of a set that was never fetched. */
export const never: Moment = { steady: -Infinity, wall: -Infinity, setbacks: 0 }

/** Milliseconds since `fetched`. The time of day does not count: an operator may set it. */
export function ageOf (fetched: Moment, steady: number): number {
  return steady - fetched.steady
}

/** Tells whether keys may be used. Nothing but time that has passed on the monotonic clock makes them too old. */
export function isUsable (fetched: Moment, steady: number, { maxStale }: Pick<KeySettings, 'maxStale'>): boolean {
  return ageOf(fetched, steady) < maxStale
}

/**
 * Tells whether keys are to be fetched again. On that either clock may insist: after a machine was suspended only the
 * time of day shows it, and a monotonic clock that has gone back has lost count.
 */
export function isDue (fetched: Moment, { steady, wall, setbacks }: Moment, { refreshAfter }: Pick<KeySettings, 'refreshAfter'>): boolean {
  return ageOf(fetched, steady) >= refreshAfter || wall - fetched.wall >= refreshAfter || setbacks !== fetched.setbacks
}

/**
 * Tells whether keys were fetched after `time` (milliseconds since the Unix epoch): by the reading of then and by the age
 * of now, since the time of day may have been wrong at either moment.
 */
export function isFetchedAfter (time: number, fetched: Moment, { steady, wall }: Moment): boolean {
  return Math.min(fetched.wall, wall - ageOf(fetched, steady)) > time
}

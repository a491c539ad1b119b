/** Monotonic time that stays monotonic under fake timers, which take `performance.now` away and bring it back. */

/** Makes a steady time of readings of a monotonic clock, in milliseconds. */
export interface SteadyTime {
  /** The steady time at this reading: never earlier than the one before. */
  at (reading: number): number
  /** How often a reading was below the one before it. */
  readonly setbacks: number
}

/**
 * Makes the time. It goes on where it was when a reading falls behind the last one, and returns to the course it had
 * when the readings come back to where they fell from; so no age is negative, nothing is due for ever, and nothing ages
 * by the length of a test.
 */
export function createSteadyTime (): SteadyTime {
  let last = -Infinity
  let time = -Infinity
  let offset = 0
  let setbacks = 0
  // Where readings fell from, and what was added to them until then.
  let courses: Array<{ readonly from: number, readonly offset: number }> = []

  return {
    at (reading) {
      if (reading < last) {
        setbacks++
        courses.push({ from: last, offset })
        offset = time - reading
      } else if (courses.length > 0) {
        const resumed = courses.find(({ from }) => reading >= from)
        if (resumed !== undefined) {
          courses = courses.slice(0, courses.indexOf(resumed))
          offset = resumed.offset
        }
      }
      last = reading
      time = Math.max(time, reading + offset)
      return time
    },
    get setbacks () { return setbacks }
  }
}

// Latencies in microseconds, counted in steps of ten up to a second: no array that grows while it measures.

const step = 10
const steps = 100_000

/** Makes an empty histogram. */
export function createHistogram () {
  const counts = new Uint32Array(steps + 1)
  let count = 0
  return {
    get count () { return count },
    add (microseconds) {
      count++
      counts[Math.min(steps, Math.floor(microseconds / step))]++
    },
    /** The upper edge, in microseconds, of the step that holds this percentile. */
    percentile (percent) {
      let left = count * percent / 100
      for (let at = 0; at <= steps; at++) {
        left -= counts[at]
        if (left <= 0) return (at + 1) * step
      }
      return Infinity
    }
  }
}

/** The value in the middle, or between the two in the middle. */
export function median (values) {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

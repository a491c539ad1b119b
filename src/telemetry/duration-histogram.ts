/** A histogram that costs next to nothing to feed: what prom-client's own one does for each value is done when it is read. */
import type { Metric } from 'prom-client'
import type { Label, Labels } from './instruments.js'

/** One set of labels, and what has been observed under it. */
interface Series {
  readonly labels: Labels
  /** How many were at most as long as each bound; those beyond the last one are in `count` alone. */
  readonly buckets: number[]
  sum: number
  count: number
}

/** A value as a registry of prom-client writes it. */
interface WrittenValue {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** A histogram of durations in seconds, of labels that are known beforehand. */
export interface DurationHistogram {
  /** Counts a duration for the set of labels with this index. */
  observe (index: number, seconds: number): void
  /** What a registry of prom-client takes for a metric: it calls `get`, as it does with the metrics of other processes. */
  readonly metric: Metric<Label>
}

/** Makes one. */
export function createDurationHistogram (name: string, help: string, bounds: readonly number[], labelSets: readonly Labels[]): DurationHistogram {
  const empty = (labels: Labels): Series => ({ labels, buckets: bounds.map(() => 0), sum: 0, count: 0 })
  let series = labelSets.map(empty)

  function observe (index: number, seconds: number): void {
    const one = series[index] as Series
    one.sum += seconds
    one.count++
    for (let at = 0; at < bounds.length; at++) {
      if (seconds > (bounds[at] as number)) continue
      one.buckets[at] = (one.buckets[at] as number) + 1
      return
    }
  }

  function write ({ labels, buckets, sum, count }: Series): WrittenValue[] {
    let below = 0
    const cumulative = buckets.map((inBucket, at): WrittenValue => {
      below += inBucket
      return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[at] as number }, value: below }
    })
    return [
      ...cumulative,
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
      { metricName: `${name}_count`, labels: { ...labels }, value: count }
    ]
  }

  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    // What has never been observed is no series, as with the other metrics.
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: series.filter(({ count }) => count > 0).flatMap(write) }),
    reset: () => { series = labelSets.map(empty) }
  }
  // prom-client types its own classes only.
  return { observe, metric: metric as unknown as Metric<Label> }
}

/** Metrics for Prometheus, by the package prom-client. */
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import { createDurationHistogram } from './duration-histogram.js'
import { durationBuckets, instruments } from './instruments.js'
import type { InstrumentName, Label, Labels } from './instruments.js'
import { startMeasuring, verificationLabels } from './measure.js'

/**
 * Adds the metrics of this package to a registry of prom-client; see docs/telemetry.md for each. They count all registrations of
 * this process from now on.
 *
 * @param register Such as `register` of prom-client, its default one.
 * @returns The function that ends it; the metrics stay in the registry with their last values.
 * @throws An error of prom-client's where the registry has a metric of the same name, such as after a second call.
 * @see https://prometheus.io/docs/practices/naming/
 */
export function registerMetrics (register: Registry): () => void {
  const counters = new Map<InstrumentName, Counter<Label>>()
  const histograms = new Map<InstrumentName, Histogram<Label>>()
  const gauges = new Map<InstrumentName, Gauge<Label>>()
  const { verification: { prometheus: name, help }, ...others } = instruments
  const verifications = createDurationHistogram(name, help, durationBuckets, verificationLabels)
  register.registerMetric(verifications.metric)
  for (const [key, { kind, prometheus: name, help, labels }] of Object.entries(others)) {
    const settings = { name, help, labelNames: labels, registers: [register] }
    const instrument = key as InstrumentName
    if (kind === 'counter') counters.set(instrument, new Counter<Label>(settings))
    else if (kind === 'histogram') histograms.set(instrument, new Histogram<Label>({ ...settings, buckets: [...durationBuckets] }))
    else gauges.set(instrument, new Gauge<Label>({ ...settings, collect: () => readOnce() }))
  }
  const measuring = startMeasuring({
    count: (name, labels) => counters.get(name)?.inc(labels),
    time: (name, seconds, labels) => histograms.get(name)?.observe(labels, seconds),
    verification: (seconds, cached) => verifications.observe(cached ? 0 : 1, seconds)
  })
  let isRead = false

  // Each gauge asks; one answer is for all that ask in the same turn.
  function readOnce (): void {
    if (isRead) return
    isRead = true
    queueMicrotask(() => { isRead = false })
    for (const [name, gauge] of gauges) {
      // `reset` leaves one without labels at 0, though there may be nothing that it could be of.
      if (instruments[name].labels.length === 0) gauge.remove()
      else gauge.reset()
    }
    measuring.read((name, value, labels: Labels) => gauges.get(name)?.set(labels, value))
  }

  return measuring.end
}

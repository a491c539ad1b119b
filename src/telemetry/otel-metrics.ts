/** Metrics for OpenTelemetry: of its packages only the types of its interface are used. */
import type { Attributes, Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api'
import { durationBuckets, instruments } from './instruments.js'
import type { InstrumentName, Label, Labels } from './instruments.js'
import { none, startMeasuring, verificationLabels } from './measure.js'

/** The attributes for the labels: of the semantic conventions where these have one. */
export const attributeNames: Readonly<Record<Label, string>> = Object.freeze({
  cached: 'cognito_auth.cached',
  code: 'cognito_auth.code',
  reason: 'cognito_auth.reason',
  route: 'http.route',
  issuer: 'cognito_auth.issuer',
  outcome: 'cognito_auth.outcome',
  fault: 'error.type',
  state: 'cognito_auth.state'
})

/**
 * Adds the metrics of this package to a meter; see docs/telemetry.md for each. They count all registrations of this process
 * from now on.
 *
 * @param meter Such as `metrics.getMeter('my-api')` of `@opentelemetry/api`.
 * @returns The function that ends it.
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 */
export function recordMetrics (meter: Meter): () => void {
  const counters = new Map<InstrumentName, Counter>()
  const histograms = new Map<InstrumentName, Histogram>()
  const gauges = new Map<InstrumentName, ObservableGauge>()
  for (const [key, { kind, otel, unit, help: description }] of Object.entries(instruments)) {
    const instrument = key as InstrumentName
    if (kind === 'counter') counters.set(instrument, meter.createCounter(otel, { unit, description }))
    else if (kind === 'histogram') histograms.set(instrument, meter.createHistogram(otel, { unit, description, advice: { explicitBucketBoundaries: [...durationBuckets] } }))
    else gauges.set(instrument, meter.createObservableGauge(otel, { unit, description }))
  }
  const verifications = histograms.get('verification')
  const [recalled, verified] = verificationLabels.map(attributesOf)
  const measuring = startMeasuring({
    count: (name, labels) => counters.get(name)?.add(1, attributesOf(labels)),
    time: (name, seconds, labels) => histograms.get(name)?.record(seconds, attributesOf(labels)),
    verification: (seconds, cached) => verifications?.record(seconds, cached ? recalled : verified)
  })
  const observed = [...gauges.values()]
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    measuring.read((name, value, labels) => {
      const gauge = gauges.get(name)
      if (gauge !== undefined) result.observe(gauge, value, attributesOf(labels))
    })
  }
  meter.addBatchObservableCallback(observe, observed)

  return () => {
    meter.removeBatchObservableCallback(observe, observed)
    measuring.end()
  }
}

/** What there is none of has no attribute here. */
function attributesOf (labels: Labels): Attributes {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== none).map(([label, value]) => [attributeNames[label as Label], value]))
}

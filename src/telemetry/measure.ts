/** Events and verifiers into numbers, whoever keeps them. */
import { systemClock } from '../time/clock.js'
import { subscribe } from './index.js'
import type { KeysEvent, RevocationEvent } from './index.js'
import type { InstrumentName, Labels } from './instruments.js'
import { findVerifiers } from './listen.js'

/** Takes what is counted and how long it took. */
export interface Recorder {
  /** One more. */
  count (name: InstrumentName, labels: Labels): void
  /** Took so many seconds. */
  time (name: InstrumentName, seconds: number, labels: Labels): void
  /** A token was verified, or known already: the only one of these that is called for every request. */
  verification (seconds: number, cached: boolean): void
}

/** The labels of a token that was remembered, and of one that was not. */
export const verificationLabels: readonly [recalled: Labels, verified: Labels] = Object.freeze([Object.freeze({ cached: 'true' }), Object.freeze({ cached: 'false' })])

/** Takes what stands at a moment. */
export type Gauge = (name: InstrumentName, value: number, labels: Labels) => void

/** Measuring, until it is ended. */
export interface Measuring {
  /** Gives every gauge its present value. */
  read (gauge: Gauge): void
  end (): void
}

/** The states in which a list of revoked tokens can be. */
const revocationStates: readonly string[] = ['empty', 'fresh', 'stale', 'full', 'closed']

const nanoseconds = 1e9

/** The value of a label where there is none. */
export const none = 'none'

/** Begins to record; the gauges wait to be read. */
export function startMeasuring (recorder: Recorder): Measuring {
  const successes = new Map<string, number>()
  let revocation: RevocationEvent | null = null

  function takeKeys ({ issuer, outcome, fault, duration }: KeysEvent): void {
    if (outcome === 'loaded') successes.set(issuer, Math.floor(systemClock.now() / 1000))
    recorder.time('keyFetch', duration / nanoseconds, { issuer, outcome, fault: fault ?? none })
  }

  const ends = [
    subscribe('verified', ({ cached, duration }) => recorder.verification(duration / nanoseconds, cached)),
    subscribe('guest', () => recorder.count('guests', {})),
    subscribe('refused', ({ code, reason, route }) => recorder.count('refused', { code: code ?? none, reason, route: route ?? none })),
    subscribe('keys', takeKeys),
    subscribe('revocation', (event) => { revocation = event })
  ]

  function read (gauge: Gauge): void {
    const verifiers = findVerifiers()
    const usages = verifiers.map(({ usage }) => usage())
    gauge('cachedTokens', usages.reduce((sum, { cachedTokens }) => sum + cachedTokens, 0), {})
    gauge('waiting', usages.reduce((sum, { waiting }) => sum + waiting, 0), {})
    for (const { issuer, age } of verifiers.flatMap(({ standings }) => standings())) {
      if (age !== null) gauge('keyAge', age / 1000, { issuer })
    }
    for (const [issuer, time] of successes) gauge('keySuccess', time, { issuer })
    if (revocation !== null) {
      for (const state of revocationStates) gauge('revocation', state === revocation.state ? 1 : 0, { state })
      gauge('revocationEntries', revocation.entries, {})
    }
  }

  return { read, end: () => { for (const end of ends) end() } }
}

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

/** The most issuers with a label of their own: pools that are found at run time may be many thousands. The later ones share one. */
export const mostIssuers = 100
const others = 'other'

/** Begins to record; the gauges wait to be read. */
export function startMeasuring (recorder: Recorder): Measuring {
  const named = new Set<string>()
  const successes = new Map<string, number>()
  let revocation: RevocationEvent | null = null

  function labelOf (issuer: string): string {
    if (named.size < mostIssuers) named.add(issuer)
    return named.has(issuer) ? issuer : others
  }

  function takeKeys ({ issuer, outcome, fault, duration }: KeysEvent): void {
    const label = labelOf(issuer)
    if (outcome === 'loaded' && label === issuer) successes.set(issuer, Math.floor(systemClock.now() / 1000))
    recorder.time('keyFetch', duration / nanoseconds, { issuer: label, outcome, fault: fault ?? none })
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
    readKeys(gauge, verifiers.flatMap(({ standings }) => standings()))
    if (revocation !== null) {
      for (const state of revocationStates) gauge('revocation', state === revocation.state ? 1 : 0, { state })
      gauge('revocationEntries', revocation.entries, {})
    }
  }

  function readKeys (gauge: Gauge, standings: ReadonlyArray<{ readonly issuer: string, readonly age: number | null }>): void {
    const ages = new Map<string, number>()
    for (const { issuer, age } of standings) {
      if (age !== null) ages.set(labelOf(issuer), Math.max(age, ages.get(labelOf(issuer)) ?? 0))
    }
    for (const [issuer, age] of ages) gauge('keyAge', age / 1000, { issuer })
    const loaded = new Set(standings.map(({ issuer }) => issuer))
    for (const [issuer, time] of successes) {
      // A pool that has gone has nothing to be late with.
      if (loaded.has(issuer)) gauge('keySuccess', time, { issuer })
      else successes.delete(issuer)
    }
  }

  return { read, end: () => { for (const end of ends) end() } }
}

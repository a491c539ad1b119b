/** When keys may be fetched: one attempt at a time, and how soon after the last on which occasion. */
import type { Clock } from '../time/clock.js'
import { startAttempt } from './attempt.js'
import type { AttemptOutcome } from './attempt.js'
import type { Moment } from './key-age.js'
import { createKeyFetch } from './key-endpoint.js'
import type { KeySettings } from './key-settings.js'
import { createReserve } from './reserve.js'

/**
 * Why keys are to be fetched.
 *
 * - `refresh`: they are due. Once per cooldown.
 * - `keys`: a request has none. At once, unless the endpoint has failed within the cooldown.
 * - `kid`: a token names a key that may have been published since. Out of the reserve, unless the endpoint has failed within the cooldown.
 * - `doubt`: a token names a key that should have been there. Once per cooldown, and only while the reserve is full.
 */
export type Occasion = 'refresh' | 'keys' | 'kid' | 'doubt'

/** What became of the last attempt: `lost` if a pause of this process spoilt it, so that nothing is known of the endpoint. */
export type Result = 'loaded' | 'failed' | 'lost'

/** An attempt that others have joined. */
export interface SharedAttempt {
  /** Resolves when the attempt is over and its outcome taken; keeps the process alive until then. */
  wait (): Promise<void>
}

/** The attempts of one key source. */
export interface Attempts {
  /** The attempt under way, or a new one if the occasion allows it; `null` if none may be made. */
  join (occasion: Occasion): SharedAttempt | null
  /** Tells whether attempts have been in vain because the process stands still between requests: the next one is to be waited for. */
  isInterrupted (): boolean
  /** Milliseconds until the occasion allows an attempt. */
  timeUntil (occasion: Occasion): number
}

/** What the attempts are made for. */
export interface AttemptsOwner {
  readonly clock: Clock
  readonly closing: AbortSignal
  readonly now: () => Moment
  /** See {@link AttemptSettings.mayRepeat}. */
  readonly mayRepeat: () => boolean
  /** Takes the outcome of an attempt that began at a steady time in milliseconds, and tells what it comes to. Never rejects. */
  readonly take: (outcome: AttemptOutcome, began: number) => Promise<Result>
}

// So many made-up key ids at once keep nobody's new key out.
const reserveSize = 3

/** Makes the attempts of one source. */
export function createAttempts (jwksUri: string, settings: KeySettings, owner: AttemptsOwner): Attempts {
  const { timeout, cooldown } = settings
  const fetchKeys = createKeyFetch(jwksUri, settings)
  const reserve = createReserve(reserveSize, cooldown)
  let current: (SharedAttempt & { readonly wasPaused: () => boolean, readonly revive: () => void }) | null = null
  let attemptedAt = -Infinity
  let last: Result | null = null

  function isAllowed (occasion: Occasion, now: number): boolean {
    const isRested = now - attemptedAt >= cooldown
    const mayHaveRecovered = isRested || last !== 'failed'
    switch (occasion) {
      case 'refresh': return isRested || last === 'lost'
      case 'keys': return mayHaveRecovered
      case 'kid': return mayHaveRecovered && reserve.take(now)
      case 'doubt': return isRested && reserve.isFull(now) && reserve.take(now)
    }
  }

  function join (occasion: Occasion): SharedAttempt | null {
    if (current !== null) {
      current.revive()
      return current
    }
    const now = owner.now().steady
    if (owner.closing.aborted || !isAllowed(occasion, now)) return null
    attemptedAt = now
    const attempt = startAttempt(fetchKeys, { ...owner, timeout })
    const over = attempt.outcome.then((outcome) => owner.take(outcome, now)).then((result) => {
      last = result
      current = null
    })
    const { wasPaused, revive } = attempt
    current = {
      wasPaused,
      revive,
      wait: () => {
        attempt.hold()
        return over
      }
    }
    return current
  }

  function timeUntil (occasion: Occasion): number {
    const now = owner.now().steady
    const untilRested = last === 'failed' ? Math.max(0, attemptedAt + cooldown - now) : 0
    return occasion === 'kid' ? Math.max(untilRested, reserve.wait(now)) : untilRested
  }

  return {
    join,
    isInterrupted: () => last === 'lost' || current?.wasPaused() === true,
    timeUntil
  }
}

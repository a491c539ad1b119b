/** One attempt to fetch a key set: bounded in time, made anew where a pause of the process has spoilt it. */
import { OwnAbortController } from '../time/cancellation.js'
import type { Clock } from '../time/clock.js'
import { createDeadline } from '../time/deadline.js'
import type { Deadline } from '../time/deadline.js'
import type { RsaSigningJwk } from './jwk.js'
import type { Moment } from './key-age.js'
import type { FetchKeys } from './key-endpoint.js'
import { asKeyFetchError, KeyFetchError } from './key-fetch-error.js'

/** What became of an attempt: keys, with the moment at which they were asked for, or an error. `isLost`: nothing is known of the endpoint, since the process stood still meanwhile. */
export type AttemptOutcome =
  | { readonly keys: readonly RsaSigningJwk[], readonly askedAt: Moment }
  | { readonly error: KeyFetchError, readonly isLost: boolean }

/** An attempt under way. */
export interface Attempt {
  /** Never rejects. */
  readonly outcome: Promise<AttemptOutcome>
  /** Keeps the process alive until the attempt is over: a request waits for it. */
  hold (): void
  /** Tells whether the process has stood still during the attempt. */
  wasPaused (): boolean
  /** Sends the request anew if its timer has been taken away, as fake timers do, so that nobody waits for it for ever. */
  revive (): void
}

/** How an attempt is made; `timeout` in milliseconds. */
export interface AttemptSettings {
  readonly timeout: number
  readonly clock: Clock
  /** Ends it. */
  readonly closing: AbortSignal
  /** The present, for the age of the keys. */
  readonly now: () => Moment
  /** Tells, when a connection has failed, whether another is to be tried at once. */
  readonly mayRepeat: () => boolean
}

// Requests sent in one attempt because pauses spoil them. More of them in a row are a process that hardly runs.
const mostSpoilt = 3

/** Starts an attempt. */
export function startAttempt (fetchKeys: FetchKeys, { timeout, clock, closing, now, mayRepeat }: AttemptSettings): Attempt {
  let request = new OwnAbortController()
  let deadline = startDeadline()
  let isHeld = false
  let isReviving = false
  let isOver = false
  let spoilt = 0

  function startDeadline (): Deadline {
    return createDeadline(timeout, clock, () => {
      request.abort(new KeyFetchError('timeout', `no complete answer within ${timeout} ms`))
    })
  }

  function renewDeadline (): void {
    deadline.end()
    deadline = startDeadline()
    if (isHeld) deadline.hold()
  }

  async function run (): Promise<AttemptOutcome> {
    const close = (): void => request.abort(new KeyFetchError('closed', 'the verifier was closed'))
    closing.addEventListener('abort', close, { once: true })
    try {
      let isRepeated = false
      for (;;) {
        const outcome = await send()
        if ('keys' in outcome || closing.aborted) return outcome
        if (outcome.isLost) {
          if (++spoilt === mostSpoilt) return outcome
          renewDeadline()
        } else {
          if (isRepeated || outcome.error.fault !== 'network' || !mayRepeat()) return outcome
          isRepeated = true
        }
      }
    } finally {
      isOver = true
      deadline.end()
      closing.removeEventListener('abort', close)
    }
  }

  async function send (): Promise<AttemptOutcome> {
    request = new OwnAbortController()
    const askedAt = now()
    const outcome = await fetchKeys(request.signal).then((keys) => ({ keys, askedAt }), describeFault)
    // Frees the connection of an answer whose body nobody will read.
    request.abort()
    return outcome
  }

  function describeFault (cause: unknown): AttemptOutcome {
    const error = asKeyFetchError(cause)
    // An answer is an answer whenever it comes; its absence says something only of a process that was there to get it.
    const isLost = error.fault === 'paused' || (['network', 'timeout'].includes(error.fault) && deadline.wasPaused())
    return { error: isLost ? paused(error) : error, isLost }
  }

  function revive (): void {
    if (isReviving || !deadline.isSilent()) return
    isReviving = true
    // The timers of a process that was only stopped are late, not gone: they have their turn between these two.
    setImmediate(() => setImmediate(() => {
      isReviving = false
      if (!isOver && deadline.isSilent()) request.abort(paused())
    }))
  }

  return {
    outcome: run(),
    hold: () => {
      isHeld = true
      deadline.hold()
    },
    wasPaused: () => spoilt > 0 || deadline.wasPaused(),
    revive
  }
}

function paused (cause?: KeyFetchError): KeyFetchError {
  if (cause?.fault === 'paused') return cause
  return new KeyFetchError('paused', 'this process stood still while keys were fetched', cause === undefined ? {} : { cause })
}

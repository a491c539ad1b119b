/** Time as the verifier sees it; tests pass their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch, for `exp`, `nbf` and `iat`. Follows changes of the system clock. */
  now (): number
  /** Milliseconds since any fixed moment, for ages. Unaffected by changes of the system clock. */
  monotonic (): number
}

/** The clocks of this process. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now()
})

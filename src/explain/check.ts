/** One thing that the verifier looks at, and what it found. */
import type { Failure, Reason } from '../errors/failure.js'

/** One check of a token. */
export interface Check {
  readonly name: string
  /** `skipped` where an earlier failure leaves nothing to look at. */
  readonly state: 'passed' | 'failed' | 'skipped'
  /** The word that the log of an application shows for this failure; `null` unless the check failed. */
  readonly reason: Reason | null
  /** The claim, or member of the header, that the check asks for and the token has not. */
  readonly absent: string | null
  /** What was found, in words. */
  readonly detail: string
}

/** A check that found what it asks for. */
export function passed (name: string, detail: string): Check {
  return { name, state: 'passed', reason: null, absent: null, detail }
}

/** A check that found something else. */
export function failed (name: string, { reason, absent }: Failure, detail: string): Check {
  return { name, state: 'failed', reason, absent: absent ?? null, detail }
}

/** A check that had nothing to look at. */
export function skipped (name: string): Check {
  return { name, state: 'skipped', reason: null, absent: null, detail: 'not looked at' }
}

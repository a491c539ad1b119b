/** What is told of each attempt to fetch keys. */
import { openChannel } from '../events/event-channel.js'
import type { EventChannel } from '../events/event-channel.js'
import { KeyFetchError } from './key-fetch-error.js'
import type { KeyFetchFault } from './key-fetch-error.js'
import type { KeySourceStatus } from './key-source.js'
import type { SigningKeys } from './signing-keys.js'

/** An attempt to fetch the keys of one issuer is over. */
export interface KeysEvent {
  readonly userPoolId: string
  readonly issuer: string
  /** `lost`: the process stood still meanwhile, so that nothing is known of the endpoint. */
  readonly outcome: 'loaded' | 'failed' | 'lost'
  /** Why it failed; `null` if it did not. */
  readonly fault: KeyFetchFault | null
  /** The ids of published keys that are new. */
  readonly added: readonly string[]
  /** The ids of keys that are published no more: their tokens are refused from now on. */
  readonly removed: readonly string[]
  /** Nanoseconds, pauses of the process left out. */
  readonly duration: number
  /** Age in milliseconds of the keys that are used from now on; `null` if there are none. */
  readonly age: number | null
}

/** `fastify-cognito-auth:keys`. */
export const keysChannel: EventChannel<KeysEvent> = openChannel('fastify-cognito-auth:keys')

/** Takes what became of an attempt, with the keys before and after it, and how many milliseconds it took. */
export type AttemptListener = (standing: KeySourceStatus, outcome: KeysEvent['outcome'], before: SigningKeys, after: SigningKeys, took: number) => void

/** Tells of an attempt whoever listens to {@link keysChannel}. */
export function tellAttempt ({ userPoolId, issuer, age, lastError }: KeySourceStatus, outcome: KeysEvent['outcome'], before: SigningKeys, after: SigningKeys, took: number): void {
  if (!keysChannel.hasSubscribers) return
  keysChannel.publish({
    userPoolId,
    issuer,
    outcome,
    fault: lastError instanceof KeyFetchError ? lastError.fault : null,
    added: Object.freeze(idsWithout(after, before)),
    removed: Object.freeze(idsWithout(before, after)),
    duration: Math.round(took * 1e6),
    age
  })
}

function idsWithout (keys: SigningKeys, others: SigningKeys): string[] {
  return [...keys.keys()].filter((kid) => !others.has(kid))
}

/** What is told of a list of revoked tokens. */
import { openChannel } from '../events/event-channel.js'
import type { EventChannel } from '../events/event-channel.js'
import type { RevocationStanding } from '../options/revocation-checks.js'

/** The way a list of revoked tokens stands has changed. */
export interface RevocationEvent {
  /** As `list.status().state` has it, such as `fresh`, `stale`, `full` or `closed`. */
  readonly state: string
  /** Age in milliseconds of what is known; `null` if nothing is. */
  readonly age: number | null
  readonly entries: number
  /** Whether the last reading of the store has failed. */
  readonly failed: boolean
  /** What becomes of requests while nobody can tell. */
  readonly onStale: 'refuse' | 'accept'
}

/** `fastify-cognito-auth:revocation`. */
export const revocationChannel: EventChannel<RevocationEvent> = openChannel('fastify-cognito-auth:revocation')

/** Tells of a change. */
export function tellRevocation ({ state, age, entries, lastError }: RevocationStanding, onStale: RevocationEvent['onStale']): void {
  if (revocationChannel.hasSubscribers) revocationChannel.publish({ state, age, entries, failed: lastError !== null, onStale })
}

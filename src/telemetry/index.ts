/** Events: which there are, and how to listen to them. */
import type { KeysEvent } from '../keys/keys-event.js'
import type { RevocationEvent } from '../request/revocation-event.js'
import type { GuestEvent, RefusedEvent, VerifiedEvent } from '../routes/request-events.js'
import { listen } from './listen.js'

export type { KeyFetchFault } from '../keys/key-fetch-error.js'
export type { CognitoAuthErrorCode, Reason } from '../errors/failure.js'
export type { GuestEvent, KeysEvent, RefusedEvent, RevocationEvent, VerifiedEvent }
export type { ToldRequest, TokenFacts } from '../routes/standing.js'

/** The event of each kind; all are frozen, and none holds any part of a token, or a claim that names a person. */
export interface CognitoAuthEvents {
  readonly verified: VerifiedEvent
  readonly guest: GuestEvent
  readonly refused: RefusedEvent
  readonly keys: KeysEvent
  readonly revocation: RevocationEvent
}

/**
 * The names of the channels of `node:diagnostics_channel`, for those who subscribe without this module.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const channelNames: Readonly<Record<keyof CognitoAuthEvents, string>> = Object.freeze({
  verified: 'fastify-cognito-auth:verified',
  guest: 'fastify-cognito-auth:guest',
  refused: 'fastify-cognito-auth:refused',
  keys: 'fastify-cognito-auth:keys',
  revocation: 'fastify-cognito-auth:revocation'
})

/**
 * Calls a function with every event of one kind, of all registrations of this process, before what it tells of goes
 * on. What the function throws becomes a warning of the process (code `FST_COGNITO_SUBSCRIBER`, once) and changes nothing else.
 *
 * @returns The function that ends it.
 */
export function subscribe<K extends keyof CognitoAuthEvents> (kind: K, listener: (event: CognitoAuthEvents[K]) => void): () => void {
  return listen(channelNames[kind], listener)
}

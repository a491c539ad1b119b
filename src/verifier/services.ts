/** The verifiers of all registrations of this process, for those who measure them from outside. */
import { openChannel } from '../events/event-channel.js'
import type { EventChannel } from '../events/event-channel.js'
import type { KeySourceStatus } from '../keys/key-source.js'
import type { VerifierService } from './verifier-service.js'

/** How much a verifier holds at the moment. */
export interface VerifierUsage {
  /** Verified tokens that are remembered. */
  readonly cachedTokens: number
  /** Tokens that wait for signing keys. */
  readonly waiting: number
}

/** What a verifier holds at the moment. */
export function usageOf ({ tokens, issuers }: Pick<VerifierService, 'tokens' | 'issuers'>): VerifierUsage {
  return { cachedTokens: tokens.cache.size, waiting: [...issuers.values()].reduce((sum, { room }) => sum + room.size, 0) }
}

/** A verifier, as far as it is measured. */
export interface MeasuredService {
  readonly usage: () => VerifierUsage
  readonly standings: () => KeySourceStatus[]
}

/** A question to all verifiers: each calls the function. */
export interface CollectEvent {
  readonly add: (service: MeasuredService) => void
}

/** `fastify-cognito-auth:collect`: what is published here is answered before `publish` returns. */
export const collectChannel: EventChannel<CollectEvent> = openChannel('fastify-cognito-auth:collect')

const services = new Set<MeasuredService>()

collectChannel.subscribe(({ add }) => {
  for (const service of services) add(service)
})

/** Has a service answer, until the function that comes back is called. */
export function addService (service: MeasuredService): () => void {
  services.add(service)
  return () => { services.delete(service) }
}

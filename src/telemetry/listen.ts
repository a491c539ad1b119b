/** Channels of this package, from outside: it need not be loaded for them. */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { CollectEvent, MeasuredService } from '../verifier/services.js'

/** Calls a function with every message of a channel; gives the function that ends it. */
export function listen<E> (name: string, listener: (event: E) => void): () => void {
  const heard = (event: unknown): void => listener(event as E)
  subscribe(name, heard)
  return () => { unsubscribe(name, heard) }
}

/** The verifiers of this process that have not been closed. */
export function findVerifiers (): MeasuredService[] {
  const found: MeasuredService[] = []
  const question: CollectEvent = { add: (service) => { found.push(service) } }
  channel('fastify-cognito-auth:collect').publish(question)
  return found
}

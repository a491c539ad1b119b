/** What a key source is told: where the keys of an issuer come from, and its bounds. */
import type { JsonWebKeySet } from './jwk.js'

/** Where the keys of one issuer come from. */
export type KeyOrigin = { readonly jwksUri: string } | { readonly jwks: JsonWebKeySet }

/** Bounds of the key source; durations in milliseconds. */
export interface KeySettings {
  readonly refreshAfter: number
  readonly maxStale: number
  readonly cooldown: number
  readonly timeout: number
  readonly maxBytes: number
  readonly fetch: typeof globalThis.fetch
}

/** A user pool as claims are judged by it: who may issue, and what is accepted. */
import type { KeyOrigin } from '../keys/key-settings.js'
import type { AudienceOf, Tenant, TokenUse } from './types.js'

/** One pool: who may issue, and what is accepted. */
export interface UserPoolSettings {
  readonly userPoolId: string
  readonly clientIds: readonly string[]
  readonly tokenUses: readonly TokenUse[]
  readonly audiences: readonly string[] | null
  readonly audienceOf: AudienceOf
  readonly issuers: readonly string[]
  readonly keyOrigin: (issuer: string) => KeyOrigin
  /** The address from which its keys come without TLS and over a network, as its options allow; `null` for every other pool. */
  readonly insecureJwksUri: string | null
  /** Whose pool it is; absent for pools of the options. */
  readonly tenant?: Tenant
}

/** The pools that are trusted at the moment: so many at most, and the one that was used longest ago goes first. */
import type { KeySource } from '../keys/key-source.js'
import type { Trust } from '../verifier/trusted-issuer.js'
import type { VerifierService } from '../verifier/verifier-service.js'
import type { Answer } from './ask.js'

/** One pool that is trusted. */
export interface Tenant {
  readonly answer: Answer
  readonly trust: Trust
  readonly keySources: readonly KeySource[]
  /** Monotonic milliseconds: when the application has said so last. */
  answeredAt: number
}

/** Those kept. */
export interface KeptTenants {
  /** The pool of an issuer. */
  get (issuer: string): Tenant | undefined
  /** The pools with this id: more than one only where it has been asked for by issuers of several forms. */
  withId (userPoolId: string): Tenant[]
  /** Trusts a pool, in place of the one used longest ago if there is no room. */
  add (answer: Answer, trust: Trust): void
  /** Trusts a pool no more; its remembered tokens are verified anew, and what is being verified goes on. */
  retire (tenant: Tenant): void
  /** Refuses the tokens of a pool, those that are being verified too. */
  withdraw (tenant: Tenant): void
}

/** Keeps at most `maxEntries` pools. */
export function createKeptTenants (maxEntries: number, service: () => Pick<VerifierService, 'admit' | 'issuers'>): KeptTenants {
  // A pool has two issuers, and a token names one of them.
  const byIssuer = new Map<string, Tenant>()
  const all = new Set<Tenant>()

  function add (answer: Answer, trust: Trust): void {
    if (all.size === maxEntries) retire([...all].reduce((oldest, one) => (one.trust.usedAt < oldest.trust.usedAt ? one : oldest)))
    const tenant: Tenant = { answer, trust, keySources: service().admit(answer.userPool, trust), answeredAt: trust.usedAt }
    all.add(tenant)
    for (const issuer of answer.userPool.issuers) byIssuer.set(issuer, tenant)
  }

  function retire (tenant: Tenant): void {
    all.delete(tenant)
    for (const issuer of tenant.answer.userPool.issuers) {
      byIssuer.delete(issuer)
      service().issuers.delete(issuer)
    }
    tenant.trust.dueAt = -Infinity
  }

  function withdraw (tenant: Tenant): void {
    retire(tenant)
    tenant.trust.isWithdrawn = true
    for (const source of tenant.keySources) source.close()
  }

  return {
    get: (issuer) => byIssuer.get(issuer),
    withId: (userPoolId) => [...all].filter(({ answer }) => answer.userPool.userPoolId === userPoolId),
    add,
    retire,
    withdraw
  }
}

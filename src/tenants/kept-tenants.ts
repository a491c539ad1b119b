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
  /** Monotonic milliseconds: until when it is not asked for again, since the last question has failed. */
  restsUntil: number
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
  /** Refuses the tokens that are still being verified by what was retired of a pool. */
  withdrawRetired (userPoolId: string): void
  /** Ends the fetches of what was retired; those of the pools that are trusted are not ended here. */
  close (): void
}

interface RetiredTrust {
  readonly userPoolId: string
  readonly trust: WeakRef<Trust>
  readonly keySources: readonly KeySource[]
}

/** Keeps at most `maxEntries` pools. */
export function createKeptTenants (maxEntries: number, service: () => Pick<VerifierService, 'admit' | 'issuers'>): KeptTenants {
  // A pool has two issuers, and a token names one of them.
  const byIssuer = new Map<string, Tenant>()
  const all = new Set<Tenant>()
  // A token that is being verified holds its trust; once nothing does, there is nobody left to refuse.
  const retired = new Set<RetiredTrust>()
  const released = new FinalizationRegistry<RetiredTrust>((one) => {
    retired.delete(one)
    closeAll(one.keySources)
  })

  function add (answer: Answer, trust: Trust): void {
    if (all.size === maxEntries) retire([...all].reduce((oldest, one) => (one.trust.usedAt < oldest.trust.usedAt ? one : oldest)))
    const tenant: Tenant = { answer, trust, keySources: service().admit(answer.userPool, trust), answeredAt: trust.usedAt, restsUntil: -Infinity }
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
    const one: RetiredTrust = { userPoolId: tenant.answer.userPool.userPoolId, trust: new WeakRef(tenant.trust), keySources: tenant.keySources }
    retired.add(one)
    released.register(tenant.trust, one)
  }

  function withdraw (tenant: Tenant): void {
    retire(tenant)
    tenant.trust.isWithdrawn = true
    closeAll(tenant.keySources)
  }

  function withdrawRetired (userPoolId: string): void {
    for (const one of retired) {
      const trust = one.userPoolId === userPoolId ? one.trust.deref() : undefined
      if (trust !== undefined) trust.isWithdrawn = true
    }
  }

  return {
    get: (issuer) => byIssuer.get(issuer),
    withId: (userPoolId) => [...all].filter(({ answer }) => answer.userPool.userPoolId === userPoolId),
    add,
    retire,
    withdraw,
    withdrawRetired,
    close: () => { for (const { keySources } of retired) closeAll(keySources) }
  }
}

function closeAll (keySources: readonly KeySource[]): void {
  for (const source of keySources) source.close()
}

/** Which issuers the user pools really have: each may have one of two, and the one that publishes keys is it. */
import { isFailure } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { VerifierService } from '../verifier/verifier-service.js'

/** Resolves to the issuers that have keys, or says why there is none. Never rejects. */
export type FindIssuers = () => Promise<readonly string[] | Failure>

/**
 * Makes the search. Where a pool has no keys yet, as in a process that has just started, it waits for them; however many
 * ask meanwhile, they wait together.
 *
 * @param timeout The longest wait, in milliseconds.
 */
export function createFindIssuers (service: Pick<VerifierService, 'ready' | 'status'>, pools: number, timeout: number): FindIssuers {
  let waiting: Promise<Failure | null> | null = null

  async function wait (): Promise<Failure | null> {
    const lack = await service.ready(timeout)
    waiting = null
    return lack
  }

  return async () => {
    if (served(service).pools === pools) return served(service).issuers
    const lack = await (waiting ??= wait())
    const { issuers } = served(service)
    return issuers.length === 0 && lack !== null && isFailure(lack) ? lack : issuers
  }
}

function served (service: Pick<VerifierService, 'status'>): { readonly issuers: readonly string[], readonly pools: number } {
  const held = service.status().filter(({ state }) => state !== 'empty')
  return { issuers: held.map(({ issuer }) => issuer), pools: new Set(held.map(({ userPoolId }) => userPoolId)).size }
}

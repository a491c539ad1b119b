/** What a start says of pools whose keys are fetched without TLS. */
import type { VerifierSettings } from '../options/settings.js'

/** A pool whose keys anyone on the way to them can replace. */
export interface InsecurePool {
  readonly userPoolId: string
  readonly jwksUri: string
  /** The warning, to be read on its own. */
  readonly warning: string
}

/** Finds the pools that the option `allowInsecure` has an effect on. */
export function findInsecurePools ({ userPools }: Pick<VerifierSettings, 'userPools'>): InsecurePool[] {
  return userPools.flatMap(({ userPoolId, insecureJwksUri: jwksUri }) => {
    if (jwksUri === null) return []
    const warning = `allowInsecure: the keys of user pool ${userPoolId} come from ${jwksUri} without TLS; whoever is on the way can make tokens. For emulators only`
    return [{ userPoolId, jwksUri, warning }]
  })
}

/** Cognito's addresses under our own name: fetched from its discovery document, and kept like keys are. */
import { isFailure, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { fetchJson } from '../keys/key-endpoint.js'
import { KeyFetchError } from '../keys/key-fetch-error.js'
import type { KeySettings } from '../keys/key-settings.js'
import { isSecureAddress } from '../options/address.js'
import type { Clock } from '../time/clock.js'
import { createDeadline } from '../time/deadline.js'
import { mirrorDocument } from './documents.js'
import type { CognitoEndpoints } from './documents.js'
import type { FindIssuers } from './issuers.js'
import type { PublishedDocument } from './serve.js'

const needed = ['authorization_endpoint', 'token_endpoint'] as const
const taken = [...needed, 'revocation_endpoint', 'userinfo_endpoint', 'end_session_endpoint', 'jwks_uri']

/**
 * Makes the document of an origin.
 *
 * Fetched when it is asked for, once at a time: anew after `refreshAfter`, used for up to `maxStale` where that fails, and
 * never sooner than `cooldown` after the last attempt.
 *
 * @param issuer The origin that the document speaks for.
 */
export function createMirror (issuer: string, findIssuers: FindIssuers, keys: KeySettings, clock: Clock): PublishedDocument['write'] {
  let held: { readonly endpoints: CognitoEndpoints, readonly since: number } | null = null
  let failure: Failure | null = null
  let attemptedAt = -Infinity
  let current: Promise<void> | null = null

  const isYounger = (since: number, age: number): boolean => clock.monotonic() - since < age

  async function attempt (): Promise<void> {
    attemptedAt = clock.monotonic()
    const found = await load(findIssuers, keys, clock)
    if (isFailure(found)) failure = found
    else held = { endpoints: found, since: attemptedAt }
    current = null
  }

  return async () => {
    const isFresh = held !== null && isYounger(held.since, keys.refreshAfter)
    if (!isFresh && current === null && !isYounger(attemptedAt, keys.cooldown)) current = attempt()
    if (!isFresh && current !== null) await current
    if (held !== null && isYounger(held.since, keys.maxStale)) return mirrorDocument(issuer, held.endpoints)
    const wait = Math.max(1, Math.ceil((attemptedAt + keys.cooldown - clock.monotonic()) / 1000))
    return unavailable('discovery', failure?.cause, wait)
  }
}

async function load (findIssuers: FindIssuers, keys: KeySettings, clock: Clock): Promise<CognitoEndpoints | Failure> {
  const issuers = await findIssuers()
  if (isFailure(issuers)) return issuers
  const late = new AbortController()
  const deadline = createDeadline(keys.timeout, clock, () => late.abort(new KeyFetchError('timeout', `no complete answer within ${keys.timeout} ms`)))
  // A request waits for it.
  deadline.hold()
  const address = `${issuers[0]}/.well-known/openid-configuration`
  const found = await fetchJson(address, keys, late.signal).then(readEndpoints).catch((cause: unknown) => unavailable('discovery', cause))
  deadline.end()
  return found
}

// Whatever else the document says is left out: it speaks for another issuer.
function readEndpoints (document: unknown): CognitoEndpoints {
  const said = Object(document) as Readonly<Record<string, unknown>>
  const lacking = needed.find((name) => !isAddress(said[name]))
  if (lacking !== undefined) throw new KeyFetchError('parse', `the discovery document of the user pool names no ${lacking}: managed login needs a domain`)
  const endpoints = Object.fromEntries(taken.filter((name) => isAddress(said[name])).map((name) => [name, said[name]]))
  // Both that are needed were found above.
  return endpoints as CognitoEndpoints
}

function isAddress (value: unknown): boolean {
  return typeof value === 'string' && isSecureAddress(value)
}

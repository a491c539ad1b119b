/** What the verifier finds in a token, check by check, by its own functions and in its own order. */
import { isFailure, tokenInvalid } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { VerifierSettings } from '../options/settings.js'
import { decodeHeader, decodePayload, splitCompactJws } from '../token/compact-jws.js'
import type { CompactJws } from '../token/compact-jws.js'
import { readKeyId } from '../token/protected-header.js'
import { findSigner } from '../token/signature.js'
import type { JsonObject } from '../token/strict-json.js'
import type { TrustedIssuer } from '../verifier/trusted-issuer.js'
import { failed, passed, skipped } from './check.js'
import type { Check } from './check.js'
import { claimCheckNames, examineClaims } from './claim-checks.js'
import type { Holder } from './claim-checks.js'
import { describe } from './words.js'

const unread: readonly Check[] = ['header', ...claimCheckNames, 'key', 'signature'].map(skipped)

/** All checks, and who the token says holds it: not verified unless every check has passed. */
export interface Examination {
  readonly checks: readonly Check[]
  readonly holder: Holder | null
}

/**
 * Examines a token. Unlike the verifier it goes on after a failure as far as there is something to look at, so
 * that an expired token of another client shows both; but it looks for no key of an issuer that is not trusted.
 *
 * @param settings Those of the verifier that gives the verdict; with one user pool.
 * @param issuers Those of the same verifier, which has given its verdict, so that keys are fetched once.
 * @param now Seconds since the Unix epoch.
 */
export async function examine (token: string, settings: VerifierSettings, issuers: ReadonlyMap<string, TrustedIssuer>, now: number): Promise<Examination> {
  const jws = token.length > settings.maxTokenLength ? tokenInvalid('length') : splitCompactJws(token)
  if (isFailure(jws)) return { checks: [failed('form', jws, describeForm(token)), ...unread], holder: null }
  const header = decodeHeader(jws)
  if (isFailure(header)) return { checks: [failed('form', header, describeForm(token)), ...unread], holder: null }
  const keyId = readKeyId(header)
  const payload = decodePayload(jws)
  if (isFailure(payload)) {
    // The verifier judges the header before it reads the payload.
    const checks = typeof keyId === 'string'
      ? [failed('form', payload, describeForm(token)), ...unread]
      : [passed('form', describeForm(token)), failed('header', keyId, describeHeader(header)), ...unread.slice(1)]
    return { checks, holder: null }
  }
  // Settings hold one pool or more; the command line can name only one.
  const [userPool] = settings.userPools as readonly [UserPoolSettings]
  const { checks, holder } = examineClaims(payload, { userPool, clockTolerance: settings.clockTolerance, issuedAtTolerance: settings.issuedAtTolerance }, settings.roles, now)
  return {
    checks: [
      passed('form', describeForm(token)),
      typeof keyId === 'string' ? passed('header', describeHeader(header)) : failed('header', keyId, describeHeader(header)),
      ...checks,
      ...await checkSignature(jws, keyId, typeof payload.iss === 'string' ? issuers.get(payload.iss) : undefined)
    ],
    holder
  }
}

async function checkSignature (jws: CompactJws, keyId: string | Failure, issuer: TrustedIssuer | undefined): Promise<Check[]> {
  if (typeof keyId !== 'string' || issuer === undefined) return [skipped('key'), skipped('signature')]
  const { keySource } = issuer
  // The verdict has asked for a key that may have been published since the last fetch: here no fetch of its own is made for it.
  const keys = await keySource.find(keyId, -Infinity)
  const { lastError } = keySource.status()
  if (isFailure(keys)) {
    const detail = lastError === null ? `none of the published keys has the id ${describe(keyId)}` : lastError.message
    return [failed('key', keys, detail), skipped('signature')]
  }
  const key = passed('key', `the key set has the key ${describe(keyId)}`)
  return await findSigner(keys, jws) === null
    ? [key, failed('signature', tokenInvalid('signature'), 'not made by this key over this header and payload')]
    : [key, passed('signature', 'made by this key')]
}

function describeForm (token: string): string {
  const parts = token.split('.').length
  const kind = parts === 5 ? ', the form of an encrypted token such as a refresh token' : ''
  return `${token.length} characters, ${parts} ${parts === 1 ? 'part' : 'parts'}${kind}`
}

function describeHeader ({ alg, kid, typ, ...others }: JsonObject): string {
  const extensions = ['crit', 'b64'].filter((name) => Object.hasOwn(others, name))
  return [
    `alg ${describe(alg)}`,
    `kid ${describe(kid)}`,
    ...(typ === undefined ? [] : [`typ ${describe(typ)}`]),
    ...(extensions.length === 0 ? [] : [`with ${extensions.join(' and ')}`])
  ].join(', ')
}

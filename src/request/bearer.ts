/** The credentials of a request: where the token is, and whether the header is one (RFC 6750 §2.1). */
import type { IncomingHttpHeaders } from 'node:http'
import { failure, tokenMissing } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'

/** The part of a request that carries credentials. */
export interface BearerRequest {
  readonly headers: IncomingHttpHeaders
  readonly raw: { readonly rawHeaders?: readonly string[] }
}

/** The refusal of an `Authorization` header that is not `Bearer` and one {@link isB64Token b64token}. */
export const bearerMalformed: Failure = Object.freeze(failure('FST_COGNITO_REQUEST_INVALID', 'authorization'))
/** The refusal of a token that stands in the header without a scheme, as API Gateway's own authorizers take it. */
export const schemeMissing: Failure = Object.freeze(failure('FST_COGNITO_REQUEST_INVALID', 'scheme'))
const duplicate: Failure = Object.freeze(failure('FST_COGNITO_REQUEST_INVALID', 'duplicate_authorization'))

const prefix = 'Bearer '
const b64token = /^[\w\-.~+/]+=*$/
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Finds the bearer credentials in the `Authorization` header. What comes back is the rest of the header after
 * the scheme, unchecked: {@link isB64Token} judges it, once it is known not to be a token verified before.
 *
 * Another scheme, such as `Basic`, is no bearer credential: the token is missing, not malformed. A token without any
 * scheme was meant as one, though, and must not make its sender a guest.
 */
export function findBearer ({ headers, raw }: BearerRequest): string | Failure {
  const { authorization } = headers
  if (authorization === undefined) return tokenMissing
  // Node keeps the first of several lines and drops the others, so a proxy may have judged a line that is not this one.
  if (raw.rawHeaders !== undefined && !isSingle(raw.rawHeaders)) return duplicate
  return authorization.startsWith(prefix) && authorization.charAt(prefix.length) !== ' '
    ? authorization.slice(prefix.length)
    : findOtherSpelling(authorization)
}

/**
 * Tells whether credentials have the syntax of a bearer token.
 *
 * @see RFC 6750 §2.1: `b64token`
 */
export function isB64Token (credentials: string): boolean {
  return b64token.test(credentials)
}

// The scheme is case-insensitive and may be followed by several spaces (RFC 9110 §11.1, §11.4).
function findOtherSpelling (authorization: string): string | Failure {
  const scheme = /^bearer(?: +|$)/i.exec(authorization)
  if (scheme !== null) return authorization.slice(scheme[0].length)
  if (compactJws.test(authorization)) return schemeMissing
  // "bearer" before anything but a space, or as a later member of a list, was meant as a bearer token and is none.
  return /(?:^|,)\s*bearer(?![\w!#$%&'*+\-.^`|~])/i.test(authorization) ? bearerMalformed : tokenMissing
}

function isSingle (rawHeaders: readonly string[]): boolean {
  let lines = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 13 && name.toLowerCase() === 'authorization') lines++
  }
  return lines <= 1
}

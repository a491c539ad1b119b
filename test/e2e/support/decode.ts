/** What a token says, unverified. */
import { decodeJwt, decodeProtectedHeader } from 'jose'

export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

export function decode (token: string): DecodedToken {
  return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) }
}

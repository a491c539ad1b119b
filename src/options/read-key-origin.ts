/** Where the keys of one pool come from, checked: an address that nobody on the way can falsify, or the keys themselves. */
import { isOfAws } from '../claims/aws-domain.js'
import { jwksUriOf } from '../claims/user-pool.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import { isUsableSigningKey } from '../keys/jwk.js'
import type { JsonWebKeySet } from '../keys/jwk.js'
import { isSafe, readAddress } from './address.js'
import { isPlainObject, optionInvalid } from './checks.js'

type Options = Readonly<Record<string, unknown>>
type At = (name: string) => string

/** Checks `jwks`, `jwksUri` and `allowInsecure` of one pool; `at` gives the path of a member, for the error. */
export function readKeyOrigin (options: Options, issuers: readonly string[], at: At): Pick<UserPoolSettings, 'keyOrigin' | 'insecureJwksUri'> {
  const isAllowed = readAllowInsecure(options.allowInsecure, at('allowInsecure'))
  if (isAllowed) assertInsecureMakesSense(options.jwksUri, issuers, at)
  if (options.jwks !== undefined) {
    if (options.jwksUri !== undefined) throw optionInvalid(at('jwks'), 'either "jwks" or "jwksUri", not both', options.jwks)
    const origin = Object.freeze({ jwks: readKeySet(options.jwks, at('jwks')) })
    return { keyOrigin: () => origin, insecureJwksUri: null }
  }
  if (options.jwksUri !== undefined) {
    const jwksUri = isAllowed ? readAddress(options.jwksUri, at('jwksUri'), httpOrHttps) : readSafeAddress(options.jwksUri, at('jwksUri'))
    const origin = Object.freeze({ jwksUri })
    return { keyOrigin: () => origin, insecureJwksUri: isSafe(new URL(jwksUri)) ? null : jwksUri }
  }
  for (const issuer of issuers) readSafeAddress(jwksUriOf(issuer), at('issuer'))
  return { keyOrigin: (issuer) => ({ jwksUri: jwksUriOf(issuer) }), insecureJwksUri: null }
}

function readAllowInsecure (value: unknown, path: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  throw optionInvalid(path, 'true or false', value)
}

const httpOrHttps = 'an http or https URL'

// A permission that nothing needs would be found by nobody until something does.
function assertInsecureMakesSense (jwksUri: unknown, issuers: readonly string[], at: At): void {
  const address = jwksUri === undefined ? null : readAddress(jwksUri, at('jwksUri'), httpOrHttps)
  // For AWS, whoever is on the way could sign for real users of a real pool.
  if (address === null || new URL(address).protocol === 'https:' || [address, ...issuers].some(isOfAws)) {
    throw optionInvalid(at('allowInsecure'), 'to be left out unless "jwksUri" is an http URL, and no address of AWS', true)
  }
}

function readSafeAddress (value: unknown, path: string): string {
  const expected = 'an https URL, or an http URL on a loopback host'
  const address = readAddress(value, path, expected)
  if (isSafe(new URL(address))) return address
  throw optionInvalid(path, path.endsWith('jwksUri') ? `${expected}, or "allowInsecure" beside it for an emulator` : expected, address)
}

function readKeySet (value: unknown, path: string): JsonWebKeySet {
  const expected = 'a JSON Web Key Set with at least one RSA signing key of 2048 bits or more'
  if (!isPlainObject(value) || !Array.isArray(value.keys)) throw optionInvalid(path, expected, value)
  const usable = value.keys.filter(isUsableSigningKey)
  if (usable.length === 0) throw optionInvalid(`${path}.keys`, expected, value.keys)
  // Only what a key is made of is taken over; whatever else stands beside it need not be copyable.
  return { keys: usable.map(({ kty, kid, n, e }) => ({ kty, kid, n, e, alg: 'RS256', use: 'sig' })) }
}

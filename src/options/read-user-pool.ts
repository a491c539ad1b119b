/** One user pool's options, checked. */
import type { AudienceOf, TokenUse } from '../claims/types.js'
import { isUserPoolId, jwksUriOf, readUserPoolId } from '../claims/user-pool.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import { isUsableSigningKey } from '../keys/jwk.js'
import type { JsonWebKeySet } from '../keys/jwk.js'
import type { KeyOrigin } from '../keys/key-settings.js'
import { isPlainObject, optionInvalid, text, texts } from './checks.js'

/** The names of one pool's options. */
export const userPoolOptionNames: readonly string[] =
  Object.freeze(['userPoolId', 'clientId', 'tokenUse', 'audience', 'audienceOf', 'issuer', 'jwksUri', 'jwks'])

const clientIdForm = /^[\w+]{1,128}$/

/** Checks one pool's options; `at` gives the path of a member, for the error. */
export function readUserPool (options: Readonly<Record<string, unknown>>, at: (name: string) => string): UserPoolSettings {
  const userPoolId = text(at('userPoolId'), options.userPoolId, 'a user pool id such as "us-east-1_EXAMPLE01"', isUserPoolId)
  const clientIds = texts(at('clientId'), options.clientId, 'an app client id (1 to 128 letters, digits, "_" or "+")', (id) => clientIdForm.test(id))
  const issuers = readIssuers(options, userPoolId, at)
  return Object.freeze({
    userPoolId,
    clientIds: Object.freeze(clientIds),
    tokenUses: Object.freeze(readTokenUses(options.tokenUse, at('tokenUse'))),
    audiences: options.audience === undefined
      ? null
      : Object.freeze(texts(at('audience'), options.audience, 'a non-empty string', (audience) => audience !== '')),
    audienceOf: readAudienceOf(options, at('audienceOf')),
    issuers: Object.freeze(issuers),
    keyOrigin: readKeyOrigin(options, issuers, at)
  })
}

function readTokenUses (value: unknown, path: string): readonly TokenUse[] {
  if (value === undefined) return ['access', 'id']
  // `texts` has let only these two strings pass.
  return texts(path, value, '"access" or "id"', (use) => use === 'access' || use === 'id') as TokenUse[]
}

function readAudienceOf ({ audience, audienceOf = 'all' }: Readonly<Record<string, unknown>>, path: string): AudienceOf {
  if (audienceOf !== 'all' && audienceOf !== 'users') throw optionInvalid(path, '"all" or "users"', audienceOf)
  if (audienceOf === 'users' && audience === undefined) throw optionInvalid(path, 'the option "audience" beside it, since none is asked for', audienceOf)
  return audienceOf
}

function readIssuers (options: Readonly<Record<string, unknown>>, userPoolId: string, at: (name: string) => string): readonly string[] {
  if (options.issuer !== undefined) return texts(at('issuer'), options.issuer, 'an absolute http or https URL', isIssuer)
  const identity = readUserPoolId(userPoolId)
  if (identity === null) {
    throw optionInvalid(at('userPoolId'), 'an id that begins with an AWS region, or the option "issuer" beside it', userPoolId)
  }
  return identity.issuers
}

function readKeyOrigin (options: Readonly<Record<string, unknown>>, issuers: readonly string[], at: (name: string) => string): (issuer: string) => KeyOrigin {
  if (options.jwks !== undefined) {
    if (options.jwksUri !== undefined) throw optionInvalid(at('jwks'), 'either "jwks" or "jwksUri", not both', options.jwks)
    const origin = Object.freeze({ jwks: readKeySet(options.jwks, at('jwks')) })
    return () => origin
  }
  if (options.jwksUri !== undefined) {
    const origin = Object.freeze({ jwksUri: readKeyAddress(options.jwksUri, at('jwksUri')) })
    return () => origin
  }
  for (const issuer of issuers) readKeyAddress(jwksUriOf(issuer), at('issuer'))
  return (issuer) => ({ jwksUri: jwksUriOf(issuer) })
}

function readKeySet (value: unknown, path: string): JsonWebKeySet {
  const expected = 'a JSON Web Key Set with at least one RSA signing key of 2048 bits or more'
  if (!isPlainObject(value) || !Array.isArray(value.keys)) throw optionInvalid(path, expected, value)
  const usable = value.keys.filter(isUsableSigningKey)
  if (usable.length === 0) throw optionInvalid(`${path}.keys`, expected, value.keys)
  // Only what a key is made of is taken over; whatever else stands beside it need not be copyable.
  return { keys: usable.map(({ kty, kid, n, e }) => ({ kty, kid, n, e, alg: 'RS256', use: 'sig' })) }
}

function readKeyAddress (value: unknown, path: string): string {
  const expected = 'an https URL, or an http URL on a loopback host'
  const address = value instanceof URL ? value.href : text(path, value, expected, (href) => URL.canParse(href))
  const { protocol, hostname, username, password } = new URL(address)
  if (username !== '' || password !== '') throw optionInvalid(path, `${expected}, without credentials`, 'a URL with credentials')
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) throw optionInvalid(path, expected, address)
  return address
}

function isIssuer (value: string): boolean {
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
}

// The whole of 127.0.0.0/8 is loopback; the URL parser has already normalised every other spelling of an IPv4 address.
function isLoopback (hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

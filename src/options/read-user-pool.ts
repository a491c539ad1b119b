/** One user pool's options, checked. */
import type { AudienceOf, TokenUse } from '../claims/types.js'
import { isUserPoolId, readUserPoolId } from '../claims/user-pool.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import { optionInvalid, text, texts } from './checks.js'
import { readKeyOrigin } from './read-key-origin.js'

/** The names of one pool's options. */
export const userPoolOptionNames: readonly string[] =
  Object.freeze(['userPoolId', 'clientId', 'tokenUse', 'audience', 'audienceOf', 'issuer', 'jwksUri', 'allowInsecure', 'jwks'])

const clientIdForm = /^[\w+]{1,128}$/

/**
 * Checks one pool's options.
 *
 * @param at Gives the path of a member, for the error.
 * @param resources The names for which `audience: 'resource'` stands; `null` where there are none.
 */
export function readUserPool (options: Readonly<Record<string, unknown>>, at: (name: string) => string, resources: readonly string[] | null): UserPoolSettings {
  const userPoolId = text(at('userPoolId'), options.userPoolId, 'a user pool id such as "us-east-1_EXAMPLE01"', isUserPoolId)
  const clientIds = texts(at('clientId'), options.clientId, 'an app client id (1 to 128 letters, digits, "_" or "+")', (id) => clientIdForm.test(id))
  const issuers = readIssuers(options, userPoolId, at)
  return Object.freeze({
    userPoolId,
    clientIds: Object.freeze(clientIds),
    tokenUses: Object.freeze(readTokenUses(options.tokenUse, at('tokenUse'))),
    audiences: readAudiences(options.audience, at('audience'), resources),
    audienceOf: readAudienceOf(options, at('audienceOf')),
    issuers: Object.freeze(issuers),
    ...readKeyOrigin(options, issuers, at)
  })
}

function readTokenUses (value: unknown, path: string): readonly TokenUse[] {
  if (value === undefined) return ['access', 'id']
  // `texts` has let only these two strings pass.
  return texts(path, value, '"access" or "id"', (use) => use === 'access' || use === 'id') as TokenUse[]
}

function readAudiences (value: unknown, path: string, resources: readonly string[] | null): readonly string[] | null {
  if (value === undefined) return null
  if (value === 'resource') {
    if (resources === null) throw optionInvalid(path, 'names, since there is no option "resourceMetadata" from which "resource" could take them', value)
    return Object.freeze([...resources])
  }
  return Object.freeze(texts(path, value, 'a non-empty string', (audience) => audience !== ''))
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

function isIssuer (value: string): boolean {
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
}

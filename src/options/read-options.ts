/** Options into settings: copied, checked once, frozen. A pure function of what it is given. */
import type { GetToken, IsRevoked, MapUser } from './application.js'
import type { RoleSettings } from '../claims/types.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { KeySettings } from '../keys/key-settings.js'
import { functionOr, finiteNumber, integer, isPlainObject, members, optionInvalid, text } from './checks.js'
import { readLog } from './read-log.js'
import { readUserPool, userPoolOptionNames } from './read-user-pool.js'
import type { AuthMode, PublicRoutes } from './options.js'
import { readResolver } from './read-resolver.js'
import { readResources } from './read-resources.js'
import { revocationChecksOf } from './revocation-checks.js'
import type { CacheSettings, RequestSettings, ResolverSettings, ResourceSettings, VerifierSettings } from './settings.js'

const sharedOptionNames = ['roles', 'defaultRole', 'clockTolerance', 'issuedAtTolerance', 'mapUser', 'maxTokenLength', 'cache', 'keys']
const requestOptionNames = ['defaultAuth', 'publicRoutes', 'getToken', 'isRevoked', 'realm', 'log', 'resourceMetadata']
// `register` hands its own options to every plugin along with the plugin's.
const registerOptionNames = ['prefix', 'logLevel', 'logSerializers']

const longestDuration = 2 ** 31 - 1

/**
 * Checks the options of `createVerifier`.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad option, what came and what is expected.
 */
export function readVerifierOptions (options: unknown): VerifierSettings {
  const given = readNames(options, sharedOptionNames)
  return readShared(given, readUserPools(given, null))
}

/**
 * Checks the options of the plugin.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad option, what came and what is expected.
 */
export function readPluginOptions (options: unknown): { verifier: VerifierSettings, requests: RequestSettings } {
  const given = readNames(options, [...sharedOptionNames, ...requestOptionNames], registerOptionNames)
  const resolver = isPlainObject(given.userPools) ? readResolver(given.userPools) : null
  // Pools that are found at run time may be any number.
  const resources = readResources(given.resourceMetadata, resolver !== null ? Infinity : Array.isArray(given.userPools) ? given.userPools.length : 1)
  const names = resources?.map(({ resource }) => resource) ?? null
  const userPools = resolver === null ? readUserPools(given, names) : Object.freeze([])
  return Object.freeze({ verifier: readShared(given, userPools), requests: readRequests(given, resources, resolver) })
}

function readNames (options: unknown, names: readonly string[], ignored: readonly string[] = []): Readonly<Record<string, unknown>> {
  if (!isPlainObject(options)) throw optionInvalid('options', 'an object with userPoolId and clientId, or with userPools', options)
  const several = Object.hasOwn(options, 'userPools')
  const single = userPoolOptionNames.find((name) => Object.hasOwn(options, name))
  if (several && single !== undefined) {
    throw optionInvalid(single, 'the options of a pool inside "userPools", since that option is used', options[single])
  }
  const own = Object.fromEntries(Object.entries(options).filter(([name]) => !ignored.includes(name)))
  return members('options', own, [...(several ? ['userPools'] : userPoolOptionNames), ...names])
}

function readShared (options: Readonly<Record<string, unknown>>, userPools: readonly UserPoolSettings[]): VerifierSettings {
  return Object.freeze({
    userPools,
    roles: readRoles(options),
    clockTolerance: finiteNumber('clockTolerance', options.clockTolerance, 5, 0, 300),
    issuedAtTolerance: finiteNumber('issuedAtTolerance', options.issuedAtTolerance, 60, 0, 300),
    maxTokenLength: integer('maxTokenLength', options.maxTokenLength, 16_384, 1, 2 ** 20),
    mapUser: functionOr<MapUser, null>('mapUser', options.mapUser, null),
    cache: readCache(options.cache),
    keys: readKeys(options.keys)
  })
}

function readUserPools (options: Readonly<Record<string, unknown>>, resources: readonly string[] | null): readonly UserPoolSettings[] {
  if (!Object.hasOwn(options, 'userPools')) return Object.freeze([readUserPool(options, (name) => name, resources)])
  const { userPools } = options
  if (!Array.isArray(userPools) || userPools.length === 0) throw optionInvalid('userPools', 'a non-empty array', userPools)
  const seen = new Set<string>()
  return Object.freeze(Array.from(userPools, (pool: unknown, index) => {
    const path = `userPools[${index}]`
    const settings = readUserPool(members(path, pool, userPoolOptionNames), (name) => `${path}.${name}`, resources)
    for (const issuer of settings.issuers) {
      // One issuer in two pools would leave open which of them judges the token.
      if (seen.has(issuer)) throw optionInvalid(`${path}.issuer`, 'each issuer in one pool only', issuer)
      seen.add(issuer)
    }
    return settings
  }))
}

function readRoles (options: Readonly<Record<string, unknown>>): RoleSettings {
  const { roles = {}, defaultRole = null } = options
  if (!isPlainObject(roles)) throw optionInvalid('roles', 'an object from group to role', roles)
  const byGroup = Object.entries(roles).map(([group, role]) =>
    Object.freeze([group, text(`roles.${group}`, role, 'a non-empty role name', isNotEmpty)] as const))
  // JavaScript moves integer-like keys to the front of an object, so their precedence would not be the written one.
  const moved = byGroup.find(([group]) => /^(?:0|[1-9]\d*)$/.test(group))
  if (moved !== undefined && byGroup.length > 1) {
    throw optionInvalid(`roles.${moved[0]}`, 'no group named by an integer beside others, since JavaScript would change their order', moved[1])
  }
  return Object.freeze({
    byGroup: Object.freeze(byGroup),
    otherwise: defaultRole === null ? null : text('defaultRole', defaultRole, 'a non-empty role name or null', isNotEmpty)
  })
}

function readCache (value: unknown): CacheSettings | null {
  if (value === false) return null
  const cache = value === undefined ? {} : members('cache', value, ['maxEntries', 'maxAge'])
  return Object.freeze({
    maxEntries: integer('cache.maxEntries', cache.maxEntries, 10_000, 1, 10_000_000),
    maxAge: integer('cache.maxAge', cache.maxAge, 300_000, 1, longestDuration)
  })
}

function readKeys (value: unknown): KeySettings {
  const keys = value === undefined ? {} : members('keys', value, ['refreshAfter', 'maxStale', 'cooldown', 'timeout', 'maxBytes', 'fetch'])
  const maxStale = integer('keys.maxStale', keys.maxStale, 3_600_000, 2, longestDuration)
  const refreshAfter = integer('keys.refreshAfter', keys.refreshAfter, 600_000, 1, longestDuration)
  if (refreshAfter >= maxStale) throw optionInvalid('keys.refreshAfter', `an age below keys.maxStale (${maxStale})`, refreshAfter)
  return Object.freeze({
    refreshAfter,
    maxStale,
    cooldown: integer('keys.cooldown', keys.cooldown, 30_000, 1, longestDuration),
    timeout: integer('keys.timeout', keys.timeout, 3_000, 1, longestDuration),
    maxBytes: integer('keys.maxBytes', keys.maxBytes, 51_200, 1, 2 ** 30),
    // Looked up at each call, so that a global `fetch` replaced after registration is the one used.
    fetch: functionOr<typeof fetch, typeof fetch>('keys.fetch', keys.fetch, (...call) => globalThis.fetch(...call))
  })
}

function readRequests (options: Readonly<Record<string, unknown>>, resourceMetadata: readonly ResourceSettings[] | null, resolver: ResolverSettings | null): RequestSettings {
  const { defaultAuth = 'public', realm = 'api' } = options
  if (defaultAuth !== 'public' && defaultAuth !== 'optional' && defaultAuth !== 'required') {
    throw optionInvalid('defaultAuth', '"public", "optional" or "required"', defaultAuth)
  }
  // The issuers that have keys are those of tenants, which are no business of everyone.
  if (resolver !== null && resourceMetadata?.some(({ authorizationServers }) => authorizationServers === null) === true) {
    throw optionInvalid('resourceMetadata.authorizationServers', 'the issuers to be named, since "userPools" are known only at run time', undefined)
  }
  return Object.freeze({
    defaultAuth,
    publicRoutes: readPublicRoutes(options.publicRoutes, defaultAuth),
    getToken: functionOr<GetToken, null>('getToken', options.getToken, null),
    isRevoked: functionOr<IsRevoked, null>('isRevoked', options.isRevoked, null),
    revocation: revocationChecksOf(options.isRevoked),
    // Printable ASCII without quote and backslash needs no escaping in a quoted-string (RFC 9110 §5.6.4).
    realm: text('realm', realm, 'printable ASCII without quotes and backslashes', (value) => /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(value)),
    log: readLog(options.log),
    resolver,
    resourceMetadata
  })
}

function readPublicRoutes (value: unknown, defaultAuth: AuthMode): PublicRoutes | null {
  // Whoever lists the public routes takes the others for protected.
  if (value !== undefined && defaultAuth === 'public') throw optionInvalid('publicRoutes', 'a defaultAuth other than "public" beside it, or every route is public', value)
  return functionOr<PublicRoutes, null>('publicRoutes', value, null)
}

function isNotEmpty (value: string): boolean {
  return value !== ''
}

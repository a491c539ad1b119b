/** A token without a sign-in, for scripts: the same claims, signed with the same keys. */
import { randomUUID } from 'node:crypto'
import { integer, members, optionInvalid, text } from '../options/checks.js'
import { signToken } from '../testing/sign-token.js'
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from './claims.js'
import type { PoolKeys } from './pool.js'
import type { DevClient, DevSettings } from './settings.js'

// A refresh token of Cognito lasts at most ten years.
const longestSession = 3_650 * 86_400

/** What is asked for. */
export interface DirectTokenOptions {
  /** A user of the pool, or the id of a client for `client_credentials`. */
  readonly subject: string
  /** Default: `'access'`. */
  readonly tokenUse?: 'access' | 'id'
  /** Groups instead of the user's own. */
  readonly groups?: readonly string[]
  /** The app client that the token is for. Default: the first client for users. */
  readonly clientId?: string
  /** Scopes instead of all that the client has. */
  readonly scopes?: readonly string[]
  /** Seconds from now; a negative number makes an expired token. Default: the lifetime of the pool. */
  readonly expiresIn?: number
  /** Seconds between the sign-in and the token, for trying `maxAge`. Default: 0. */
  readonly signedInAgo?: number
}

/**
 * Makes the token.
 *
 * @param now Seconds since the Unix epoch.
 * @throws `FST_COGNITO_OPTIONS_INVALID` for a user or client that the pool does not have.
 */
export async function directToken (options: unknown, issuer: string, settings: DevSettings, keys: PoolKeys, now: number): Promise<string> {
  const given = members('options', options, ['subject', 'tokenUse', 'groups', 'clientId', 'scopes', 'expiresIn', 'signedInAgo']) as unknown as DirectTokenOptions
  const subject = text('subject', given.subject, 'a user name or a client id', (name) => name !== '')
  const [idKey, accessKey] = await keys.current()
  const user = settings.users.find(({ username }) => username === subject)
  const client = clientOf(subject, given.clientId, settings, user !== undefined)

  const isId = readTokenUse(given.tokenUse) === 'id'
  const lifetime = isId ? settings.lifetimes.id : settings.lifetimes.access
  const expiresIn = readExpiresIn(given.expiresIn ?? lifetime)
  const exp = now + expiresIn
  // An expired token was issued a lifetime before it ended.
  const iat = expiresIn > 0 ? now : exp - lifetime
  const times = { iat, exp }
  const scope = readList('scopes', given.scopes ?? client.scopes).join(' ')
  if (user === undefined) {
    return signToken(accessKey, { ...machineTokenClaims(subject, iat), iss: issuer, client_id: subject, scope, ...times })
  }
  const signIn = { originJti: randomUUID(), authTime: iat - integer('signedInAgo', given.signedInAgo, 0, 0, longestSession) }
  const holder = given.groups === undefined ? user : { ...user, groups: readList('groups', given.groups) }
  return isId
    ? signToken(idKey, { ...idTokenClaims(holder, signIn), iss: issuer, aud: client.clientId, ...times })
    : signToken(accessKey, { ...accessTokenClaims(holder, signIn), iss: issuer, client_id: client.clientId, scope, ...times })
}

function clientOf (subject: string, wanted: string | undefined, { clients, users }: DevSettings, isUser: boolean): DevClient {
  const machine = clients.find(({ clientId, grant }) => clientId === subject && grant === 'client_credentials')
  if (!isUser) {
    if (machine !== undefined) return machine
    throw optionInvalid('subject', `a user (${users.map(({ username }) => username).join(', ')}) or a machine client`, subject)
  }
  const web = clients.filter(({ grant }) => grant === 'code')
  const client = wanted === undefined ? web[0] : web.find(({ clientId }) => clientId === wanted)
  if (client === undefined) throw optionInvalid('clientId', `a client for users: ${web.map(({ clientId }) => clientId).join(', ')}`, wanted)
  return client
}

function readTokenUse (value: unknown = 'access'): 'access' | 'id' {
  if (value === 'access' || value === 'id') return value
  throw optionInvalid('tokenUse', '"access" or "id"', value)
}

function readExpiresIn (value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 86_400) return value
  throw optionInvalid('expiresIn', 'whole seconds, at most a day', value)
}

function readList (path: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) return value as string[]
  throw optionInvalid(path, 'an array of names', value)
}

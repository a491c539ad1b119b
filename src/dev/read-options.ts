/** The options of a development user pool, checked. */
import { integer, members, optionInvalid, text, texts } from '../options/checks.js'
import type { TestKeyPair } from '../testing/key-pairs.js'
import { anyLoopback } from './clients.js'
import type { DevUserPoolOptions } from './options.js'
import { standardScopes } from './settings.js'
import type { DevClient, DevLifetimes, DevSettings, DevUser } from './settings.js'
import { uuidOf } from './stable-uuid.js'

type Given = Readonly<Record<string, unknown>>

const defaults = {
  users: [{ username: 'alice', groups: ['Admins'] }, { username: 'bob', groups: ['Auditors'] }, { username: 'carol' }],
  clients: [
    { clientId: '1devweb23456789', scopes: [...standardScopes, 'files/read', 'files/write'] },
    { clientId: '2devmachine23456', secret: 'dev-secret', grant: 'client_credentials', scopes: ['files/read', 'files/write'] }
  ]
}

const userPoolIdForm = /^local_[0-9A-Za-z]{1,49}$/
const clientIdForm = /^[\w+]{1,128}$/
const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const claimForm = /^[\w:.-]{1,64}$/
// What the pool itself says of a user; an attribute of that name would contradict it.
const ownClaims = ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'token_use', 'jti', 'origin_jti', 'event_id', 'nonce', 'at_hash', 'cognito:username', 'cognito:groups', 'email']
const day = 86_400

/**
 * Checks the options.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad option, what came and what is expected.
 */
export function readDevOptions (options: DevUserPoolOptions): DevSettings {
  const given = members('options', options, ['userPoolId', 'port', 'users', 'clients', 'lifetimes', 'keyPairs'])
  return {
    userPoolId: given.userPoolId === undefined
      ? 'local_DevPool1'
      : text('userPoolId', given.userPoolId, 'an id that begins with "local_", such as "local_DevPool1"', (id) => userPoolIdForm.test(id)),
    port: integer('port', given.port, 9229, 0, 65_535),
    users: all('users', given.users ?? defaults.users, readUser, ({ username }) => username, ({ sub }) => sub),
    clients: all('clients', given.clients ?? defaults.clients, readClient, ({ clientId }) => clientId),
    lifetimes: readLifetimes(given.lifetimes ?? {}),
    keyPairs: readKeyPairs(given.keyPairs ?? [])
  }
}

/** Every item of a non-empty array, no two of which have the same name, of any kind of name that they have. */
function all<T> (path: string, value: unknown, read: (path: string, item: unknown) => T, ...kinds: ReadonlyArray<(item: T) => string>): readonly T[] {
  if (!Array.isArray(value) || value.length === 0) throw optionInvalid(path, 'a non-empty array', value)
  const items = Array.from(value, (item: unknown, index) => read(`${path}[${index}]`, item))
  for (const nameOf of kinds) {
    const names = items.map(nameOf)
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
    if (twice !== -1) throw optionInvalid(`${path}[${twice}]`, 'each name once', names[twice])
  }
  return items
}

function readUser (path: string, value: unknown): DevUser {
  const user = members(path, value, ['username', 'sub', 'email', 'groups', 'attributes'])
  const username = text(`${path}.username`, user.username, 'a non-empty name without spaces', (name) => /^[^\s]{1,128}$/.test(name))
  return {
    username,
    // The same at every start: an application that keeps its users by `sub` finds them again.
    sub: user.sub === undefined ? uuidOf(username) : text(`${path}.sub`, user.sub, 'a non-empty string', isNotEmpty),
    email: user.email === undefined ? `${username}@example.com` : text(`${path}.email`, user.email, 'a non-empty string', isNotEmpty),
    groups: list(`${path}.groups`, user.groups, 'a group name', isNotEmpty),
    attributes: readAttributes(`${path}.attributes`, user.attributes ?? {})
  }
}

function readAttributes (path: string, value: unknown): Readonly<Record<string, string>> {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const attributes = members(path, value, names)
  return Object.fromEntries(names.map((name) => {
    if (!claimForm.test(name) || ownClaims.includes(name)) throw optionInvalid(`${path}.${name}`, 'the name of an attribute, such as "custom:tenant"', name)
    return [name, text(`${path}.${name}`, attributes[name], 'a string', () => true)]
  }))
}

function readClient (path: string, value: unknown): DevClient {
  const client = members(path, value, ['clientId', 'secret', 'grant', 'callbackUrls', 'logoutUrls', 'scopes'])
  const grant = client.grant ?? 'code'
  if (grant !== 'code' && grant !== 'client_credentials') throw optionInvalid(`${path}.grant`, '"code" or "client_credentials"', grant)
  const isMachine = grant === 'client_credentials'
  if (isMachine && client.secret === undefined) throw optionInvalid(`${path}.secret`, 'a secret, since a machine has nothing else to show', client.secret)
  if (isMachine && client.scopes === undefined) throw optionInvalid(`${path}.scopes`, 'the scopes of the machine, such as ["files/read"]', client.scopes)
  return {
    clientId: text(`${path}.clientId`, client.clientId, 'an app client id (1 to 128 letters, digits, "_" or "+")', (id) => clientIdForm.test(id)),
    secret: client.secret === undefined ? null : text(`${path}.secret`, client.secret, 'a non-empty string', isNotEmpty),
    grant,
    callbackUrls: client.callbackUrls === undefined ? [anyLoopback] : texts(`${path}.callbackUrls`, client.callbackUrls, 'an absolute address', URL.canParse),
    logoutUrls: client.logoutUrls === undefined ? [anyLoopback] : texts(`${path}.logoutUrls`, client.logoutUrls, 'an absolute address', URL.canParse),
    scopes: client.scopes === undefined ? standardScopes : list(`${path}.scopes`, client.scopes, 'a scope', (scope) => scopeForm.test(scope))
  }
}

// Each pair is looked at where it becomes a key.
function readKeyPairs (value: unknown): readonly TestKeyPair[] {
  if (Array.isArray(value)) return value as readonly TestKeyPair[]
  throw optionInvalid('keyPairs', 'an array, as createTestKeyPairs() makes it', value)
}

function readLifetimes (value: unknown): DevLifetimes {
  const lifetimes: Given = members('lifetimes', value, ['access', 'id', 'refresh'])
  return {
    access: integer('lifetimes.access', lifetimes.access, 3_600, 1, day),
    id: integer('lifetimes.id', lifetimes.id, 3_600, 1, day),
    refresh: integer('lifetimes.refresh', lifetimes.refresh, 30 * day, 1, 3_650 * day)
  }
}

function list (path: string, value: unknown, expected: string, accepts: (value: string) => boolean): readonly string[] {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? [] : texts(path, value, expected, accepts)
}

function isNotEmpty (value: string): boolean {
  return value !== ''
}

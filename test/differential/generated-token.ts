/** Tokens that are really signed and of which a few things are unusual: claims, header, JSON, spelling. */
import { sign } from 'node:crypto'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { createKeyRing } from '../../src/testing/key-pairs.js'
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from '../../src/testing/test-claims.js'

export const userPoolId = 'us-east-1_TestPool1'
export const clientId = '1testclient23456789'
export const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`
export const updatedIssuer = `https://issuer-cognito-idp.us-east-1.amazonaws.com/${userPoolId}`
export const resource = 'https://api.example.com'
export const now = 1_780_000_000
export const clockTolerance = 5

const testKey = createKeyRing(userPoolId)
const keys = [await testKey(0), await testKey(1)] as const
const stranger = await createKeyRing('us-east-1_Stranger1')(2)

export const jwks = { keys: keys.map(({ jwk }) => jwk) }

type Members = Record<string, unknown>
type Change = readonly [name: string, value: unknown]

/** How a token is made; everything in it is plain data, so that a failing case can be printed. */
export interface Recipe {
  readonly kind: 'access' | 'id' | 'machine'
  readonly claims: readonly Change[]
  readonly header: readonly Change[]
  readonly writing: string
  readonly spelling: string
  /** Whether the part was spelt so before it was signed: then the signature fits the spelling. */
  readonly isSpeltFirst: boolean
  readonly isForged: boolean
}

const oddities: readonly unknown[] = [undefined, null, '', 'x', 0, -1, 7.5, true, [], {}, ['x'], [7], [null], [[]], { x: 1 }]
const moments = [-90_000, -86_400, -3_600, -6, -5.5, -5, -4.5, -1, -0.5, 0, 0.5, 1, 4.5, 5, 5.5, 6, 3_600, 86_399, 86_400, 86_405, 86_406, 90_000]
  .map((offset) => now + offset)

const values: Readonly<Record<string, readonly unknown[]>> = {
  iss: [issuer, updatedIssuer, `${issuer}/`, issuer.toUpperCase(), [issuer], issuer.replace('1_T', '2_T'), ...oddities],
  token_use: ['access', 'id', 'refresh', ['access'], 'Access', ...oddities],
  client_id: [clientId, 'other', [clientId], `${clientId} `, ...oddities],
  aud: [clientId, 'other', [clientId], [clientId, 'other'], resource, [resource], [resource, 7], `${resource}/`, ...oddities],
  sub: ['user', 'ü', '\u0000', ...oddities],
  username: ['user', ...oddities],
  'cognito:username': ['user', ...oddities],
  'cognito:groups': [['a'], 'a', ['a', 7], ...oddities],
  scope: ['a b', ['a'], ...oddities],
  jti: ['id', ...oddities],
  cnf: [{ jkt: 'x' }, ...oddities],
  exp: [...moments, now * 1000, String(now + 60), ...oddities],
  iat: [...moments, now * 1000, String(now), ...oddities],
  nbf: [...moments, now * 1000, String(now), ...oddities],
  email: ['a@example.com', ...oddities],
  'custom:x': oddities,
  constructor: oddities,
  version: oddities,
  auth_time: oddities,
  origin_jti: oddities
}

const headerValues: Readonly<Record<string, readonly unknown[]>> = {
  alg: ['RS256', 'none', 'HS256', 'RS384', 'PS256', 'rs256', ...oddities],
  kid: [keys[0].kid, keys[1].kid, stranger.kid, keys[1].kid.toLowerCase(), '../x', '__proto__', ...oddities],
  typ: ['JWT', 'at+jwt', 'jwt', 'JOSE', 'dpop+jwt', ...oddities],
  crit: [['exp'], ['b64'], [], ...oddities],
  b64: [true, false, ...oddities],
  cty: ['JWT', ...oddities],
  jku: ['https://attacker.example/jwks.json', ...oddities],
  jwk: [stranger.jwk, ...oddities],
  x5c: [['x'], ...oddities],
  zip: ['DEF', ...oddities]
}

const writings: Readonly<Record<string, (json: string) => string | Buffer>> = {
  blanks: (json) => ` \n${json}\t `,
  'escaped slashes': (json) => json.replaceAll('/', '\\/'),
  'escaped letters': (json) => json.replaceAll('s', '\\u0073'),
  exponents: (json) => json.replace(/:(\d{9})0([,}])/g, ':$1e1$2'),
  'same member twice': (json) => json.replace(/("(?:iss|alg)":"[^"]*")/, '$1,$1'),
  'other member before': (json) => json.replace(/"(iss|alg)":"[^"]*"/, '"$1":"x",$&'),
  'other member after': (json) => json.replace(/"(iss|alg)":"[^"]*"/, '$&,"$1":"x"'),
  '__proto__ member': (json) => `${json.slice(0, -1)},"__proto__":{"sub":"admin"}}`,
  'deep member': (json) => `${json.slice(0, -1)},"deep":${'['.repeat(40)}${']'.repeat(40)}}`,
  'byte order mark': (json) => `\u{feff}${json}`,
  'no UTF-8': (json) => Buffer.concat([Buffer.from(`${json.slice(0, -1)},"x":"`), Buffer.from([0xff]), Buffer.from('"}')]),
  'half a surrogate pair': (json) => `${json.slice(0, -1)},"x":"\\ud800"}`,
  array: (json) => `[${json}]`,
  truncated: (json) => json.slice(0, -1),
  trailing: (json) => `${json}x`,
  long: (json) => `${json.slice(0, -1)},"x":"${'x'.repeat(20_000)}"}`
}

function mapPart (token: string, index: number, change: (part: string) => string): string {
  return token.split('.').map((part, at) => (at === index ? change(part) : part)).join('.')
}

/** Another last character that a lenient decoder reads as the same bytes, where there is one. */
function alias (part: string): string {
  const next = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = next[next.indexOf(part.slice(-1)) + 1] ?? 'A'
  return part.length % 4 === 0 ? part : part.slice(0, -1) + last
}

const partSpellings: Readonly<Record<string, (part: string) => string>> = {
  alias,
  padded: (part) => part + '='.repeat((4 - part.length % 4) % 4),
  'padded too much': (part) => `${part}==`,
  blank: (part) => `${part.slice(0, 4)} ${part.slice(4)}`,
  newline: (part) => `${part}\n`,
  'base64 alphabet': (part) => part.replaceAll('-', '+').replaceAll('_', '/'),
  empty: () => '',
  'cut short': (part) => part.slice(0, -1),
  'upper case': (part) => part.toUpperCase()
}

const spellings: Readonly<Record<string, (token: string) => string>> = {
  ...Object.fromEntries(Object.entries(partSpellings).flatMap(([name, change]) =>
    [0, 1, 2].map((index) => [`${name} in part ${index}`, (token: string) => mapPart(token, index, change)]))),
  'four parts': (token) => `${token}.x`,
  'two parts': (token) => token.slice(0, token.lastIndexOf('.')),
  'newline after it': (token) => `${token}\n`,
  'space before it': (token) => ` ${token}`
}

function changeOf (of: Readonly<Record<string, readonly unknown[]>>): Arbitrary<Change> {
  return fc.constantFrom(...Object.entries(of)).chain(([name, all]) => fc.constantFrom(...all).map((value): Change => [name, value]))
}

/** Recipes for these kinds: often nothing or one thing is unusual, seldom more, so that most tokens are nearly right. */
export const recipesFor = (kinds: ReadonlyArray<Recipe['kind']>): Arbitrary<Recipe> => fc.record({
  kind: fc.constantFrom(...kinds),
  claims: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 5, arbitrary: fc.array(changeOf(values), { minLength: 1, maxLength: 2 }) }),
  header: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(changeOf(headerValues), { minLength: 1, maxLength: 2 }) }),
  writing: fc.oneof({ weight: 4, arbitrary: fc.constant('plain') }, { weight: 1, arbitrary: fc.constantFrom(...Object.keys(writings)) }),
  spelling: fc.oneof({ weight: 6, arbitrary: fc.constant('plain') }, { weight: 1, arbitrary: fc.constantFrom(...Object.keys(spellings)) }),
  isSpeltFirst: fc.boolean(),
  isForged: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
})

/** Makes the token of a recipe; `usual` are claims that all tokens have unless the recipe says otherwise. */
export function makeToken ({ kind, claims, header, writing, spelling, isSpeltFirst, isForged }: Recipe, usual: object): string {
  const write = writings[writing] ?? ((json: string) => json)
  const respell = spellings[spelling] ?? ((token: string) => token)
  const key = kind === 'id' ? keys[0] : keys[1]
  const identity = { issuer, clientId, sub: 'd3f5c1a0-7b1e-4c57-9d6a-0d7a2f1b6c11' }
  const times = { iat: now - 60, auth_time: now - 60, exp: now + 3_540 }
  const make = { access: accessTokenClaims, id: idTokenClaims, machine: machineTokenClaims }[kind]
  const payload: Members = { ...make(identity, times), ...usual, ...Object.fromEntries(claims) }
  const members: Members = { kid: key.kid, alg: 'RS256', ...Object.fromEntries(header) }
  // An unusual way of writing concerns the payload, or the header if that has been touched already.
  const encode = (part: Members, isWrittenOddly: boolean): string =>
    Buffer.from(isWrittenOddly ? write(JSON.stringify(part)) : JSON.stringify(part)).toString('base64url')
  const plain = `${encode(members, header.length > 0)}.${encode(payload, header.length === 0)}`
  const signingInput = isSpeltFirst ? respell(`${plain}.x`).replace(/\.[^.]*$/, '') : plain
  const signer = isForged ? stranger : key
  const token = `${signingInput}.${sign('sha256', Buffer.from(signingInput), signer.privateKey).toString('base64url')}`
  return isSpeltFirst ? token : respell(token)
}

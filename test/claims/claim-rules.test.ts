/** Who may hold which token: every rule but those of time, each with what it lets pass and what it refuses. */
import t from 'tap'
import { failure } from '../../src/errors/failure.js'
import { findRefusals, judgeClaims } from '../../src/claims/claim-rules.js'
import type { ClaimPolicy } from '../../src/claims/claim-rules.js'
import type { Reason } from '../../src/errors/failure.js'
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from '../../src/testing/test-claims.js'

const now = 1_780_000_000
const original = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01'
const updated = 'https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01'
const clientId = '1example23456789'
const identity = { issuer: original, clientId, sub: 'd3f5c1a0-7b1e-4c57-9d6a-0d7a2f1b6c11' }
const times = { iat: now - 60, exp: now + 3540, auth_time: now - 60 }
const userPool = { clientIds: [clientId, 'second+client'], tokenUses: ['access', 'id'], audiences: null, audienceOf: 'all', issuers: [original, updated] } as const

const makers = {
  access: (changes: object = {}) => accessTokenClaims(identity, { ...times, ...changes }),
  id: (changes: object = {}) => idTokenClaims(identity, { ...times, ...changes }),
  machine: (changes: object = {}) => machineTokenClaims(identity, { ...times, ...changes })
}

interface Case {
  readonly kind: keyof typeof makers
  readonly changes: object
  readonly says: string
  readonly pool?: Partial<ClaimPolicy['userPool']>
}

function reasonOf ({ kind, changes, pool = {} }: Case): Reason | null {
  // Through JSON, as a token's claims come: what is undefined is absent.
  const claims = JSON.parse(JSON.stringify(makers[kind](changes))) as Record<string, unknown>
  return judgeClaims(claims, { userPool: { ...userPool, ...pool }, clockTolerance: 5, issuedAtTolerance: 5 }, now)?.reason ?? null
}

function accepts (name: string, cases: readonly Case[]): void {
  t.test(`accepts ${name}`, async (t) => {
    for (const each of cases) t.equal(reasonOf(each), null, `${each.kind}: ${each.says}`)
  })
}

function refuses (reason: Reason, cases: readonly Case[]): void {
  t.test(`refuses for the reason ${reason}`, async (t) => {
    for (const each of cases) t.equal(reasonOf(each), reason, `${each.kind}: ${each.says}`)
  })
}

/** The same change to each kind of token. */
function all (changes: object, says: string): Case[] {
  return (['access', 'id', 'machine'] as const).map((kind) => ({ kind, changes, says }))
}

const wrongStrings: ReadonlyArray<[value: unknown, says: string]> = [
  [null, 'null'], [7, 'a number'], [true, 'a boolean'], [{}, 'an object'], [[], 'an empty array'], [['x'], 'an array of strings']
]

accepts('the tokens that Cognito issues', [
  ...all({}, 'as issued'),
  ...all({ iss: updated }, 'by the other issuer of the pool'),
  ...all({ origin_jti: undefined, event_id: undefined, auth_time: undefined, version: undefined }, 'without claims that older tokens lack'),
  ...all({ jti: undefined }, 'without an id of its own'),
  ...all({ 'custom:tenant': 'a', unheard_of: { deep: [1, null] } }, 'with claims that nobody here knows'),
  { kind: 'access', changes: { client_id: 'second+client' }, says: 'for the second app client' },
  { kind: 'id', changes: { aud: 'second+client' }, says: 'for the second app client' }
])

refuses('issuer', [
  ...all({ iss: undefined }, 'no issuer'),
  ...all({ iss: `${original}/` }, 'a trailing slash'),
  ...all({ iss: original.toUpperCase() }, 'upper case'),
  ...all({ iss: original.replace('https', 'http') }, 'another scheme'),
  ...all({ iss: original.slice(0, -1) }, 'a prefix'),
  ...all({ iss: `${original}2` }, 'a longer pool id'),
  ...all({ iss: [original] }, 'an array that names it'),
  ...all({ iss: { toString: original } }, 'an object')
])

refuses('token_use', [
  ...all({ token_use: undefined }, 'no kind'),
  ...all({ token_use: 'refresh' }, 'another kind'),
  ...all({ token_use: 'Access' }, 'another case'),
  ...all({ token_use: ['access', 'id'] }, 'an array'),
  { kind: 'id', changes: {}, pool: { tokenUses: ['access'] }, says: 'only access tokens are accepted' },
  { kind: 'access', changes: {}, pool: { tokenUses: ['id'] }, says: 'only ID tokens are accepted' },
  { kind: 'machine', changes: {}, pool: { tokenUses: ['id'] }, says: 'only ID tokens are accepted' }
])

accepts('each kind alone where only that kind is accepted', [
  { kind: 'id', changes: {}, pool: { tokenUses: ['id'] }, says: 'ID' },
  { kind: 'access', changes: {}, pool: { tokenUses: ['access'] }, says: 'access' }
])

refuses('client_id', [
  { kind: 'access', changes: { client_id: 'another' }, says: 'another client' },
  { kind: 'access', changes: { client_id: undefined }, says: 'no client' },
  { kind: 'access', changes: { client_id: undefined, aud: clientId }, says: 'the client in the claim of ID tokens' },
  { kind: 'access', changes: { client_id: [clientId] }, says: 'an array that names it' },
  { kind: 'machine', changes: { client_id: `${clientId} ` }, says: 'a trailing space' },
  { kind: 'id', changes: { aud: 'another' }, says: 'another client' },
  { kind: 'id', changes: { aud: undefined, client_id: clientId }, says: 'the client in the claim of access tokens' },
  { kind: 'id', changes: { aud: [clientId] }, says: 'an array that names it' },
  { kind: 'id', changes: { aud: null }, says: 'null' }
])

const resource = 'https://api.example.com'
const bound = { audiences: [resource, 'https://other.example.com'] }

accepts('audiences', [
  { kind: 'access', changes: { aud: clientId }, says: 'set by a trigger, where none is asked for' },
  { kind: 'access', changes: { aud: [resource] }, says: 'an array, where none is asked for' },
  { kind: 'access', changes: { aud: [] }, says: 'an empty array, where none is asked for' },
  { kind: 'access', changes: { aud: resource }, pool: bound, says: 'the one asked for' },
  { kind: 'machine', changes: { aud: ['https://elsewhere.example.com', resource] }, pool: bound, says: 'an array that names one asked for' },
  { kind: 'id', changes: {}, pool: bound, says: 'an ID token, whose audience is its client' }
])

refuses('audience', [
  ...[null, 7, true, {}, [7], [resource, null], [[resource]]].map((aud) =>
    ({ kind: 'access' as const, changes: { aud }, says: `${JSON.stringify(aud)} is no audience at all` })),
  { kind: 'access', changes: { aud: undefined }, pool: bound, says: 'none where one is asked for' },
  { kind: 'access', changes: { aud: [] }, pool: bound, says: 'an empty array where one is asked for' },
  { kind: 'access', changes: { aud: 'https://elsewhere.example.com' }, pool: bound, says: 'another than asked for' },
  { kind: 'access', changes: { aud: `${resource}/` }, pool: bound, says: 'a longer one than asked for' },
  { kind: 'machine', changes: { aud: [resource, 7] }, pool: bound, says: 'an array that holds more than strings' }
])

const ofUsers = { ...bound, audienceOf: 'users' } as const

accepts('tokens of machines, where only users have to name a resource', [
  { kind: 'machine', changes: {}, pool: ofUsers, says: 'as Cognito issues them, bound to nothing' },
  { kind: 'machine', changes: { client_id: 'second+client', sub: 'second+client' }, pool: ofUsers, says: 'of another accepted client' },
  { kind: 'machine', changes: { aud: clientId }, pool: ofUsers, says: 'whose trigger writes the client there' },
  { kind: 'machine', changes: { aud: [] }, pool: ofUsers, says: 'with an audience of nobody' },
  { kind: 'machine', changes: { aud: [resource] }, pool: ofUsers, says: 'that names the resource' },
  { kind: 'access', changes: { aud: resource }, pool: ofUsers, says: 'and of users that name it' }
])

refuses('audience', [
  { kind: 'machine', changes: {}, pool: bound, says: 'a machine, where everybody is asked' },
  { kind: 'access', changes: {}, pool: ofUsers, says: 'a user without one' },
  { kind: 'access', changes: { aud: 'https://elsewhere.example.com' }, pool: ofUsers, says: 'a user bound to another resource' },
  { kind: 'access', changes: { aud: clientId }, pool: ofUsers, says: 'a user whose trigger writes the client there' },
  { kind: 'access', changes: { username: undefined }, pool: ofUsers, says: 'a user whose name is missing' },
  { kind: 'access', changes: { sub: clientId }, pool: ofUsers, says: 'a user by name whose subject is the client' },
  { kind: 'access', changes: { username: '', sub: clientId }, pool: ofUsers, says: 'an empty name is a name' },
  { kind: 'machine', changes: { sub: 'second+client' }, pool: ofUsers, says: 'a machine about another client' },
  { kind: 'machine', changes: { aud: 'https://elsewhere.example.com' }, pool: ofUsers, says: 'a machine bound to another resource' },
  { kind: 'machine', changes: { aud: [clientId, 'https://elsewhere.example.com'] }, pool: ofUsers, says: 'a machine bound to another resource, beside its client' },
  { kind: 'machine', changes: { aud: null }, pool: ofUsers, says: 'a machine whose audience is none at all' }
])

refuses('confirmation', [
  ...all({ cnf: { jkt: 'thumbprint' } }, 'a token bound to a key'),
  ...all({ cnf: null }, 'a confirmation that says nothing')
])

refuses('jwt_id', wrongStrings.flatMap(([jti, says]) => all({ jti }, says)))

refuses('subject', [
  ...all({ sub: undefined }, 'none'),
  ...all({ sub: '' }, 'an empty string'),
  ...wrongStrings.flatMap(([sub, says]) => all({ sub }, says))
])

accepts('users without a name', [
  { kind: 'access', changes: { username: undefined }, says: 'access token' },
  { kind: 'id', changes: { username: undefined }, says: 'ID token' },
  { kind: 'access', changes: { 'cognito:username': 7 }, says: 'whatever stands in the claim of the other kind' }
])

refuses('username', wrongStrings.flatMap(([value, says]) => [
  { kind: 'access' as const, changes: { username: value }, says },
  { kind: 'machine' as const, changes: { username: value }, says },
  { kind: 'id' as const, changes: { 'cognito:username': value }, says }
]))

accepts('groups', [...all({ groups: [] }, 'none'), ...all({ groups: ['a', ''] }, 'an empty name beside another')])

refuses('groups', [
  [null, 'null'], ['Admins', 'a string'], ['xAdminsx', 'a string that holds a name'], [{ 0: 'Admins', length: 1 }, 'an object like an array'],
  [['Admins', 7], 'a number among strings'], [['Admins', null], 'null among strings'], [[['Admins']], 'an array in an array']
].flatMap(([groups, says]) => all({ 'cognito:groups': groups }, String(says))))

accepts('scopes', [...all({ scope: '' }, 'none'), ...all({ scope: undefined }, 'no claim'), ...all({ scope: 'a/b c/d' }, 'two')])

refuses('scope', wrongStrings.flatMap(([scope, says]) => all({ scope }, says)))

t.test('says what is accepted and what came for issuer, kind and client', async (t) => {
  const policy = { userPool, clockTolerance: 5, issuedAtTolerance: 5 }
  const judge = (claims: Record<string, unknown>): unknown => judgeClaims(claims, policy, now)
  t.strictSame(judge(makers.access({ iss: 'https://elsewhere.example.com' })),
    failure('FST_COGNITO_TOKEN_INVALID', 'issuer', { expected: [original, updated], actual: 'https://elsewhere.example.com' }))
  t.strictSame(judge(makers.access({ token_use: ['access'] })),
    failure('FST_COGNITO_TOKEN_INVALID', 'token_use', { expected: ['access', 'id'], actual: 'an array' }))
  t.strictSame(judge(makers.id({ aud: undefined })),
    failure('FST_COGNITO_TOKEN_INVALID', 'client_id', { expected: [clientId, 'second+client'], actual: 'absent', absent: 'aud' }))
  t.strictSame(judge(makers.access({ sub: 7 })), failure('FST_COGNITO_TOKEN_INVALID', 'subject'), 'and of no other claim')
})

t.test('names the claim that is absent, and none where it is there and wrong', async (t) => {
  const policy = { userPool: { ...userPool, audiences: ['https://api.example'] }, clockTolerance: 5, issuedAtTolerance: 60 }
  const absences = [
    [{ iss: undefined }, ['iss']], [{ token_use: undefined }, ['token_use']], [{ client_id: undefined }, ['client_id']], [{ sub: undefined }, ['sub']],
    [{ aud: undefined }, ['aud']], [{ iat: undefined }, ['iat', 'iat']], [{ exp: undefined }, ['exp', 'exp']]
  ] as const
  for (const [claims, names] of absences) {
    const given = { aud: 'https://api.example', ...claims }
    t.strictSame(findRefusals(makers.access(given), policy, now).map(({ absent }) => absent), names, JSON.stringify(names))
    const wrong = Object.fromEntries(Object.keys(claims).map((name) => [name, null]))
    const refusals = findRefusals(makers.access({ ...given, ...wrong }), policy, now)
    t.strictSame(refusals.map(({ absent }) => absent), names.map(() => undefined), `${names[0]}: null`)
  }
})

t.test('finds all refusals in the order of the rules, the first being the verdict', async (t) => {
  const policy = { userPool, clockTolerance: 5, issuedAtTolerance: 5 }
  const bad = { iss: 'x', token_use: 'x', client_id: 'x', aud: 7, cnf: {}, sub: '', jti: 7, username: 7, 'cognito:groups': 'x', scope: 7, iat: 'x', nbf: 'x', exp: 'x' }
  t.strictSame(findRefusals(bad, policy, now).map(({ reason }) => reason), [
    'issuer', 'token_use', 'client_id', 'audience', 'confirmation', 'subject', 'jwt_id', 'username', 'groups', 'scope', 'issued_at', 'not_before', 'lifetime', 'expired'
  ])
  t.strictSame(judgeClaims(bad, policy, now), findRefusals(bad, policy, now)[0])
  t.strictSame(findRefusals(makers.access({ sub: '', exp: now - 30, iat: now - 60 }), policy, now), [
    failure('FST_COGNITO_TOKEN_INVALID', 'subject'), failure('FST_COGNITO_TOKEN_EXPIRED', 'expired')
  ])
  t.strictSame(findRefusals(makers.access(), policy, now), [])
})

import { inspect } from 'node:util'
import t from 'tap'
import type { Reason } from '../../src/errors/failure.js'
import type { CognitoUser } from '../../src/claims/user.js'
import type { RequestFacts } from '../../src/routes/requirement.js'
import { judgedAt, lackOf, requestWith, userWith } from '../support/rights.js'

type Row = readonly [requirement: object, user: CognitoUser, expected: Reason | null]

const admin = userWith({ 'cognito:groups': ['Admins', 'Staff'], scope: 'files/read files/write' })
const nobody = userWith()
const idUser = userWith({ token_use: 'id', aud: 'd', client_id: undefined, 'cognito:groups': ['Staff'] })
const rich = userWith({
  'custom:tenant': 'acme', tier: ['gold', 'beta'], level: 1, text: '1', verified: true, nested: { tier: 'gold' }, empty: '', list: [1, '2', true, null, ['gold']], nothing: null
})

const members: ReadonlyArray<readonly [name: string, rows: readonly Row[]]> = [
  ['groups', [
    [{ groups: ['Admins'] }, admin, null],
    [{ groups: ['Others', 'Staff'] }, admin, null],
    [{ groups: ['Others'] }, admin, 'required_group'],
    [{ groups: ['Admins'] }, nobody, 'required_group'],
    [{ groups: { any: ['Others', 'Staff'] } }, admin, null],
    [{ groups: { any: ['Others'] } }, admin, 'required_group'],
    [{ groups: { all: ['Staff', 'Admins'] } }, admin, null],
    [{ groups: { all: ['Staff', 'Admins', 'Others'] } }, admin, 'required_group'],
    [{ groups: { all: ['Staff', 'Admins'] } }, idUser, 'required_group'],
    [{ groups: { none: ['Others'] } }, admin, null],
    [{ groups: { none: ['Others'] } }, nobody, null],
    [{ groups: { none: ['Others', 'Staff'] } }, admin, 'prohibited_group'],
    [{ groups: { any: ['Staff'], none: ['Admins'] } }, admin, 'prohibited_group'],
    [{ groups: { any: ['Staff'], none: ['Admins'] } }, idUser, null],
    [{ groups: { any: ['Others', 'Staff'], all: ['Admins'], none: ['Barred'] } }, admin, null],
    [{ groups: ['admins'] }, admin, 'required_group'],
    [{ groups: ['Admins '] }, admin, 'required_group'],
    [{ groups: ['AdminsStaff'] }, admin, 'required_group'],
    [{ groups: ['admin'] }, userWith({ 'cognito:groups': ['ad', 'min'] }), 'required_group'],
    [{ groups: ['toString'] }, nobody, 'required_group'],
    [{ groups: { none: ['toString', '__proto__'] } }, nobody, null]
  ]],
  ['roles', [
    [{ roles: ['Auditor', 'Admin'] }, admin, null],
    [{ roles: ['Auditor'] }, admin, 'required_role'],
    [{ roles: ['Admins'] }, admin, 'required_role'],
    [{ roles: ['admin'] }, admin, 'required_role'],
    [{ roles: ['null'] }, nobody, 'required_role'],
    [{ roles: { any: ['Admin'] } }, admin, null],
    [{ roles: { all: ['Admin'] } }, admin, null],
    [{ roles: { all: ['Auditor'] } }, admin, 'required_role'],
    [{ roles: { none: ['Auditor'] } }, admin, null],
    [{ roles: { none: ['Admin'] } }, admin, 'prohibited_role'],
    [{ roles: { none: ['Admin', 'null'] } }, nobody, null]
  ]],
  ['scopes', [
    [{ scopes: ['files/read'] }, admin, null],
    [{ scopes: ['files/write', 'files/read'] }, admin, null],
    [{ scopes: ['files/read', 'files/delete'] }, admin, 'required_scope'],
    [{ scopes: { any: ['files/delete', 'files/read'] } }, admin, null],
    [{ scopes: { any: ['files/delete'] } }, admin, 'required_scope'],
    [{ scopes: { all: ['files/read', 'files/write'] } }, admin, null],
    [{ scopes: { all: ['files/read', 'files/delete'] } }, admin, 'required_scope'],
    [{ scopes: { none: ['files/delete'] } }, admin, null],
    [{ scopes: { none: ['files/write'] } }, admin, 'prohibited_scope'],
    [{ scopes: ['files/rea'] }, admin, 'required_scope'],
    [{ scopes: ['Files/read'] }, admin, 'required_scope'],
    [{ scopes: ['admin:read'] }, userWith({ scope: 'admin:read2' }), 'required_scope'],
    [{ scopes: { none: ['admin:read'] } }, userWith({ scope: 'admin:read2' }), null],
    [{ scopes: ['files/read'] }, userWith({ token_use: 'id', aud: 'c', scope: 'files/read' }), 'required_scope']
  ]],
  ['tokenUse', [
    [{ tokenUse: 'access' }, admin, null],
    [{ tokenUse: ['id', 'access'] }, admin, null],
    [{ tokenUse: 'id' }, admin, 'required_token_use'],
    [{ tokenUse: 'id' }, idUser, null]
  ]],
  ['clientId', [
    [{ clientId: 'c' }, admin, null],
    [{ clientId: ['d', 'c'] }, admin, null],
    [{ clientId: 'd' }, admin, 'required_client'],
    [{ clientId: 'C' }, admin, 'required_client'],
    [{ clientId: 'd' }, idUser, null],
    [{ clientId: ['cd'] }, admin, 'required_client']
  ]],
  ['claims', [
    [{ claims: { 'custom:tenant': 'acme' } }, rich, null],
    [{ claims: { 'custom:tenant': ['other', 'acme'] } }, rich, null],
    [{ claims: { 'custom:tenant': 'other' } }, rich, 'required_claim'],
    [{ claims: { 'custom:tenant': 'acme', level: 2 } }, rich, 'required_claim'],
    [{ claims: { tier: 'gold' } }, rich, null],
    [{ claims: { tier: ['silver', 'beta'] } }, rich, null],
    [{ claims: { tier: 'gold,beta' } }, rich, 'required_claim'],
    [{ claims: { tier: 'gol' } }, rich, 'required_claim'],
    [{ claims: { level: 1 } }, rich, null],
    [{ claims: { level: '1' } }, rich, 'required_claim'],
    [{ claims: { text: 1 } }, rich, 'required_claim'],
    [{ claims: { level: true } }, rich, 'required_claim'],
    [{ claims: { verified: true } }, rich, null],
    [{ claims: { verified: 'true' } }, rich, 'required_claim'],
    [{ claims: { verified: [false, 1] } }, rich, 'required_claim'],
    [{ claims: { nested: '[object Object]' } }, rich, 'required_claim'],
    [{ claims: { nested: 'gold' } }, rich, 'required_claim'],
    [{ claims: { list: 2 } }, rich, 'required_claim'],
    [{ claims: { list: '2' } }, rich, null],
    [{ claims: { list: 'gold' } }, rich, 'required_claim'],
    [{ claims: { nothing: 'null' } }, rich, 'required_claim'],
    [{ claims: { empty: '' } }, rich, null],
    [{ claims: { absent: '' } }, rich, 'required_claim'],
    [{ claims: { absent: 'undefined' } }, rich, 'required_claim'],
    [{ claims: { toString: 'x' } }, rich, 'required_claim'],
    [{ claims: { constructor: 'Object' } }, rich, 'required_claim'],
    [{ claims: JSON.parse('{"__proto__":"gold"}') as object }, rich, 'required_claim'],
    [{ claims: JSON.parse('{"__proto__":"gold"}') as object }, userWith(JSON.parse('{"__proto__":"gold"}') as Record<string, unknown>), null],
    [{ claims: { length: 2 } }, userWith({ tier: ['a', 'b'] }), 'required_claim']
  ]],
  ['maxAge', [
    [{ maxAge: 300 }, userWith({ auth_time: judgedAt - 300 }), null],
    [{ maxAge: 300 }, userWith({ auth_time: judgedAt - 301 }), 'required_max_age'],
    [{ maxAge: 300 }, userWith({ auth_time: judgedAt + 300 }), null],
    [{ maxAge: 300 }, userWith({ auth_time: judgedAt + 301 }), 'required_max_age'],
    [{ maxAge: 300 }, userWith({ auth_time: judgedAt * 1000 }), 'required_max_age'],
    [{ maxAge: 300 }, userWith({ auth_time: String(judgedAt) }), 'required_max_age'],
    [{ maxAge: 300 }, userWith({ auth_time: [judgedAt] }), 'required_max_age'],
    [{ maxAge: 300 }, userWith({ auth_time: null }), 'required_max_age'],
    [{ maxAge: 300 }, userWith({ auth_time: Infinity }), 'required_max_age'],
    [{ maxAge: 300 }, nobody, 'required_max_age']
  ]],
  ['anyOf', [
    [{ anyOf: [{ roles: ['Admin'] }] }, admin, null],
    [{ anyOf: [{ roles: ['Auditor'] }, { scopes: ['files/read'] }] }, admin, null],
    [{ anyOf: [{ roles: ['Auditor'] }, { scopes: ['files/delete'] }] }, admin, 'required_one_of'],
    [{ anyOf: [{ roles: ['Admin'], tokenUse: 'id' }, { groups: { none: ['Staff'] } }] }, admin, 'required_one_of'],
    [{ anyOf: [{ roles: ['Admin'], maxAge: 60 }, { roles: ['Auditor'] }] }, admin, 'required_max_age'],
    [{ anyOf: [{ roles: ['Auditor'], maxAge: 60 }, { roles: ['Auditor'] }] }, admin, 'required_one_of'],
    [{ anyOf: [{ maxAge: 60 }, { roles: ['Admin'] }] }, admin, null]
  ]]
]

const pairs: readonly Row[] = [
  [{ tokenUse: 'access', clientId: 'c' }, admin, null],
  [{ tokenUse: 'id', clientId: 'd' }, admin, 'required_token_use'],
  [{ tokenUse: 'access', clientId: 'd' }, admin, 'required_client'],
  [{ clientId: 'c', groups: ['Admins'] }, admin, null],
  [{ clientId: 'c', groups: ['Others'] }, admin, 'required_group'],
  [{ groups: ['Admins'], roles: ['Admin'] }, admin, null],
  [{ groups: ['Admins'], roles: ['Auditor'] }, admin, 'required_role'],
  [{ groups: { none: ['Staff'] }, roles: ['Admin'] }, admin, 'prohibited_group'],
  [{ roles: ['Admin'], scopes: ['files/read'] }, admin, null],
  [{ roles: ['Admin'], scopes: ['files/delete'] }, admin, 'required_scope'],
  [{ scopes: ['files/read'], claims: { sub: 's' } }, admin, null],
  [{ scopes: ['files/read'], claims: { sub: 't' } }, admin, 'required_claim'],
  [{ claims: { sub: 's' }, anyOf: [{ roles: ['Admin'] }] }, admin, null],
  [{ claims: { sub: 's' }, anyOf: [{ roles: ['Auditor'] }] }, admin, 'required_one_of'],
  [{ anyOf: [{ roles: ['Admin'] }], maxAge: 60 }, admin, 'required_max_age'],
  [{ groups: ['Others'], maxAge: 60 }, admin, 'required_group'],
  [{ groups: ['Admins'], maxAge: 60 }, admin, 'required_max_age']
]

const nested: readonly Row[] = [
  [{ anyOf: [{ anyOf: [{ anyOf: [{ anyOf: [{ groups: ['Staff'] }] }] }] }] }, admin, null],
  [{ anyOf: [{ anyOf: [{ anyOf: [{ anyOf: [{ groups: ['Others'] }] }] }] }] }, admin, 'required_one_of'],
  [{ roles: ['Admin'], anyOf: [{ groups: ['Others'] }, { scopes: ['files/read'], anyOf: [{ tokenUse: 'id' }, { clientId: 'c' }] }] }, admin, null],
  [{ roles: ['Admin'], anyOf: [{ groups: ['Others'] }, { scopes: ['files/read'], anyOf: [{ tokenUse: 'id' }, { clientId: 'd' }] }] }, admin, 'required_one_of'],
  [{ anyOf: [{ anyOf: [{ groups: ['Staff'], maxAge: 1 }] }, { groups: ['Others'] }] }, admin, 'required_max_age']
]

for (const [name, rows] of members) {
  t.test(`${name} alone lets in those who have it, and no one else`, async (t) => {
    for (const [requirement, user, expected] of rows) t.equal(lackOf(user, requirement)?.reason ?? null, expected, JSON.stringify(requirement))
    t.ok(rows.some(([, , expected]) => expected === null) && rows.some(([, , expected]) => expected !== null), 'with twins')
  })
}

t.test('of two members both must hold, and the first that does not is the reason', async (t) => {
  for (const [requirement, user, expected] of pairs) t.equal(lackOf(user, requirement)?.reason ?? null, expected, JSON.stringify(requirement))
})

t.test('alternatives within alternatives hold as what they are made of', async (t) => {
  for (const [requirement, user, expected] of nested) t.equal(lackOf(user, requirement)?.reason ?? null, expected, JSON.stringify(requirement))
})

t.test('a match holds where claim and request have one and the same value', async (t) => {
  const user = userWith({ 'custom:tenant': 'acme', level: 7, flag: true, empty: '', list: ['acme'], object: {}, odd: 'a, b', encoded: 'a/b', notANumber: 'NaN' })
  const duplicated = { headers: { 'x-tenant': 'a, b' }, raw: { rawHeaders: ['X-Tenant', 'a', 'x-tenant', 'b'] } }
  const header = (value: string) => ({ headers: { 'x-tenant': value }, raw: { rawHeaders: ['Host', 'h', 'X-TENANT', value] } })
  const rows: ReadonlyArray<readonly [match: Record<string, string>, request: Partial<RequestFacts>, holds: boolean]> = [
    [{ 'custom:tenant': 'params.tenant' }, { params: { tenant: 'acme' } }, true],
    [{ 'custom:tenant': 'params.tenant' }, { params: { tenant: 'other' } }, false],
    [{ 'custom:tenant': 'params.tenant' }, { params: { tenant: 'ACME' } }, false],
    [{ 'custom:tenant': 'params.tenant' }, { params: { tenant: 'acme ' } }, false],
    [{ 'custom:tenant': 'params.tenant' }, { params: {}, query: { tenant: 'acme' } }, false],
    [{ 'custom:tenant': 'params.tenant' }, { params: null }, false],
    [{ 'custom:tenant': 'params.tenant' }, { params: Object.create({ tenant: 'acme' }) as object }, false],
    [{ 'custom:tenant': 'params.tenant', sub: 'params.id' }, { params: { tenant: 'acme', id: 's' } }, true],
    [{ 'custom:tenant': 'params.tenant', sub: 'params.id' }, { params: { tenant: 'acme', id: 't' } }, false],
    [{ encoded: 'params.*' }, { params: { '*': 'a/b' } }, true],
    [{ level: 'query.level' }, { query: { level: '7' } }, true],
    [{ level: 'query.level' }, { query: { level: '07' } }, false],
    [{ level: 'query.level' }, { query: { level: 7 } }, true],
    [{ level: 'query.level' }, { query: { level: 70 } }, false],
    [{ level: 'query.level' }, { query: { level: [7] } }, false],
    [{ level: 'query.level' }, { query: { level: 7n } }, false],
    [{ level: 'query.level' }, { query: { level: { toString: () => '7' } } }, false],
    [{ odd: 'query.level', sub: 'query.sub' }, { query: { level: 'a, b', sub: Object('s') } }, false],
    [{ notANumber: 'query.level' }, { query: { level: NaN } }, false],
    [{ flag: 'query.flag' }, { query: { flag: true } }, true],
    [{ flag: 'query.flag' }, { query: { flag: false } }, false],
    [{ flag: 'query.flag' }, { query: { flag: 1 } }, false],
    [{ flag: 'query.flag' }, { query: { flag: 'true' } }, true],
    [{ empty: 'query.empty' }, { query: { empty: '' } }, false],
    [{ list: 'query.tenant' }, { query: { tenant: 'acme' } }, false],
    [{ list: 'query.tenant' }, { query: { tenant: ['acme'] } }, false],
    [{ object: 'query.tenant' }, { query: { tenant: '[object Object]' } }, false],
    [{ 'custom:tenant': 'query.tenant' }, { query: { tenant: ['acme', 'acme'] } }, false],
    [{ 'custom:tenant': 'query.tenant' }, { query: { tenant: ['acme'] } }, false],
    [{ absent: 'query.tenant' }, { query: {} }, false],
    [{ absent: 'query.tenant' }, { query: { tenant: 'undefined' } }, false],
    [{ absent: 'query.tenant' }, { query: { tenant: '' } }, false],
    [{ toString: 'query.toString' }, { query: {} }, false],
    [{ constructor: 'query.constructor' }, { query: {} }, false],
    [{ 'custom:tenant': 'query.__proto__' }, { query: {} }, false],
    [{ 'custom:tenant': 'headers.X-Tenant' }, header('acme'), true],
    [{ 'custom:tenant': 'headers.x-tenant' }, header('acme'), true],
    [{ 'custom:tenant': 'headers.x-tenant' }, header('other'), false],
    [{ odd: 'headers.x-tenant' }, duplicated, false],
    [{ odd: 'headers.x-tenant' }, header('a, b'), true],
    [{ 'custom:tenant': 'headers.x-tenant' }, { headers: { 'x-tenant': 'acme' }, raw: {} }, false],
    [{ 'custom:tenant': 'headers.x-tenant' }, { headers: {}, raw: { rawHeaders: ['x-tenant', 'acme'] } }, false]
  ]
  for (const [match, request, holds] of rows) {
    const lack = lackOf(user, { match }, requestWith(request))
    t.equal(lack?.reason ?? null, holds ? null : 'required_match', inspect([match, request]))
  }
})

t.test('a refusal says what the route expects, and no value of a claim', async (t) => {
  const rows: ReadonlyArray<readonly [requirement: object, refusal: object]> = [
    [{ groups: ['Others'] }, { reason: 'required_group', expected: ['Others'] }],
    [{ groups: { all: ['Admins', 'Others'] } }, { reason: 'required_group', expected: ['Admins', 'Others'], isAllExpected: true }],
    [{ groups: { none: ['Staff'] } }, { reason: 'prohibited_group', expected: ['Staff'] }],
    [{ scopes: ['x', 'y'] }, { reason: 'required_scope', expected: ['x', 'y'], isAllExpected: true }],
    [{ claims: { secret: 'value' } }, { reason: 'required_claim', expected: ['secret'] }],
    [{ match: { sub: 'params.id' } }, { reason: 'required_match', expected: ['sub = params.id'] }],
    [{ anyOf: [{ roles: ['Auditor'] }, { tokenUse: 'id' }] }, { reason: 'required_one_of', expected: [{ roles: ['Auditor'] }, { tokenUse: ['id'] }] }]
  ]
  for (const [requirement, refusal] of rows) {
    const lack = lackOf(admin, requirement)
    t.strictSame({ ...lack }, { ...lack, code: 'FST_COGNITO_FORBIDDEN', ...refusal })
  }
  t.match(lackOf(nobody, { maxAge: 300 }), { code: 'FST_COGNITO_REAUTHENTICATION_REQUIRED', maxAge: 300, expected: [300] })
})

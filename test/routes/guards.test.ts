import t from 'tap'
import { failure } from '../../src/errors/failure.js'
import type { Reason } from '../../src/errors/failure.js'
import { judgeRights } from '../../src/routes/guards.js'
import type { Requirement } from '../../src/routes/requirement.js'
import { createCognitoUser } from '../../src/claims/user.js'
import type { CognitoUser } from '../../src/claims/user.js'

const none: Requirement = { groups: null, roles: null, scopes: null, tokenUses: null }

function userOf (groups: readonly string[], scope: string): CognitoUser {
  return createCognitoUser(
    { iss: 'https://issuer.example', sub: 's', exp: 2, iat: 1, token_use: 'access', client_id: 'c', 'cognito:groups': groups, scope },
    'us-east-1_A',
    { byGroup: [['Admins', 'Admin']], otherwise: null }
  )
}

const admin = userOf(['Admins', 'Staff'], 'files/read files/write')
const nobody = userOf([], '')

t.test('nothing required, nothing refused', async (t) => {
  t.equal(judgeRights(nobody, none), null)
})

t.test('rights that the user has are enough', async (t) => {
  const table: Array<Partial<Requirement>> = [
    { groups: ['Admins'] },
    { groups: ['Others', 'Staff'] },
    { roles: ['Auditor', 'Admin'] },
    { scopes: ['files/read'] },
    { scopes: ['files/write', 'files/read'] },
    { tokenUses: ['access'] },
    { tokenUses: ['id', 'access'] },
    { groups: ['Staff'], roles: ['Admin'], scopes: ['files/read'], tokenUses: ['access'] }
  ]
  for (const requirement of table) t.equal(judgeRights(admin, { ...none, ...requirement }), null, JSON.stringify(requirement))
})

t.test('rights that are only alike are not enough', async (t) => {
  const table: ReadonlyArray<[reason: Reason, user: CognitoUser, requirement: Partial<Requirement>]> = [
    ['required_group', admin, { groups: ['Admin'] }],
    ['required_group', admin, { groups: ['admins'] }],
    ['required_group', admin, { groups: ['Admins '] }],
    ['required_group', admin, { groups: ['AdminsStaff'] }],
    ['required_group', userOf(['ad', 'min'], ''), { groups: ['admin'] }],
    ['required_group', nobody, { groups: ['Admins'] }],
    ['required_role', admin, { roles: ['Admins'] }],
    ['required_role', admin, { roles: ['admin'] }],
    ['required_role', nobody, { roles: ['null'] }],
    ['required_scope', admin, { scopes: ['files/rea'] }],
    ['required_scope', admin, { scopes: ['Files/read'] }],
    ['required_scope', admin, { scopes: ['files/read', 'files/delete'] }],
    ['required_scope', userOf([], 'admin:read2'), { scopes: ['admin:read'] }],
    ['required_scope', nobody, { scopes: ['files/read'] }],
    ['required_token_use', admin, { tokenUses: ['id'] }]
  ]
  for (const [reason, user, requirement] of table) {
    const expected = Object.values(requirement)[0]
    t.strictSame(
      judgeRights(user, { ...none, ...requirement }),
      failure('FST_COGNITO_FORBIDDEN', reason, { expected, scopes: requirement.scopes ?? [] }),
      `${reason} ${JSON.stringify(requirement)}`
    )
  }
})

t.test('every member must hold: one that does not is enough to refuse', async (t) => {
  const all: Requirement = { groups: ['Admins'], roles: ['Admin'], scopes: ['files/read'], tokenUses: ['access'] }
  t.equal(judgeRights(admin, all), null)
  t.match(judgeRights(admin, { ...all, tokenUses: ['id'] }), { reason: 'required_token_use' })
  t.match(judgeRights(admin, { ...all, groups: ['x'] }), { reason: 'required_group' })
  t.match(judgeRights(admin, { ...all, roles: ['x'] }), { reason: 'required_role' })
  t.match(judgeRights(admin, { ...all, scopes: ['x'] }), { reason: 'required_scope' })
})

t.test('the challenge learns the required scopes, whichever right is lacking', async (t) => {
  t.strictSame(judgeRights(nobody, { ...none, groups: ['Admins'], scopes: ['files/read'] })?.scopes, ['files/read'])
})

t.test('an empty list lets nobody in', async (t) => {
  t.match(judgeRights(admin, { ...none, groups: [] }), { code: 'FST_COGNITO_FORBIDDEN' })
  t.match(judgeRights(admin, { ...none, roles: [] }), { code: 'FST_COGNITO_FORBIDDEN' })
})

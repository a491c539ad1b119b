import t from 'tap'
import { judge } from '../../src/index.js'
import type { CognitoUser, RightsRequirement } from '../../src/index.js'
import { userWith } from '../support/rights.js'

const admin = userWith({ 'cognito:groups': ['Admins'], auth_time: 1_000 })

t.test('gives null for those who have the rights, and the reason for those who do not', async (t) => {
  t.equal(judge(admin, { roles: ['Admin'] }), null)
  t.equal(judge(admin, { roles: ['Auditor'] }), 'required_role')
  t.equal(judge(admin, { groups: { none: ['Admins'] } }), 'prohibited_group')
  t.equal(judge(admin, { anyOf: [{ scopes: ['x'] }, { groups: ['Admins'] }] }), null)
  t.equal(judge(admin, { anyOf: [{ scopes: ['x'] }, { tokenUse: 'id' }] }), 'required_one_of')
})

t.test('nobody lacks everything, even where only something is barred', async (t) => {
  t.equal(judge(null, { roles: ['Admin'] }), 'missing')
  t.equal(judge(null, { groups: { none: ['Barred'] } }), 'missing')
})

t.test('the age of a sign-in is told by the time that is given, or else by the time of this machine', async (t) => {
  t.equal(judge(admin, { maxAge: 60 }, 1_060), null)
  t.equal(judge(admin, { maxAge: 60 }, 1_061), 'required_max_age')
  t.equal(judge(admin, { maxAge: 60 }), 'required_max_age')
})

t.test('a requirement that is none, or needs a request, throws and lets nobody in', async (t) => {
  const values: ReadonlyArray<[value: unknown, message: RegExp]> = [
    [undefined, /judge\(\): requirement is invalid/], [{}, /judge\(\): requirement is invalid/], ['required', /judge\(\): requirement is invalid/],
    [{ role: ['Admin'] }, /judge\(\): requirement\.role is invalid: .*write roles/],
    [{ match: { sub: 'params.id' } }, /judge\(\): requirement\.match is invalid: .*there is no request/],
    [{ roles: ['Admin'], revocation: 'ask' }, /judge\(\): requirement\.revocation is invalid: .*there is no request/],
    [{ check: () => true }, /judge\(\): requirement\.check is invalid: .*there is no request/],
    [{ anyOf: [{ roles: ['Admin'] }, { anyOf: [{ check: () => true }] }] }, /judge\(\): requirement\.anyOf\[1\]\.anyOf\[0\]\.check is invalid/]
  ]
  for (const [value, message] of values) {
    for (const user of [admin, null]) t.throws(() => judge(user, value as RightsRequirement), { code: 'FST_COGNITO_ROUTE_INVALID', message })
  }
})

t.test('a user of another kind throws: of a string of groups every part would be one', async (t) => {
  const others: unknown[] = [{}, { groups: 'SuperAdmins', scopes: [], claims: {} }, { groups: ['Admins'] }, { groups: ['Admins'], scopes: 'x', claims: {} }, { groups: [], scopes: [], claims: 'x' }]
  for (const user of others) t.throws(() => judge(user as CognitoUser, { groups: ['Admins'] }), TypeError)
})

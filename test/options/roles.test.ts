import t from 'tap'
import { readVerifierOptions } from '../../src/options/read-options.js'
import type { RoleSettings } from '../../src/claims/types.js'
import { assertOptionRefused, notAnObject, notAString, onePool } from '../support/option-cases.js'

const roleName = 'a non-empty role name'

function rolesOf (options: object): RoleSettings {
  return readVerifierOptions({ ...onePool, ...options }).roles
}

t.test('the order of the entries is the order of precedence', async (t) => {
  t.strictSame(rolesOf({ roles: { Zulu: 'Admin', Alpha: 'Auditor', '': 'Nameless' } }).byGroup, [['Zulu', 'Admin'], ['Alpha', 'Auditor'], ['', 'Nameless']])
})

t.test('without roles there are none, and nobody is given one', async (t) => {
  t.strictSame(rolesOf({}), { byGroup: [], otherwise: null })
  t.strictSame(rolesOf({ roles: {}, defaultRole: null }), { byGroup: [], otherwise: null })
})

t.test('the default role is a name or null', async (t) => {
  t.equal(rolesOf({ defaultRole: 'Operator' }).otherwise, 'Operator')
  for (const [value, got] of [...notAString.filter(([value]) => value !== null), [['Operator'], 'an array']] as const) {
    const expected = value === undefined ? 'a value, or the option left out' : `${roleName} or null`
    assertOptionRefused(t, { options: { ...onePool, defaultRole: value }, path: 'defaultRole', expected, got })
  }
})

t.test('every group has a role', async (t) => {
  for (const [value, got] of [...notAString, [['Admin'], 'an array']] as const) {
    assertOptionRefused(t, { options: { ...onePool, roles: { Admins: 'Admin', Others: value } }, path: 'roles.Others', expected: roleName, got })
  }
})

t.test('roles are an object from group to role', async (t) => {
  for (const [value, got] of notAnObject) {
    const expected = value === undefined ? 'a value, or the option left out' : 'an object from group to role'
    assertOptionRefused(t, { options: { ...onePool, roles: value }, path: 'roles', expected, got })
  }
})

t.test('a group named by an integer would lose its place among others, so it stands alone', async (t) => {
  t.strictSame(rolesOf({ roles: { 42: 'Admin' } }).byGroup, [['42', 'Admin']])
  for (const group of ['0', '7', '42']) {
    assertOptionRefused(t, {
      options: { ...onePool, roles: { Admins: 'Admin', [group]: 'Auditor' } },
      path: `roles.${group}`,
      expected: 'no group named by an integer beside others, since JavaScript would change their order',
      got: '"Auditor"'
    })
  }
  t.strictSame(rolesOf({ roles: { Admins: 'Admin', '007': 'Agent', '-1': 'Minus' } }).byGroup.length, 3, 'these keep their place')
})

t.test('a group named like a member of every object is a group', async (t) => {
  const roles = JSON.parse('{"__proto__":"Admin","constructor":"Auditor"}') as object
  t.strictSame(rolesOf({ roles }).byGroup, [['__proto__', 'Admin'], ['constructor', 'Auditor']])
})

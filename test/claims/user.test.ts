import t from 'tap'
import { createCognitoUser } from '../../src/claims/user.js'
import type { CognitoAccessTokenClaims, CognitoIdTokenClaims } from '../../src/claims/claim-shapes.js'
import type { RoleSettings } from '../../src/claims/types.js'

const noRoles: RoleSettings = { byGroup: [], otherwise: null }

function accessClaims (claims: object = {}): CognitoAccessTokenClaims {
  return { iss: 'https://issuer.example', sub: 'sub-1', exp: 2, iat: 1, token_use: 'access', client_id: 'client-a', ...claims }
}

function idClaims (claims: object = {}): CognitoIdTokenClaims {
  return { iss: 'https://issuer.example', sub: 'sub-1', exp: 2, iat: 1, token_use: 'id', aud: 'client-a', ...claims }
}

t.test('an access token gives user name, scopes and the client of client_id', async (t) => {
  const claims = accessClaims({ username: 'ada', scope: 'files/read files/write', 'cognito:groups': ['Admins'] })
  t.strictSame(createCognitoUser(claims, 'us-east-1_A', noRoles), {
    sub: 'sub-1',
    email: null,
    groups: ['Admins'],
    role: null,
    userPoolId: 'us-east-1_A',
    tokenUse: 'access',
    username: 'ada',
    scopes: ['files/read', 'files/write'],
    clientId: 'client-a',
    claims
  })
})

t.test('an ID token gives cognito:username, the e-mail address and the client of aud, and never scopes', async (t) => {
  const claims = idClaims({ 'cognito:username': 'ada', username: 'mallory', email: 'ada@example.com', scope: 'admin' })
  t.strictSame(createCognitoUser(claims, 'us-east-1_A', noRoles), {
    sub: 'sub-1',
    email: 'ada@example.com',
    groups: [],
    role: null,
    userPoolId: 'us-east-1_A',
    tokenUse: 'id',
    username: 'ada',
    scopes: [],
    clientId: 'client-a',
    claims
  })
})

t.test('a machine has no user name and no groups', async (t) => {
  const user = createCognitoUser(accessClaims({ scope: 'files/read' }), 'us-east-1_A', noRoles)
  t.match(user, { username: null, groups: [], email: null, scopes: ['files/read'] })
})

t.test('an ID token without cognito:username has no user name', async (t) => {
  t.equal(createCognitoUser(idClaims({ username: 'mallory' }), 'us-east-1_A', noRoles).username, null)
})

t.test('an e-mail claim that is no string is no e-mail address', async (t) => {
  for (const email of [1, null, {}, ['ada@example.com'], true]) {
    t.equal(createCognitoUser(accessClaims({ email }), 'us-east-1_A', noRoles).email, null)
  }
  t.equal(createCognitoUser(accessClaims({ email: 'ada@example.com' }), 'us-east-1_A', noRoles).email, 'ada@example.com')
})

t.test('superfluous spaces between scopes make no empty scope', async (t) => {
  const scopesOf = (scope: string): readonly string[] => createCognitoUser(accessClaims({ scope }), 'us-east-1_A', noRoles).scopes
  t.strictSame(scopesOf(''), [])
  t.strictSame(scopesOf(' '), [])
  t.strictSame(scopesOf(' a  b '), ['a', 'b'])
})

t.test('the first entry of the roles whose group the user has gives the role, in the order of the roles', async (t) => {
  const roles: RoleSettings = { byGroup: [['Admins', 'Admin'], ['Auditors', 'Auditor']], otherwise: 'Operator' }
  const roleOf = (...groups: string[]): unknown => createCognitoUser(accessClaims({ 'cognito:groups': groups }), 'us-east-1_A', roles).role
  t.equal(roleOf('Auditors', 'Admins'), 'Admin')
  t.equal(roleOf('Others', 'Auditors'), 'Auditor')
  t.equal(roleOf('Others'), 'Operator')
  t.equal(roleOf(), 'Operator')
  t.equal(roleOf('admins', 'Admin', 'Admins ', 'Auditor'), 'Operator', 'a name that is only alike gives nothing')
})

t.test('a user with no known group has no role unless there is a default', async (t) => {
  t.equal(createCognitoUser(accessClaims(), 'us-east-1_A', { byGroup: [['Admins', 'Admin']], otherwise: null }).role, null)
})

t.test('is frozen with all that it holds, claims of triggers included', async (t) => {
  const claims = accessClaims({ 'cognito:groups': ['A'], tenant: { id: 1, regions: ['eu'] } })
  const user = createCognitoUser(claims, 'us-east-1_A', noRoles)
  const tenant = claims.tenant as { id: number, regions: string[] }
  for (const part of [user, user.groups, user.scopes, user.claims, tenant, tenant.regions]) t.ok(Object.isFrozen(part))
  t.throws(() => tenant.regions.push('us'), TypeError)
})

t.test('a claim named __proto__ or constructor gives no privilege', async (t) => {
  // As parsing leaves it: `__proto__` is an own member and not the prototype.
  const claims = JSON.parse(`{
    "iss": "https://issuer.example", "sub": "sub-1", "exp": 2, "iat": 1, "token_use": "access", "client_id": "client-a",
    "__proto__": { "role": "Admin", "cognito:groups": ["Admins"] }, "constructor": { "prototype": { "role": "Admin" } }
  }`) as CognitoAccessTokenClaims
  const user = createCognitoUser(claims, 'us-east-1_A', { byGroup: [['Admins', 'Admin']], otherwise: null })
  t.equal(user.role, null)
  t.strictSame(user.groups, [])
  t.equal(Object.getPrototypeOf(user), Object.prototype)
  t.equal(Reflect.get({}, 'role'), undefined)
})

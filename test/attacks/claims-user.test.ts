/** Whom a token is about: subject, names, and claims that are named to harm. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

const wrongStrings: ReadonlyArray<[value: unknown, says: string]> = [
  [null, 'null'], [7, 'a number'], [0, 'zero'], [true, 'true'], [{}, 'an object'], [{ toString: 'user' }, 'an object with a method by name'], [['user'], 'an array'], [[], 'an empty array']
]

t.test('refuses a token without a subject', async (t) => {
  const target = await createAttackTarget(t)
  for (const [sub, says] of [[undefined, 'missing'], ['', 'empty'], ...wrongStrings]) {
    await assertRefused(t, target, { says: `access token: ${String(says)}`, token: await target.access({ sub }), reason: 'subject' })
    await assertRefused(t, target, { says: `ID token: ${String(says)}`, token: await target.id({ sub }), reason: 'subject' })
    await assertRefused(t, target, { says: `machine token: ${String(says)}`, token: await target.pool.machineToken({ ...target.times(), sub }), reason: 'subject' })
  }
})

t.test('refuses names, groups, scopes and ids that are of another kind than Cognito\'s', async (t) => {
  const target = await createAttackTarget(t)
  for (const [value, says] of wrongStrings) {
    await assertRefused(t, target, { says: `username: ${says}`, token: await target.access({ username: value as string }), reason: 'username' })
    await assertRefused(t, target, { says: `cognito:username: ${says}`, token: await target.id({ 'cognito:username': value }), reason: 'username' })
    await assertRefused(t, target, { says: `scope: ${says}`, token: await target.access({ scope: value }), reason: 'scope' })
    await assertRefused(t, target, { says: `jti: ${says}`, token: await target.access({ jti: value }), reason: 'jwt_id' })
  }
})

t.test('accepts machine tokens, whose holder has no name and no groups', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.pool.machineToken({ ...target.times(), scopes: ['api/read', 'api/write'] })
  await assertAccepted(t, target, 'a machine token', token, {
    sub: target.pool.clientId, username: null, email: null, groups: [], scopes: ['api/read', 'api/write'], role: null, tokenUse: 'access'
  })
})

t.test('gives nobody a right by a claim named like a part of JavaScript', async (t) => {
  const target = await createAttackTarget(t, { auth: { groups: ['Admins'] }, options: { roles: { Admins: 'Admin' }, defaultRole: 'Operator' } })
  const json = JSON.stringify({ ...target.times(), iss: target.pool.issuer, sub: 'user', client_id: target.pool.clientId, token_use: 'access' })
  const forbidden = { reason: 'required_group', code: 'FST_COGNITO_FORBIDDEN' } as const
  const members = [
    '"__proto__":{"cognito:groups":["Admins"],"role":"Admin","polluted":true}', '"__proto__":["Admins"]', '"__proto__":null',
    '"constructor":{"prototype":{"cognito:groups":["Admins"],"polluted":true}}', '"prototype":{"cognito:groups":["Admins"]}',
    '"cognito:groups":["__proto__","constructor","toString"]', '"hasOwnProperty":"x"', '"toString":"Admins"', '"valueOf":null', '"then":"x"', '"toJSON":"x"',
    '"groups":["Admins"]', '"role":"Admin"', '"roles":["Admin"]', '"cognito:roles":["Admin"]', '"custom:groups":["Admins"]', '"Cognito:Groups":["Admins"]', '"cognito:groups ":["Admins"]'
  ]
  for (const member of members) {
    await assertRefused(t, target, { says: member, token: await target.pool.sign({ payload: `${json.slice(0, -1)},${member}}` }), ...forbidden })
  }
  t.notOk('polluted' in {}, 'nothing is polluted')
  t.strictSame(Object.keys(Object.prototype), [])
  await assertAccepted(t, target, 'while the group itself', await target.access({ groups: ['Admins'] }), { role: 'Admin' })
})

t.test('keeps harmful names as plain claims of the user', async (t) => {
  const target = await createAttackTarget(t)
  const json = JSON.stringify({ ...target.times(), iss: target.pool.issuer, sub: 'user', client_id: target.pool.clientId, token_use: 'access' })
  const token = await target.pool.sign({ payload: `${json.slice(0, -1)},"__proto__":{"sub":"admin"},"constructor":{"name":"Admin"}}` })
  const { statusCode, body } = await target.attempt({ headers: target.pool.authorization(token) })
  t.equal(statusCode, 200)
  const user = JSON.parse(body) as { sub: string, claims: object }
  t.equal(user.sub, 'user')
  t.ok(Object.hasOwn(user.claims, '__proto__'))
})

/** Groups and scopes are compared whole: no part, no other case, no other type ever matches. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

t.test('refuses groups that are no array of strings, even where no group is asked for', async (t) => {
  const shapes: ReadonlyArray<[groups: unknown, says: string]> = [
    ['admin', 'a string that is the group'], ['superadmins', 'a string that holds the group'], ['["admin"]', 'JSON in a string'], ['admin,user', 'a list in a string'],
    [{ admin: true }, 'an object named so'], [{ 0: 'admin', length: 1 }, 'an object like an array'], [null, 'null'], [true, 'true'], [7, 'a number'],
    [['admin', 7], 'mixed with a number'], [['admin', null], 'mixed with null'], [[['admin']], 'nested'], [[{ toString: 'admin' }], 'an object in an array']
  ]
  for (const auth of ['required', { groups: ['admin'] }] as const) {
    const target = await createAttackTarget(t, { auth })
    for (const [groups, says] of shapes) {
      await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ 'cognito:groups': groups }), reason: 'groups' })
      await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ 'cognito:groups': groups }), reason: 'groups' })
    }
  }
})

t.test('refuses groups of which none is asked for', async (t) => {
  const target = await createAttackTarget(t, { auth: { groups: ['admin', 'audit'] } })
  const forbidden = { reason: 'required_group', code: 'FST_COGNITO_FORBIDDEN' } as const
  const lists = [
    undefined, [], [''], ['ad', 'min'], ['Admin'], ['ADMIN'], ['admins'], ['xadmin'], ['admin '], [' admin'], ['admin\0'], ['admin,audit'], ['admin audit'], ['аdmin'],
    ['*'], ['.*'], ['adm%'], ['user', 'other']
  ]
  for (const groups of lists) {
    await assertRefused(t, target, { says: JSON.stringify(groups) || 'none', token: await target.access({ groups }), ...forbidden })
    await assertRefused(t, target, { says: `ID token: ${JSON.stringify(groups) || 'none'}`, token: await target.id({ groups }), ...forbidden })
  }
  for (const groups of [['admin'], ['user', 'audit'], ['admin', 'audit']]) {
    await assertAccepted(t, target, JSON.stringify(groups), await target.access({ groups }), { groups })
    await assertAccepted(t, target, `ID token: ${JSON.stringify(groups)}`, await target.id({ groups }), { groups })
  }
})

t.test('refuses scopes of which one is missing, and names all of them in the challenge', async (t) => {
  const target = await createAttackTarget(t, { auth: { scopes: ['api/admin:read', 'api/admin:write'] } })
  const forbidden = { reason: 'required_scope', code: 'FST_COGNITO_FORBIDDEN', scope: ', scope="api/admin:read api/admin:write"' } as const
  const scopes = [
    undefined, '', 'api/admin:read', 'api/admin:write', 'api/admin:read api/admin:write2', 'api/admin:read2 api/admin:write', 'API/admin:read api/admin:write',
    'api/admin:read api/Admin:write', 'api/admin:read,api/admin:write', 'api/admin:readapi/admin:write', 'api/admin:read\tapi/admin:write', 'api/admin:read\napi/admin:write',
    'api/admin:* api/admin:write', 'api/* api/admin:*', 'xapi/admin:read api/admin:write', 'admin:read admin:write', '"api/admin:read" "api/admin:write"'
  ]
  for (const scope of scopes) {
    await assertRefused(t, target, { says: scope === undefined ? 'none' : JSON.stringify(scope), token: await target.access({ scope }), ...forbidden })
    await assertRefused(t, target, { says: 'machine token', token: await target.pool.machineToken({ ...target.times(), scope }), ...forbidden })
  }
  await assertRefused(t, target, { says: 'an ID token, which has no scopes', token: await target.id({ scope: 'api/admin:read api/admin:write' }), ...forbidden })
  for (const scope of ['api/admin:read api/admin:write', 'api/admin:write openid api/admin:read', ' api/admin:read  api/admin:write ']) {
    await assertAccepted(t, target, JSON.stringify(scope), await target.access({ scope }))
  }
})

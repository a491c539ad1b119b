/** For whom a token was issued: app client, kind, audience. */
import t from 'tap'
import type { Test } from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'
import type { AttackTarget } from '../support/attack.js'

const clientId = '1testclient23456789'
const resource = 'https://api.example.com'

t.test('refuses tokens of other app clients, whichever claim names ours', async (t) => {
  const target = await createAttackTarget(t)
  const clients: ReadonlyArray<[client: unknown, says: string]> = [
    ['2otherclient', 'another client'], [undefined, 'missing'], [null, 'null'], ['', 'empty'], [7, 'a number'], [true, 'true'], [{ clientId }, 'an object'],
    [clientId.toUpperCase(), 'upper case'], [`${clientId} `, 'a space after'], [clientId.slice(0, -1), 'a prefix'], [`${clientId}1`, 'longer'],
    [[clientId], 'an array that names it'], [[clientId, '2otherclient'], 'an array that names it and another'], [[], 'an empty array']
  ]
  for (const [client, says] of clients) {
    await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ client_id: client }), reason: 'client_id' })
    await assertRefused(t, target, { says: `access token: ${says}, and aud is ours`, token: await target.access({ client_id: client, aud: clientId }), reason: 'client_id' })
    await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ aud: client }), reason: 'client_id' })
    await assertRefused(t, target, { says: `ID token: ${says}, and client_id and azp are ours`, token: await target.id({ aud: client, client_id: clientId, azp: clientId }), reason: 'client_id' })
    await assertRefused(t, target, { says: `machine token: ${says}`, token: await target.pool.machineToken({ ...target.times(), client_id: client }), reason: 'client_id' })
  }
  await assertAccepted(t, target, 'our access token', await target.access(), { clientId })
  await assertAccepted(t, target, 'our ID token', await target.id(), { clientId })
})

t.test('refuses an audience of an access token that is none, even where none is asked for', async (t) => {
  const target = await createAttackTarget(t)
  for (const aud of [null, 7, true, {}, { 0: clientId }, [7], [clientId, null], [[clientId]]]) {
    await assertRefused(t, target, { says: JSON.stringify(aud), token: await target.access({ aud }), reason: 'audience' })
  }
  for (const aud of [undefined, clientId, resource, [resource], [resource, clientId]]) {
    await assertAccepted(t, target, `while ${JSON.stringify(aud)} is one`, await target.access({ aud }))
  }
})

t.test('asks a resource-bound token for its audience (RFC 8707)', async (t) => {
  const target = await createAttackTarget(t, { options: { audience: [resource, 'urn:api:two'] } })
  for (const aud of [resource, 'urn:api:two', [resource], ['https://elsewhere.example.com', 'urn:api:two']]) {
    await assertAccepted(t, target, JSON.stringify(aud), await target.access({ aud }))
  }
  const others = [
    undefined, '', 'https://elsewhere.example.com', `${resource}/`, resource.toUpperCase(), resource.replace('https', 'http'), `${resource} urn:api:two`,
    `${resource},urn:api:two`, clientId, [], [''], [`${resource}/`], ['https://elsewhere.example.com']
  ]
  for (const aud of others) await assertRefused(t, target, { says: aud === undefined ? 'missing' : JSON.stringify(aud), token: await target.access({ aud }), reason: 'audience' })
  for (const aud of [null, 7, {}, [resource, 7], [[resource]]]) {
    await assertRefused(t, target, { says: JSON.stringify(aud), token: await target.access({ aud }), reason: 'audience' })
  }
  await assertAccepted(t, target, 'an ID token, whose audience is its client', await target.id())
})

t.test('lets machines in whose tokens are bound to nothing, where only users have to name a resource, and nobody who looks like one', async (t) => {
  const target = await createAttackTarget(t, { options: { audience: resource, audienceOf: 'users' } })
  const machine = async (claims = {}) => target.pool.machineToken({ ...target.times(), ...claims })
  await assertAccepted(t, target, 'a machine', await machine(), { username: null })
  await assertAccepted(t, target, 'a user bound to it', await target.access({ aud: resource }), { username: 'test-user' })
  const others: ReadonlyArray<readonly [says: string, token: string]> = [
    ['a user bound to nothing', await target.access()],
    ['a user bound to another resource', await target.access({ aud: 'https://elsewhere.example.com' })],
    ['a user without a name', await target.access({ username: undefined })],
    ['a user of whom only the name says it', await target.access({ sub: clientId })],
    ['a machine bound to another resource', await machine({ aud: 'https://elsewhere.example.com' })],
    ['a machine about somebody', await machine({ sub: 'd3f5c1a0-7b1e-4c57-9d6a-0d7a2f1b6c11' })]
  ]
  for (const [says, token] of others) await assertRefused(t, target, { says, token, reason: 'audience' })
  await assertRefused(t, target, { says: 'a machine of another client', token: await machine({ client_id: 'another' }), reason: 'client_id' })
})

const uses: ReadonlyArray<[use: unknown, says: string]> = [
  [undefined, 'missing'], [null, 'null'], ['', 'empty'], ['refresh', 'refresh'], ['Access', 'another case'], ['ID', 'upper case'], ['access ', 'a space after'],
  [['access'], 'an array'], [['access', 'id'], 'both in an array'], [{ access: true }, 'an object'], [true, 'true'], [1, 'a number'], ['__proto__', 'the prototype']
]

async function assertKindsRefused (t: Test, target: AttackTarget): Promise<void> {
  for (const [use, says] of uses) {
    await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ token_use: use }), reason: 'token_use' })
    await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ token_use: use }), reason: 'token_use' })
  }
}

t.test('refuses what is neither kind of token', async (t) => {
  await assertKindsRefused(t, await createAttackTarget(t))
})

t.test('refuses the other kind where one kind is accepted', async (t) => {
  const access = await createAttackTarget(t, { options: { tokenUse: 'access' } })
  await assertAccepted(t, access, 'access', await access.access(), { tokenUse: 'access' })
  await assertRefused(t, access, { says: 'an ID token', token: await access.id(), reason: 'token_use' })
  await assertRefused(t, access, { says: 'an ID token with both client claims', token: await access.id({ client_id: clientId }), reason: 'token_use' })
  await assertKindsRefused(t, access)

  const id = await createAttackTarget(t, { options: { tokenUse: ['id'] } })
  await assertAccepted(t, id, 'id', await id.id(), { tokenUse: 'id' })
  await assertRefused(t, id, { says: 'an access token', token: await id.access(), reason: 'token_use' })
  await assertRefused(t, id, { says: 'an access token with both client claims', token: await id.access({ aud: clientId }), reason: 'token_use' })
  await assertKindsRefused(t, id)
})

t.test('checks each kind by its own rules: one renamed into the other lacks its client', async (t) => {
  const target = await createAttackTarget(t)
  await assertRefused(t, target, { says: 'an ID token that says access', token: await target.id({ token_use: 'access' }), reason: 'client_id' })
  await assertRefused(t, target, { says: 'an access token that says id', token: await target.access({ token_use: 'id' }), reason: 'client_id' })
})

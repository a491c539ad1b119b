import t from 'tap'
import { createMemory } from '../../src/dev/memory.js'

t.test('keeps what has not expired, apart by model', async (t) => {
  let now = 1_000
  const memory = createMemory(() => now)
  const codes = memory('AuthorizationCode')
  const sessions = memory('Session')
  await codes.upsert('a', { grantId: 'g' }, 10)
  await sessions.upsert('a', { uid: 'u', userCode: 'c' }, 20)
  t.strictSame(await codes.find('a'), { grantId: 'g' })
  t.strictSame(await sessions.findByUid('u'), { uid: 'u', userCode: 'c' })
  t.strictSame(await sessions.findByUserCode('c'), { uid: 'u', userCode: 'c' })
  t.equal(await codes.findByUid('u'), undefined)
  await codes.consume('a')
  await codes.consume('absent')
  t.match(await codes.find('a'), { consumed: 1 })
  now += 10_000
  await sessions.upsert('b', {}, 20)
  t.equal(await codes.find('a'), undefined, 'expired')
  t.ok(await sessions.find('a'))
  await sessions.upsert('c', { grantId: 'g' }, Infinity)
  await memory('RefreshToken').upsert('d', { grantId: 'g' }, 60)
  await codes.revokeByGrantId('g')
  t.equal(await sessions.find('c'), undefined, 'revoked, whatever the model')
  await sessions.destroy('a')
  t.equal(await sessions.find('a'), undefined)
})

t.test('what has expired is not found, even before it is dropped', async (t) => {
  let now = 0
  const codes = createMemory(() => now)('AuthorizationCode')
  await codes.upsert('a', {}, 10)
  now = 10_000
  t.equal(await codes.find('a'), undefined)
})

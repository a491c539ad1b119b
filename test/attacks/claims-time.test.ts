/** When a token counts, through HTTP and by a clock that the test moves. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'
import type { AttackTarget } from '../support/attack.js'

const day = 86_400
const expired = { reason: 'expired', code: 'FST_COGNITO_TOKEN_EXPIRED' } as const

/** A claim as a number would be written that JSON.stringify cannot write. */
async function signWith (target: AttackTarget, name: string, literal: string): Promise<string> {
  const claims = { ...target.times(), iss: target.pool.issuer, sub: 'user', client_id: target.pool.clientId, token_use: 'access', [name]: '@' }
  return target.pool.sign({ payload: JSON.stringify(claims).replace('"@"', literal) })
}

t.test('refuses an exp that is none, or that no token of Cognito has', async (t) => {
  const target = await createAttackTarget(t)
  const { iat } = target.times()
  const values: ReadonlyArray<[exp: unknown, says: string]> = [
    [undefined, 'missing'], [null, 'null'], [String(iat + 3600), 'a string of digits'], ['tomorrow', 'a word'], ['', 'empty'], [[iat + 3600], 'an array'],
    [{}, 'an object'], [true, 'true'], [0, 'zero'], [-1, 'negative'], [(iat + 3600) * 1000, 'in milliseconds'], [iat, 'the same as iat'], [iat - 1, 'before iat'],
    [iat + day + 6, 'more than a day and the tolerance after iat'], [iat + 365 * day, 'in a year'], [Number.MAX_SAFE_INTEGER, 'as late as can be']
  ]
  for (const [exp, says] of values) {
    await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ exp }), reason: 'lifetime' })
    await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ exp }), reason: 'lifetime' })
  }
  for (const literal of ['1e999', '-1e999', '-0', '0.0', '1e-400']) {
    await assertRefused(t, target, { says: literal, token: await signWith(target, 'exp', literal), reason: 'lifetime' })
  }
  for (const literal of ['NaN', 'Infinity', '0x7fffffff', '1_800_000_000', '+1800000000', '01800000000']) {
    await assertRefused(t, target, { says: `${literal}, which is no JSON`, token: await signWith(target, 'exp', literal), reason: 'payload' })
  }
  await assertAccepted(t, target, 'a day', await target.access({ exp: iat + day }))
  await assertAccepted(t, target, 'a day and the tolerance', await target.access({ exp: iat + day + 5 }))
  await assertAccepted(t, target, 'in another notation', await signWith(target, 'exp', `${(iat + 3600) / 100}e2`))
})

for (const clockTolerance of [0, 5, 300]) {
  t.test(`accepts a token until exp and a tolerance of ${clockTolerance} seconds have passed`, async (t) => {
    const target = await createAttackTarget(t, { options: { clockTolerance } })
    const tokens = await Promise.all([target.access(), target.id()])
    const { exp } = target.times()
    const passTo = (second: number): void => target.clock.pass(second * 1000 - target.clock.now())
    for (const token of tokens) await assertAccepted(t, target, 'fresh', token)
    passTo(exp + clockTolerance - 1)
    for (const token of tokens) await assertAccepted(t, target, 'the second before', token)
    target.clock.pass(999)
    for (const token of tokens) await assertAccepted(t, target, 'the millisecond before', token)
    passTo(exp + clockTolerance)
    for (const token of tokens) await assertRefused(t, target, { says: 'that second', token, ...expired })
    target.clock.pass(day * 1000)
    for (const token of tokens) await assertRefused(t, target, { says: 'a day later', token, ...expired })
  })
}

t.test('calls a token expired only if all else about its claims is in order', async (t) => {
  const target = await createAttackTarget(t)
  const { iat } = target.times()
  const past = { iat: iat - 7200, exp: iat - 3600 }
  await assertRefused(t, target, { says: 'expired', token: await target.access(past), ...expired })
  await assertRefused(t, target, { says: 'expired, another client', token: await target.access({ ...past, client_id: 'other' }), reason: 'client_id' })
  await assertRefused(t, target, { says: 'expired, another issuer', token: await target.access({ ...past, iss: 'https://example.com' }), reason: 'issuer' })
  await assertRefused(t, target, { says: 'expired, another kind', token: await target.access({ ...past, token_use: 'refresh' }), reason: 'token_use' })
  await assertRefused(t, target, { says: 'expired, no subject', token: await target.access({ ...past, sub: undefined }), reason: 'subject' })
})

t.test('refuses an iat that is none or in the future', async (t) => {
  const target = await createAttackTarget(t)
  const { iat } = target.times()
  const values: ReadonlyArray<[iat: unknown, says: string]> = [
    [undefined, 'missing'], [null, 'null'], [String(iat), 'a string of digits'], ['', 'empty'], [[iat], 'an array'], [{}, 'an object'], [true, 'true'],
    [iat + 61, 'a second beyond the tolerance'], [iat + day, 'tomorrow'], [iat * 1000, 'in milliseconds']
  ]
  for (const [value, says] of values) {
    await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ iat: value }), reason: 'issued_at' })
    await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ iat: value }), reason: 'issued_at' })
  }
  await assertRefused(t, target, { says: '1e999', token: await signWith(target, 'iat', '1e999'), reason: 'issued_at' })
  await assertRefused(t, target, { says: '-1e999', token: await signWith(target, 'iat', '-1e999'), reason: 'issued_at' })
  await assertAccepted(t, target, 'at the tolerance', await target.access({ iat: iat + 60 }))
})

t.test('refuses an nbf that is none or in the future', async (t) => {
  const target = await createAttackTarget(t)
  const { iat } = target.times()
  const values: ReadonlyArray<[nbf: unknown, says: string]> = [
    [null, 'null'], [String(iat), 'a string of digits'], ['', 'empty'], [[iat], 'an array'], [{}, 'an object'], [false, 'false'],
    [iat + 61, 'a second beyond the tolerance'], [iat + 1800, 'within its lifetime'], [iat * 1000, 'in milliseconds']
  ]
  for (const [nbf, says] of values) {
    await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ nbf }), reason: 'not_before' })
    await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ nbf }), reason: 'not_before' })
  }
  for (const nbf of [undefined, 0, iat - 60, iat, iat + 5]) await assertAccepted(t, target, `nbf ${String(nbf)}`, await target.access({ nbf }))
  const later = await target.access({ nbf: iat + 60 })
  await assertRefused(t, target, { says: 'a minute early', token: later, reason: 'not_before' })
  target.clock.pass(55_000)
  await assertAccepted(t, target, 'the same token, when its time has come', later)
})

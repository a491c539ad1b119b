/** Header members that change what a token means: `crit`, `b64`, `typ`; and the claim `cnf`. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

const target = await createAttackTarget(t)
const { pool } = target
const header = await pool.header()
const payload = { ...target.times(), iss: pool.issuer, sub: 'user', client_id: pool.clientId, token_use: 'access' }

t.test('refuses critical extensions in any form, since it understands none (RFC 7515 §4.1.11)', async (t) => {
  for (const crit of [[], ['exp'], ['b64'], ['http://example.com/x'], [''], [7], [['exp']], ['exp', 'exp'], 'exp', '', {}, { 0: 'exp' }, null, true, 0]) {
    const token = await pool.sign({ header: { ...header, crit, exp: 1 }, payload })
    await assertRefused(t, target, { says: `crit ${JSON.stringify(crit)}`, token, reason: 'critical' })
  }
})

t.test('refuses b64, which would leave the payload unencoded (RFC 7797)', async (t) => {
  for (const b64 of [false, true, null, 'false', 0]) {
    const token = await pool.sign({ header: { ...header, b64 }, payload })
    await assertRefused(t, target, { says: `b64 ${String(b64)}`, token, reason: 'critical' })
    const critical = await pool.sign({ header: { ...header, b64, crit: ['b64'] }, payload })
    await assertRefused(t, target, { says: `b64 ${String(b64)}, critical`, token: critical, reason: 'critical' })
  }
})

t.test('accepts the header of Cognito and the two types that fit', async (t) => {
  for (const typ of [undefined, 'JWT', 'at+jwt']) {
    await assertAccepted(t, target, `typ ${String(typ)}`, await pool.sign({ header: { ...header, typ }, payload }), { sub: 'user' })
  }
})

t.test('refuses a type that says the token was made for something else (RFC 8725 §3.11)', async (t) => {
  const types: unknown[] = [
    'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'JOSE', 'JWS', 'JWE', 'jwt', 'at+JWT', 'application/at+jwt', 'JWT ', ' JWT', '',
    7, 0, true, false, null, ['JWT'], ['at+jwt'], {}, { toString: 'JWT' }
  ]
  for (const typ of types) {
    await assertRefused(t, target, { says: `typ ${JSON.stringify(typ)}`, token: await pool.sign({ header: { ...header, typ }, payload }), reason: 'type' })
  }
})

t.test('refuses a token that is bound to a key its sender would have to prove (RFC 7800 §3.1, RFC 9449 §7.2)', async (t) => {
  for (const cnf of [{ jkt: 'thumbprint' }, { 'x5t#S256': 'thumbprint' }, { jwk: {} }, {}, null, '', false, []]) {
    await assertRefused(t, target, { says: `cnf ${JSON.stringify(cnf)}`, token: await target.access({ cnf }), reason: 'confirmation' })
    await assertRefused(t, target, { says: `ID token, cnf ${JSON.stringify(cnf)}`, token: await target.id({ cnf }), reason: 'confirmation' })
  }
  await assertAccepted(t, target, 'while a token without it', await target.access())
})

/** What a header may say before any key is looked for. */
import t from 'tap'
import { failure } from '../../src/errors/failure.js'
import { readKeyId } from '../../src/token/protected-header.js'
import type { Reason } from '../../src/errors/failure.js'

const kid = 'A'.repeat(43) + '='

function outcome (header: Record<string, unknown>): string {
  const found = readKeyId(header)
  return typeof found === 'string' ? found : found.reason
}

t.test('gives the key id of the header that Cognito writes', async (t) => {
  t.equal(outcome({ kid, alg: 'RS256' }), kid)
  for (const id of ['a', '+/', 'a-b_c', '0='.repeat(64)]) t.equal(outcome({ kid: id, alg: 'RS256' }), id)
})

t.test('accepts the types that fit, and members that are never followed', async (t) => {
  for (const typ of ['JWT', 'at+jwt']) t.equal(outcome({ kid, alg: 'RS256', typ }), kid, typ)
  for (const member of ['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'cty', 'whatever']) t.equal(outcome({ kid, alg: 'RS256', [member]: 'x' }), kid, member)
})

t.test('refuses for one reason each', async (t) => {
  const unusual = [undefined, null, '', 0, true, [], {}, ['RS256'], ['JWT'], [kid]]
  const refusals: Partial<Record<Reason, Array<Record<string, unknown>>>> = {
    algorithm: [
      { kid }, ...unusual.map((alg) => ({ kid, alg })),
      ...['none', 'nOnE', 'rs256', 'RS256 ', 'HS256', 'RS384', 'RS512', 'PS256', 'ES256', 'EdDSA'].map((alg) => ({ kid, alg }))
    ],
    critical: [
      ...[[], ['exp'], ['b64'], null, undefined, 'exp', {}].map((crit) => ({ kid, alg: 'RS256', crit })),
      ...[true, false, null, undefined].map((b64) => ({ kid, alg: 'RS256', b64 }))
    ],
    type: [
      ...unusual.map((typ) => ({ kid, alg: 'RS256', typ })),
      ...['jwt', 'JOSE', 'dpop+jwt', 'application/jwt', 'AT+JWT', 'id_token+jwt', 'JWT '].map((typ) => ({ kid, alg: 'RS256', typ }))
    ],
    kid: [
      { alg: 'RS256' }, ...unusual.map((value) => ({ kid: value, alg: 'RS256' })),
      ...['../key', 'a b', "a' OR 1=1 --", 'a\0', 'a\n', 'ä', 'a.b', 'A'.repeat(129)].map((value) => ({ kid: value, alg: 'RS256' }))
    ]
  }
  for (const [reason, headers] of Object.entries(refusals) as Array<[Reason, Array<Record<string, unknown>>]>) {
    for (const header of headers) {
      const missing = reason === 'algorithm' ? 'alg' : 'kid'
      const isAbsent = ['algorithm', 'kid'].includes(reason) && header[missing] === undefined
      t.strictSame(readKeyId(header), failure('FST_COGNITO_TOKEN_INVALID', reason, isAbsent ? { absent: missing } : undefined), JSON.stringify(header))
    }
  }
})

t.test('looks at own members only', async (t) => {
  t.equal(outcome(Object.create({ crit: ['x'], b64: false, typ: 'x' }, { kid: { value: kid }, alg: { value: 'RS256' } }) as Record<string, unknown>), kid)
})

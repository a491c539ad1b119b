import t from 'tap'
import { readFile } from 'node:fs/promises'
import { advice, adviceOn, adviceOnAbsence } from '../../src/explain/advice.js'

// Not of a token but of a request, a route, a set of static keys, an application's own function or its start.
const others = [
  'missing', 'authorization', 'duplicate_authorization', 'scheme', 'revoked', 'check', 'route', 'key_import', 'get_token', 'map_user', 'is_revoked',
  'closed', 'start', 'uncovered', 'unjudged', 'discovery', 'resolve_pool'
]

function isOfAToken (reason: string): boolean {
  return !others.includes(reason) && !/^(?:required|prohibited)_/.test(reason)
}

t.test('has advice for every reason that a verifier without functions of an application can give', async (t) => {
  const source = await readFile(new URL('../../src/errors/failure.ts', import.meta.url), 'utf8')
  const [, type = ''] = /export type Reason =([^/]+)/.exec(source) ?? []
  const reasons = [...type.matchAll(/'([a-z_]+)'/g)].map(([, reason = '']) => reason)
  t.ok(reasons.length > 30)
  t.same(Object.keys(advice).sort(), reasons.filter(isOfAToken).sort())
})

t.test('gives advice in sentences', async (t) => {
  for (const text of [...Object.values(advice), ...Object.values(adviceOnAbsence)]) t.match(text, /^[A-Z].*\.$/)
})

t.test('speaks of no clock and of no option to change where a claim is absent', async (t) => {
  for (const text of Object.values(adviceOnAbsence)) t.notMatch(text, /compare the clock|another app client|another user pool|add it to/)
})

t.test('gives the advice on a value where a check fails that no token can leave out', async (t) => {
  t.equal(adviceOn({ reason: 'signature', absent: 'signature' }), advice.signature)
  t.equal(adviceOn({ reason: 'issued_at', absent: null }), advice.issued_at)
  t.equal(adviceOn({ reason: 'issued_at', absent: 'iat' }), adviceOnAbsence.issued_at)
  t.equal(adviceOn({ reason: null, absent: null }), undefined)
})

/** When a token counts: `exp`, `iat`, `nbf` and the lifetime, to the second and a fraction of it. */
import t from 'tap'
import { failure, tokenInvalid } from '../../src/errors/failure.js'
import { asCognitoClaims, judgeClaims, latestIssue } from '../../src/claims/claim-rules.js'
import type { Failure } from '../../src/errors/failure.js'
import { accessTokenClaims } from '../../src/testing/test-claims.js'

const now = 1_780_000_000
const clientId = '1example23456789'
const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01'
const userPool = { clientIds: [clientId], tokenUses: ['access', 'id'], audiences: null, audienceOf: 'all', issuers: [issuer] } as const
const identity = { issuer, clientId, sub: 'd3f5c1a0-7b1e-4c57-9d6a-0d7a2f1b6c11' }
const day = 86_400

function judge (times: object, clockTolerance = 5, at = now, issuedAtTolerance = 0): Failure | null {
  const claims = accessTokenClaims(identity, { iat: now - 60, exp: now + 3540, ...times })
  // `stringify` would make `null` of what no JSON number can be.
  return judgeClaims(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)), { userPool, clockTolerance, issuedAtTolerance }, at)
}

type Case = [times: object, says: string]

function table (name: string, reason: Failure['reason'] | null, cases: readonly Case[]): void {
  t.test(name, async (t) => {
    for (const [times, says] of cases) t.equal(judge(times)?.reason ?? null, reason, says)
  })
}

/** Values that are no NumericDate (RFC 7519 §2). */
const noDates: ReadonlyArray<[value: unknown, says: string]> = [
  [null, 'null'], ['1780003540', 'a string of digits'], ['', 'an empty string'], [[now], 'an array'], [{}, 'an object'], [true, 'true'],
  [Infinity, 'what 1e999 is read as'], [-Infinity, 'what -1e999 is read as'], [NaN, 'no number']
]

table('refuses an exp that is none, or that no token of Cognito has', 'lifetime', [
  [{ exp: undefined }, 'absent'],
  ...noDates.map(([exp, says]): Case => [{ exp }, says]),
  [{ exp: 0 }, 'zero'],
  [{ exp: 0, iat: -60 }, 'zero, after an iat before the epoch'],
  [{ exp: -1 }, 'negative'],
  [{ exp: -1, iat: -60 }, 'negative, after iat'],
  [{ exp: (now + 3540) * 1000 }, 'in milliseconds'],
  [{ exp: now - 60 }, 'no later than iat'],
  [{ exp: now - 61 }, 'before iat'],
  [{ exp: now - 60 + day + 6 }, 'more than a day and the tolerance after iat']
])

table('accepts the longest lifetime, widened by the tolerance', null, [
  [{ exp: now - 60 + day }, 'a day'],
  [{ exp: now - 60 + day + 5 }, 'a day and the tolerance']
])

table('refuses an iat that is none or in the future', 'issued_at', [
  [{ iat: undefined }, 'absent'],
  ...noDates.map(([iat, says]): Case => [{ iat }, says]),
  [{ iat: now + 6 }, 'beyond the tolerance'],
  [{ iat: now * 1000 }, 'in milliseconds']
])

table('refuses an nbf that is none or in the future', 'not_before', [
  ...noDates.map(([nbf, says]): Case => [{ nbf }, says]),
  [{ nbf: now + 6 }, 'beyond the tolerance'],
  [{ nbf: now * 1000 }, 'in milliseconds']
])

table('accepts what has begun, widened by the tolerance', null, [
  [{ iat: now }, 'iat now'],
  [{ iat: now + 5 }, 'iat at the tolerance'],
  [{ iat: now - day + 61, exp: now + 61 }, 'iat nearly a day ago'],
  [{ nbf: undefined }, 'no nbf'],
  [{ nbf: now }, 'nbf now'],
  [{ nbf: now + 5 }, 'nbf at the tolerance'],
  [{ nbf: 0 }, 'nbf at the epoch']
])

t.test('gives iat a tolerance of its own, and says by how much a token is ahead of it', async (t) => {
  for (const [ahead, clockTolerance, issuedAtTolerance, accepted] of [
    [60, 5, 60, true], [61, 5, 60, false], [5, 5, 0, true], [6, 5, 0, false], [300, 300, 60, true], [301, 300, 60, false]
  ] as const) {
    const refusal = judge({ iat: now + ahead }, clockTolerance, now, issuedAtTolerance)
    const most = Math.max(clockTolerance, issuedAtTolerance)
    t.strictSame(refusal, accepted ? null : tokenInvalid('issued_at', `at most ${most} seconds ahead of this clock`, `${ahead} seconds ahead of this clock`))
  }
  t.equal(judge({ nbf: now + 6 }, 5, now, 60)?.reason, 'not_before', 'not nbf')
  t.equal(judge({ exp: now - 6 }, 5, now, 60)?.reason, 'expired', 'and not exp')
})

t.test('tells the latest time at which a token can have been issued', async (t) => {
  t.equal(latestIssue({ iat: now }, 60), (now + 60) * 1000)
  t.equal(latestIssue({}, 60), Infinity)
})

t.test('accepts a token until exp + clockTolerance, and calls it expired from then on', async (t) => {
  const exp = now + 3540
  for (const tolerance of [0, 5, 300]) {
    t.equal(judge({}, tolerance, exp + tolerance - 1), null, `tolerance ${tolerance}: the second before`)
    t.strictSame(judge({}, tolerance, exp + tolerance), failure('FST_COGNITO_TOKEN_EXPIRED', 'expired'), `tolerance ${tolerance}: that second`)
    t.strictSame(judge({}, tolerance, exp + tolerance + day), failure('FST_COGNITO_TOKEN_EXPIRED', 'expired'), `tolerance ${tolerance}: a day later`)
  }
})

t.test('calls a token expired only if nothing else is wrong with it', async (t) => {
  const past = { iat: now - 7200, exp: now - 3600 }
  t.equal(judge(past)?.code, 'FST_COGNITO_TOKEN_EXPIRED')
  for (const wrong of [{ iss: 'x' }, { client_id: 'x' }, { sub: '' }, { cnf: {} }, { jti: 7 }, { nbf: now + 60 }, { iat: now - 7200 - 2 * day }]) {
    t.equal(judge({ ...past, ...wrong })?.code, 'FST_COGNITO_TOKEN_INVALID', JSON.stringify(wrong))
  }
})

t.test('never counts a fraction of a second in favour of the token', async (t) => {
  t.equal(judge({ exp: now + 0.3 }, 0, now + 0.2), null, 'before a fractional exp')
  t.equal(judge({ exp: now + 0.3 }, 0, now + 0.3)?.reason, 'expired', 'at a fractional exp')
  t.equal(judge({ exp: now + 0.3 }, 0, now + 0.9)?.reason, 'expired', 'within the second of a fractional exp, but past it')
  t.equal(judge({ iat: now + 0.3 }, 0, now + 0.9)?.reason, 'issued_at', 'a fractional iat counts from the next whole second')
  t.equal(judge({ iat: now + 0.3 }, 0, now + 1), null, 'and is in order then')
  t.equal(judge({ nbf: now + 0.3 }, 0, now + 0.9)?.reason, 'not_before', 'so does a fractional nbf')
  t.equal(judge({ nbf: now + 0.3 }, 0, now + 1), null, 'and is in order then')
})

t.test('hands judged claims on as they are', async (t) => {
  const claims = accessTokenClaims(identity, { iat: now - 60, exp: now + 3540 })
  t.equal<unknown>(asCognitoClaims(claims), claims)
})

/** Any claims within the rules are accepted, any outside refused: judged beside an oracle that shares no code with the rules. */
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import t from 'tap'
import { judgeClaims } from '../../src/claims/claim-rules.js'
import type { ClaimPolicy } from '../../src/claims/claim-rules.js'

const seed = 20_260_603
const runs = 20_000

const issuers = ['https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01', 'https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01']
const clients = ['1example23456789', 'second']
const resource = 'https://api.example.com'

interface Trial {
  readonly claims: Readonly<Record<string, unknown>>
  readonly accepted: { readonly tokenUses: ReadonlyArray<'access' | 'id'>, readonly audiences: readonly string[] | null, readonly audienceOf: 'all' | 'users' }
  readonly tolerance: number
  readonly now: number
}

/**
 * What the AWS documentation and the RFCs say of a token, written down once more and on purpose without regard to
 * how the code does it.
 */
function isInOrder ({ claims, accepted, tolerance, now }: Trial): boolean {
  const has = (name: string): boolean => Object.keys(claims).includes(name)
  const isText = (value: unknown): boolean => typeof value === 'string'
  const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
  const isTime = (value: unknown): boolean => typeof value === 'number' && value > -Infinity && value < Infinity
  const absentOr = (name: string, isRight: (value: unknown) => boolean): boolean => !has(name) || isRight(claims[name])

  const isIdToken = claims.token_use === 'id'
  if (!isIdToken && claims.token_use !== 'access') return false
  if (!accepted.tokenUses.some((use) => use === claims.token_use)) return false
  if (claims.iss !== issuers[0] && claims.iss !== issuers[1]) return false
  const client = isIdToken ? claims.aud : claims.client_id
  if (client !== clients[0] && client !== clients[1]) return false
  if (!isIdToken) {
    if (!absentOr('aud', (aud) => isText(aud) || isTextList(aud))) return false
    if (accepted.audiences !== null) {
      const named = isText(claims.aud) ? [claims.aud] : (claims.aud ?? []) as unknown[]
      const isMachine = !has('username') && claims.sub === claims.client_id
      const isExempt = accepted.audienceOf === 'users' && isMachine && named.filter((one) => one !== claims.client_id).length === 0
      if (!named.includes(resource) && !isExempt) return false
    }
  }
  if (has('cnf')) return false
  if (!isText(claims.sub) || claims.sub === '') return false
  if (!absentOr('jti', isText) || !absentOr('scope', isText) || !absentOr('cognito:groups', isTextList)) return false
  if (!absentOr(isIdToken ? 'cognito:username' : 'username', isText)) return false
  if (!isTime(claims.exp) || !isTime(claims.iat) || !absentOr('nbf', isTime)) return false
  const { exp, iat, nbf = -Infinity } = claims as { exp: number, iat: number, nbf?: number }
  const wholeSecond = now - now % 1
  return exp > 0 && exp > iat && exp - iat <= 24 * 60 * 60 + tolerance && exp + tolerance > now && iat <= wholeSecond + tolerance && nbf <= wholeSecond + tolerance
}

/** A value that is mostly right, sometimes absent, sometimes anything that JSON can say. */
function mostly (right: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) })
}

const strings = fc.string({ minLength: 1, unit: 'binary' })
const optionalString = fc.oneof(strings, fc.constant(''), fc.constant(undefined))

function moment (now: number, ...offsets: number[]): Arbitrary<number> {
  const whole = Math.floor(now)
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...offsets).chain((offset) => fc.integer({ min: -2, max: 2 }).map((step) => whole + offset + step / 2)) },
    { weight: 3, arbitrary: fc.integer({ min: whole + Math.min(...offsets), max: whole + Math.max(...offsets) }) },
    { weight: 1, arbitrary: fc.constantFrom(0, -1, whole * 1000, Infinity, Number.MAX_SAFE_INTEGER) }
  )
}

const trials: Arbitrary<Trial> = fc.record({
  now: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }).map((milliseconds) => milliseconds / 1000),
  tolerance: fc.constantFrom(0, 5, 300),
  kind: fc.constantFrom('access', 'id'),
  audiences: fc.constantFrom(null, [resource]),
  audienceOf: fc.constantFrom<'all' | 'users'>('all', 'users'),
  isMachine: fc.boolean(),
  tokenUses: fc.constantFrom<ReadonlyArray<'access' | 'id'>>(['access', 'id'], ['access', 'id'], ['access'], ['id'])
}).chain(({ now, tolerance, kind, audiences, audienceOf, isMachine, tokenUses }) => {
  const isId = kind === 'id'
  const listed = fc.constantFrom(...clients)
  return fc.record({
    iss: mostly(fc.constantFrom(...issuers)),
    token_use: mostly(fc.constant(kind)),
    client_id: isId ? optionalString : mostly(listed),
    aud: mostly(isId ? listed : audiences === null ? fc.oneof(fc.constant(undefined), strings, fc.array(strings)) : fc.constantFrom(resource, [resource], ['x', resource], 'x', [], undefined, ...clients, [clients[0], 'x'])),
    sub: mostly(isMachine ? listed : strings),
    jti: mostly(optionalString),
    username: isId ? fc.jsonValue({ maxDepth: 1 }) : isMachine ? mostly(fc.constant(undefined)) : mostly(optionalString),
    'cognito:username': isId ? mostly(optionalString) : fc.jsonValue({ maxDepth: 1 }),
    'cognito:groups': mostly(fc.oneof(fc.array(strings), fc.constant(undefined))),
    scope: mostly(optionalString),
    exp: mostly(moment(now, -tolerance, 0, 300, 3600, 86_400)),
    iat: mostly(moment(now, -86_400, -3600, 0, tolerance)),
    nbf: mostly(fc.oneof(fc.constant(undefined), fc.constant(undefined), moment(now, -3600, 0, tolerance))),
    cnf: fc.oneof({ weight: 40, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) }),
    other: fc.jsonValue({ maxDepth: 2 })
  }).map((members) => ({
    // An absent claim is no member at all.
    claims: Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)),
    accepted: { tokenUses, audiences, audienceOf },
    tolerance,
    now
  }))
})

t.test('accepts exactly what the oracle finds in order', async (t) => {
  let accepted = 0
  let refused = 0
  const reasons = new Set<string>()
  const property = fc.property(trials, (trial) => {
    const policy: ClaimPolicy = { userPool: { issuers, clientIds: clients, ...trial.accepted }, clockTolerance: trial.tolerance, issuedAtTolerance: 0 }
    const before = JSON.stringify(trial.claims)
    const failure = judgeClaims(trial.claims, policy, trial.now)
    if (failure === null) accepted++
    else {
      refused++
      reasons.add(failure.reason)
    }
    return (failure === null) === isInOrder(trial) && JSON.stringify(trial.claims) === before
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: runs }))
  t.comment(`seed ${seed}, ${runs} runs: ${accepted} accepted, ${refused} refused for ${reasons.size} reasons`)
  t.ok(accepted > runs / 10 && refused > runs / 10, 'both verdicts are tried often')
  t.strictSame([...reasons].sort(), [
    'audience', 'client_id', 'confirmation', 'expired', 'groups', 'issued_at', 'issuer', 'jwt_id', 'lifetime', 'not_before', 'scope', 'subject', 'token_use', 'username'
  ], 'every rule has refused something')
})

t.test('judges any JSON object without throwing', async (t) => {
  const policy: ClaimPolicy = { userPool: { issuers, clientIds: clients, tokenUses: ['access', 'id'], audiences: [resource], audienceOf: 'users' }, clockTolerance: 5, issuedAtTolerance: 60 }
  const property = fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.double(), (claims, now) =>
    judgeClaims(claims, policy, now)?.code === 'FST_COGNITO_TOKEN_INVALID')
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 2_000 }))
})

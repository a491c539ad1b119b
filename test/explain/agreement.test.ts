import t from 'tap'
import { advice, adviceOnAbsence } from '../../src/explain/advice.js'
import type { Reason } from '../../src/index.js'
import type { Report } from '../../src/explain/report.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { run } from '../support/explain.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool()
const clock = createTestClock(Date.UTC(2026, 5, 1, 12))
const now = Math.floor(clock.now() / 1000)
const times = { iat: now - 60, exp: now + 3540 }

interface Verdict {
  readonly code: string
  readonly reason: string
}

async function verdictOf (token: string, options: object): Promise<Verdict | null> {
  const verifier = createVerifierWithClock({ ...pool.options, cache: false, ...options }, clock)
  try {
    await verifier.verify(token)
    return null
  } catch (error) {
    const { code, reason } = error as Verdict
    return { code, reason }
  } finally {
    verifier.close()
  }
}

async function explain (token: string, ...more: string[]): Promise<{ status: number, report: Report }> {
  const args = ['explain', '--user-pool-id', pool.userPoolId, '--client-id', pool.clientId, '--json', ...more]
  const { status, output } = await run({ args, input: [token], clock, fetch: pool.options.keys.fetch })
  return { status, report: JSON.parse(output) as Report }
}

const claimCases: ReadonlyArray<readonly [reason: string, claims: TestClaims]> = [
  ['issuer', { iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_OtherPool' }],
  ['issuer', { iss: 1 }],
  ['token_use', { token_use: 'refresh' }],
  ['client_id', { client_id: 'other' }],
  ['audience', { aud: 7 }],
  ['confirmation', { cnf: {} }],
  ['subject', { sub: '' }],
  ['jwt_id', { jti: 7 }],
  // The kit's own names are typed; the claim is wrong on purpose.
  ['username', { username: 7 as unknown as string }],
  ['groups', { 'cognito:groups': 'Admins' }],
  ['scope', { scope: ['a'] }],
  ['issued_at', { iat: now + 600, exp: now + 3600 }],
  ['not_before', { nbf: now + 60 }],
  ['lifetime', { exp: now + 90_000 }],
  ['expired', { iat: now - 3600, exp: now - 60 }]
]

async function headed (header: object): Promise<string> {
  return pool.sign({ header: { ...await pool.header(), ...header }, payload: await payloadOf(times) })
}

async function payloadOf (claims: TestClaims): Promise<object> {
  const [, payload = ''] = (await pool.accessToken(claims)).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
}

async function otherTokens (): Promise<ReadonlyArray<readonly [reason: string, token: string]>> {
  const valid = await pool.accessToken(times)
  const [header = '', payload = '', signature = ''] = valid.split('.')
  return [
    ['length', 'x'.repeat(20_000)],
    ['format', 'not a token'],
    ['format', `${valid}=`],
    ['format', `${valid}.AAAA.AAAA`],
    ['header', `AAAA.${payload}.${signature}`],
    ['payload', `${header}.AAAA.${signature}`],
    ['algorithm', await headed({ alg: 'none' })],
    ['critical', await headed({ crit: ['b64'], b64: false })],
    ['type', await headed({ typ: 'dpop+jwt' })],
    ['kid', await headed({ kid: '' })],
    ['kid', await headed({ kid: 'unknown' })],
    ['signature', `${header}.${payload}.${(await pool.accessToken({ ...times, jti: 'other' })).split('.')[2]}`]
  ]
}

t.test('names the same reason as the verifier for a token with one fault', async (t) => {
  const signed = claimCases.map(async ([reason, claims]) => [reason, await pool.accessToken({ ...times, ...claims })] as const)
  for (const [reason, token] of [...await Promise.all(signed), ...await otherTokens()]) {
    const { status, report } = await explain(token)
    const failures = report.checks.filter(({ state }) => state === 'failed')
    t.strictSame(failures.map((check) => check.reason), [reason], `${reason}: the one check that fails`)
    t.match(failures[0]?.advice, /\.$/, `${reason}: with advice`)
    t.strictSame({ code: report.code, reason: report.reason }, await verdictOf(token, {}), `${reason}: the verdict`)
    t.equal(report.reason, reason)
    t.equal(report.verdict, 'refused')
    t.equal(status, 1)
  }
})

t.test('tells what is absent from what is wrong, each with advice of its own', async (t) => {
  const audience = ['--audience', 'https://api.example']
  const cases: ReadonlyArray<readonly [absent: string, reasons: readonly Reason[], without: string, wrong: string, more?: string[]]> = [
    ['iss', ['issuer'], await pool.accessToken({ ...times, iss: undefined }), await pool.accessToken({ ...times, iss: 'absent' })],
    ['token_use', ['token_use'], await pool.accessToken({ ...times, token_use: undefined }), await pool.accessToken({ ...times, token_use: null })],
    ['client_id', ['client_id'], await pool.accessToken({ ...times, client_id: undefined }), await pool.accessToken({ ...times, client_id: 'absent' })],
    ['aud', ['client_id'], await pool.idToken({ ...times, aud: undefined }), await pool.idToken({ ...times, aud: [pool.clientId] })],
    ['aud', ['audience'], await pool.accessToken(times), await pool.accessToken({ ...times, aud: 'https://other.example' }), audience],
    ['sub', ['subject'], await pool.accessToken({ ...times, sub: undefined }), await pool.accessToken({ ...times, sub: '' })],
    ['iat', ['issued_at', 'lifetime'], await pool.accessToken({ ...times, iat: undefined }), await pool.accessToken({ ...times, iat: String(times.iat) })],
    ['exp', ['lifetime', 'expired'], await pool.accessToken({ ...times, exp: undefined }), await pool.accessToken({ ...times, exp: String(times.exp) })],
    ['alg', ['algorithm'], await headed({ alg: undefined }), await headed({ alg: null })],
    ['kid', ['kid'], await headed({ kid: undefined }), await headed({ kid: null })]
  ]
  for (const [absent, reasons, without, wrong, more = []] of cases) {
    const options = more.length > 0 ? { audience: more[1] } : {}
    for (const [token, name, words] of [[without, absent, adviceOnAbsence], [wrong, null, advice]] as const) {
      const { report } = await explain(token, ...more)
      const failures = report.checks.filter(({ state }) => state === 'failed')
      t.strictSame(failures.map((check) => [check.reason, check.absent, check.advice]), reasons.map((reason) => [reason, name, words[reason]]), `${absent}: ${name ?? 'wrong'}`)
      t.strictSame({ code: report.code, reason: report.reason }, await verdictOf(token, options), `${absent}: the verdict`)
    }
  }
})

t.test('gives the verdict of the first failure and shows all where a token has several', async (t) => {
  for (const [at, [reason, claims]] of claimCases.entries()) {
    for (const [later, others] of claimCases.slice(at + 1)) {
      if (Object.keys(others).some((name) => name in claims)) continue
      const token = await pool.accessToken({ ...times, ...others, ...claims })
      const { report } = await explain(token)
      const reasons = report.checks.flatMap((check) => check.reason ?? [])
      t.same(reasons.filter((one) => one === reason || one === later), [reason, later], `${reason} and ${later}`)
      t.equal(report.reason, reasons[0], `${reason} and ${later}: the verdict`)
      t.strictSame({ code: report.code, reason: report.reason }, await verdictOf(token, {}))
    }
  }
})

t.test('accepts what the verifier accepts, with every check passed', async (t) => {
  const tokens = [
    await pool.accessToken(times), await pool.idToken(times), await pool.machineToken(times),
    await pool.accessToken({ iat: now - 3600, exp: now - 4 })
  ]
  for (const token of tokens) {
    const { status, report } = await explain(token)
    t.ok(report.checks.every(({ state, reason, advice }) => state === 'passed' && reason === null && advice === undefined))
    t.strictSame([status, report.verdict, report.code, report.reason], [0, 'accepted', null, null])
    t.equal(await verdictOf(token, {}), null)
  }
})

t.test('follows the options of the verifier', async (t) => {
  const cases: ReadonlyArray<readonly [token: string, args: string[], options: object]> = [
    [await pool.idToken(times), ['--token-use', 'access'], { tokenUse: 'access' }],
    [await pool.accessToken(times), ['--token-use', 'id'], { tokenUse: 'id' }],
    [await pool.accessToken(times), ['--audience', 'https://api.example'], { audience: 'https://api.example' }],
    [await pool.accessToken({ ...times, aud: 'https://api.example' }), ['--audience', 'https://api.example'], { audience: 'https://api.example' }],
    [await pool.machineToken(times), ['--audience', 'https://api.example'], { audience: 'https://api.example' }],
    [await pool.machineToken(times), ['--audience', 'https://api.example', '--audience-of', 'users'], { audience: 'https://api.example', audienceOf: 'users' }],
    [await pool.accessToken({ iat: now - 3600, exp: now - 4 }), ['--clock-tolerance', '0'], { clockTolerance: 0 }],
    [await pool.accessToken(times), ['--issuer', 'http://127.0.0.1:9229/pool'], { issuer: 'http://127.0.0.1:9229/pool' }],
    [await pool.accessToken({ ...times, iss: 'http://127.0.0.1:9229/pool' }), ['--issuer', 'http://127.0.0.1:9229/pool', '--jwks-uri', `${pool.issuer}/.well-known/jwks.json`], { issuer: 'http://127.0.0.1:9229/pool', jwksUri: `${pool.issuer}/.well-known/jwks.json` }]
  ]
  for (const [token, args, options] of cases) {
    const { report } = await explain(token, ...args)
    const verdict = await verdictOf(token, options)
    t.strictSame(report.verdict === 'accepted' ? null : { code: report.code, reason: report.reason }, verdict, args.join(' '))
  }
})

t.test('leaves the verdict open while the keys cannot be had', async (t) => {
  const token = await pool.accessToken(times)
  pool.goDown()
  t.teardown(() => pool.recover())
  const { status, report } = await explain(token)
  t.strictSame([status, report.verdict, report.code, report.reason], [1, 'undecided', 'FST_COGNITO_UNAVAILABLE', 'key_endpoint'])
  const key = report.checks.find(({ name }) => name === 'key')
  t.match(key, { state: 'failed', reason: 'key_endpoint', detail: /the test user pool is down/, advice: /could not be fetched/ })
  t.match(report.checks.at(-1), { name: 'signature', state: 'skipped', detail: 'not looked at' })
})

t.test('a header that is refused is told before a payload that cannot be read, as the verifier judges', async (t) => {
  const header = { ...await pool.header(), alg: 'none' }
  for (const [token, check] of [[await pool.sign({ header, payload: 'no JSON' }), 'header'], [await pool.sign({ payload: 'no JSON' }), 'form']] as const) {
    const { report } = await explain(token)
    t.equal(report.checks.find(({ state }) => state === 'failed')?.name, check)
    t.match(await verdictOf(token, {}), { reason: check === 'header' ? 'algorithm' : 'payload' })
  }
})

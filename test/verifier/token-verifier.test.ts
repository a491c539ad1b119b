/** The order of verification, what is remembered, and what happens while a key is awaited. */
import { createPublicKey } from 'node:crypto'
import t from 'tap'
import { tokenInvalid, unavailable } from '../../src/errors/failure.js'
import type { Failure, Reason } from '../../src/errors/failure.js'
import type { VerifierOptions } from '../../src/index.js'
import type { KeySearch, KeySource, KeySourceStatus } from '../../src/keys/key-source.js'
import type { SigningKey } from '../../src/keys/signing-keys.js'
import { readVerifierOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestClaims, TestUserPool } from '../../src/testing/index.js'
import { createTokenVerifier } from '../../src/verifier/token-verifier.js'
import { lastingTrust } from '../../src/verifier/trusted-issuer.js'
import { createWaitingRoom } from '../../src/verifier/waiting-room.js'
import type { TokenVerifier, VerifiedToken } from '../../src/verifier/token-verifier.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'

interface Scene {
  readonly tokens: TokenVerifier
  readonly clock: TestClock
  readonly keys: readonly SigningKey[]
  /** The key ids that were looked for. */
  readonly asked: string[]
  /** What the key source does; replaced by tests. */
  answer: (kid: string) => KeySearch | Promise<KeySearch>
  knows: (kid: string) => boolean
  serves: (key: SigningKey) => boolean
  state: KeySourceStatus['state']
  access (claims?: TestClaims): Promise<string>
}

const pool: TestUserPool = createTestUserPool()

async function createScene (options: Partial<VerifierOptions> = {}): Promise<Scene> {
  const clock = createTestClock()
  const settings = readVerifierOptions({ userPoolId: pool.userPoolId, clientId: pool.clientId, ...options })
  const keys = (await pool.jwks()).keys.map((jwk): SigningKey => ({
    kid: jwk.kid ?? '', publicKey: createPublicKey({ key: { ...jwk }, format: 'jwk' }), retired: false
  }))
  const asked: string[] = []
  const scene: Scene = {
    clock,
    keys,
    asked,
    answer: (kid) => keys.filter((key) => key.kid === kid),
    knows: (kid) => keys.some((key) => key.kid === kid),
    serves: () => true,
    state: 'fresh',
    access: (claims = {}) => {
      const now = Math.floor(clock.now() / 1000)
      return pool.accessToken({ iat: now, exp: now + 3600, ...claims })
    },
    get tokens () { return tokens }
  }
  const keySource: KeySource = {
    load: async () => null,
    find: (kid) => {
      asked.push(kid)
      return scene.answer(kid)
    },
    knows: (kid) => scene.knows(kid),
    serves: (key) => scene.serves(key),
    status: () => ({ userPoolId: pool.userPoolId, issuer: pool.issuer, state: scene.state, age: 0, lastError: null }),
    warmUp: () => {},
    close: () => {}
  }
  const issuers = new Map(settings.userPools.flatMap((userPool) => userPool.issuers.map((issuer) => [issuer, { keySource, userPool, room: createWaitingRoom(), trust: lastingTrust() }] as const)))
  const tokens = createTokenVerifier(settings, issuers, clock)
  return scene
}

function reasonOf (outcome: VerifiedToken | Failure): Reason | null {
  return 'reason' in outcome ? outcome.reason : null
}

t.test('verifies by the key that kid names, looked for once', async (t) => {
  const scene = await createScene()
  const verified = await scene.tokens.verify(await scene.access({ sub: 'user' })) as VerifiedToken
  t.match(verified, { principal: { sub: 'user' }, user: { sub: 'user' } })
  t.strictSame(scene.asked, [(await pool.header()).kid])
  t.equal(verified.key, scene.keys[1])
})

t.test('judges in a fixed order: the first fault is the reason, and no key is looked for before all of them', async (t) => {
  const scene = await createScene({ maxTokenLength: 8_000 })
  const { kid } = await pool.header()
  const encode = (part: object | string): string => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  const now = Math.floor(scene.clock.now() / 1000)
  const bad = { iss: 'https://elsewhere.example.com', token_use: 'refresh', client_id: 'other', sub: '', iat: now - 7200, exp: now - 3600 }
  const header = { alg: 'none', crit: ['x'], typ: 'x', kid: '' }
  // From case to case one fault is mended, so each reason is the first of those that are left.
  const cases: ReadonlyArray<[reason: Reason, token: string]> = [
    ['length', `${encode('x'.repeat(8_000))}.${encode('[]')}`],
    ['format', `${encode('[]')}.${encode('[]')}`],
    ['header', `${encode('[]')}.${encode('[]')}.AAAA`],
    ['algorithm', `${encode(header)}.${encode('[]')}.AAAA`],
    ['critical', `${encode({ ...header, alg: 'RS256' })}.${encode('[]')}.AAAA`],
    ['type', `${encode({ alg: 'RS256', typ: 'x', kid: '' })}.${encode('[]')}.AAAA`],
    ['kid', `${encode({ alg: 'RS256', kid: '' })}.${encode('[]')}.AAAA`],
    ['payload', `${encode({ alg: 'RS256', kid })}.${encode('[]')}.AAAA`],
    ['issuer', `${encode({ alg: 'RS256', kid })}.${encode(bad)}.AAAA`],
    ['token_use', `${encode({ alg: 'RS256', kid })}.${encode({ ...bad, iss: pool.issuer })}.AAAA`],
    ['client_id', `${encode({ alg: 'RS256', kid })}.${encode({ ...bad, iss: pool.issuer, token_use: 'access' })}.AAAA`],
    ['subject', `${encode({ alg: 'RS256', kid })}.${encode({ ...bad, iss: pool.issuer, token_use: 'access', client_id: pool.clientId })}.AAAA`],
    ['expired', `${encode({ alg: 'RS256', kid: 'unknown' })}.${encode({ ...bad, iss: pool.issuer, token_use: 'access', client_id: pool.clientId, sub: 'user' })}.AAAA`]
  ]
  for (const [reason, token] of cases) {
    const outcome = scene.tokens.verify(token)
    t.equal('reason' in outcome && outcome.reason, reason, `${reason}, and at once`)
  }
  t.strictSame(scene.asked, [])
  const mended = { ...bad, iss: pool.issuer, token_use: 'access', client_id: pool.clientId, sub: 'user', exp: now + 60 }
  t.equal(reasonOf(await scene.tokens.verify(`${encode({ alg: 'RS256', kid })}.${encode(mended)}.AAAA`)), 'signature')
  t.strictSame(scene.asked, [kid])
})

t.test('shares one verification among those who ask meanwhile, and only for the same token', async (t) => {
  const scene = await createScene()
  const [one, other] = await Promise.all([scene.access({ sub: 'one' }), scene.access({ sub: 'other' })])
  const outcomes = [one, one, other, one].map((token) => scene.tokens.verify(token))
  t.equal(outcomes[0], outcomes[1])
  t.equal(outcomes[0], outcomes[3])
  t.equal(scene.asked.length, 2)
  const subjects = await Promise.all(outcomes.map(async (outcome) => {
    const verified = await outcome
    return 'reason' in verified ? verified.reason : verified.principal.sub
  }))
  t.strictSame(subjects, ['one', 'one', 'other', 'one'])
})

t.test('remembers a valid token, exactly as it was sent, until exp or maxAge', async (t) => {
  const scene = await createScene({ cache: { maxEntries: 10, maxAge: 60_000 } })
  const token = await scene.access()
  t.equal(scene.tokens.recall(token), null, 'not before it was verified')
  const verified = await scene.tokens.verify(token) as VerifiedToken
  t.equal(verified.token, token)
  t.equal(scene.tokens.recall(token), verified)
  t.equal(scene.tokens.recall(`${token}A`), null)
  t.equal(scene.tokens.recall(token.slice(0, -1)), null)
  t.equal(scene.tokens.recall(`A${token.slice(1)}`), null)
  scene.clock.pass(59_999)
  t.equal(scene.tokens.recall(token), verified, 'the millisecond before maxAge')
  scene.clock.pass(1)
  t.equal(scene.tokens.recall(token), null, 'at maxAge')

  const short = await scene.access({ exp: Math.floor(scene.clock.now() / 1000) + 10 })
  const { expiresAt } = await scene.tokens.verify(short) as VerifiedToken
  scene.clock.pass(expiresAt - scene.clock.now() - 1)
  t.not(scene.tokens.recall(short), null, 'the millisecond before exp')
  scene.clock.pass(1)
  t.equal(scene.tokens.recall(short), null, 'at exp, whatever the tolerance')
})

t.test('remembers nothing without a cache, and nothing that was refused', async (t) => {
  const uncached = await createScene({ cache: false })
  const token = await uncached.access()
  t.equal(reasonOf(await uncached.tokens.verify(token)), null)
  t.equal(uncached.tokens.recall(token), null)
  t.equal(reasonOf(await uncached.tokens.verify(token)), null)
  t.equal(uncached.asked.length, 2)

  const scene = await createScene()
  const forged = `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(256).toString('base64url')}`
  t.equal(reasonOf(await scene.tokens.verify(forged)), 'signature')
  t.equal(scene.tokens.recall(forged), null)
})

t.test('forgets a token whose key the source does not serve any more', async (t) => {
  const scene = await createScene()
  const token = await scene.access()
  const { key } = await scene.tokens.verify(token) as VerifiedToken
  scene.serves = (asked) => asked !== key
  t.equal(scene.tokens.recall(token), null)
})

t.test('judges by the clock to the millisecond', async (t) => {
  const scene = await createScene({ clockTolerance: 0 })
  const second = Math.ceil(scene.clock.now() / 1000) + 10
  const token = await scene.access({ exp: second + 0.5 })
  scene.clock.pass(second * 1000 + 499 - scene.clock.now())
  t.equal(reasonOf(await scene.tokens.verify(token)), null, 'before')
  scene.clock.pass(1)
  t.equal(reasonOf(await scene.tokens.verify(token)), 'expired', 'at')
})

t.test('says that a token has expired only once its signature is good', async (t) => {
  const scene = await createScene()
  const now = Math.floor(scene.clock.now() / 1000)
  const token = await scene.access({ iat: now - 7_200, exp: now - 3_600 })
  const [header = '', payload = '', signature = ''] = token.split('.')
  const forged = `${header}.${payload}.${Buffer.alloc(256).toString('base64url')}`
  t.match(await scene.tokens.verify(token), { code: 'FST_COGNITO_TOKEN_EXPIRED', reason: 'expired' })
  t.match(await scene.tokens.verify(forged), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'signature' })

  const unknown = `${Buffer.from(JSON.stringify({ ...await pool.header(), kid: 'unknown' })).toString('base64url')}.${payload}.${signature}`
  const asked = scene.asked.length
  for (const state of ['fresh', 'stale'] as const) {
    scene.state = state
    t.match(scene.tokens.verify(unknown), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'expired' })
  }
  t.equal(scene.asked.length, asked, 'no key is looked for that is not there')
})

t.test('looks for keys for an expired token where there are none, and says that it has expired once they have come', async (t) => {
  const scene = await createScene()
  const now = Math.floor(scene.clock.now() / 1000)
  const token = await scene.access({ iat: now - 7_200, exp: now - 3_600 })
  scene.state = 'empty'
  scene.knows = () => false
  scene.answer = async () => scene.keys
  t.match(await scene.tokens.verify(token), { code: 'FST_COGNITO_TOKEN_EXPIRED' })
  scene.answer = async () => unavailable('key_endpoint', undefined, 7)
  t.match(await scene.tokens.verify(token), { code: 'FST_COGNITO_UNAVAILABLE', retryAfter: 7 })
})

t.test('refuses a token that ended while its key was awaited', async (t) => {
  const scene = await createScene()
  const token = await scene.access()
  scene.answer = async () => {
    scene.clock.pass(3_605_000)
    return scene.keys
  }
  t.equal(reasonOf(await scene.tokens.verify(token)), 'expired')
  t.equal(scene.tokens.recall(token), null)
})

t.test('refuses a token whose key was withdrawn while it was verified', async (t) => {
  const scene: Scene = await createScene({
    mapUser: (user) => {
      for (const key of scene.keys) key.retired = true
      return user
    }
  })
  const token = await scene.access()
  t.equal(reasonOf(await scene.tokens.verify(token)), 'kid')
  t.equal(scene.tokens.recall(token), null)
})

t.test('passes on why there is no key, and tries again the next time', async (t) => {
  const scene = await createScene()
  const token = await scene.access()
  for (const failure of [tokenInvalid('kid'), unavailable('key_endpoint', new Error('down'), 7)]) {
    scene.answer = async () => failure
    t.equal(await scene.tokens.verify(token), failure)
    scene.answer = () => failure
    t.equal(scene.tokens.verify(token), failure, 'in the same moment')
  }
  scene.answer = () => scene.keys
  t.equal(reasonOf(await scene.tokens.verify(token)), null)
})

t.test('calls what nobody foresaw an outage, and never lets the token in', async (t) => {
  const scene = await createScene()
  const cause = new Error('unforeseen')
  const token = await scene.access()
  scene.answer = () => { throw cause }
  t.match(scene.tokens.verify(token), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'internal', cause })
  scene.answer = async () => { throw cause }
  t.match(await scene.tokens.verify(token), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'internal', cause })
})

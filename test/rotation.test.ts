// What becomes of tokens when the keys of a pool change: those of a new key get in, those of a removed one do not stay.
import t from 'tap'
import { createTestUserPool } from '../src/testing/index.js'
import type { TestUserPool } from '../src/testing/index.js'
import { createGate } from './support/issuer-scripts.js'
import { createKeyScene, durations } from './support/key-scene.js'
import { createLatch } from './support/latch.js'
import { assertRefused, refusals } from './support/refusals.js'

t.test('after a rotation with overlap, tokens of the old and of the new keys are accepted', async (t) => {
  const { pool, issuer, clock, ask } = await createKeyScene(t)
  const [oldAccess, oldId] = [await pool.accessToken(), await pool.idToken()]
  t.equal((await ask(oldAccess)).statusCode, 200)

  pool.rotateKeys({ overlap: true })
  clock.pass(durations.cooldown)
  for (const token of [await pool.accessToken(), await pool.idToken(), oldAccess, oldId]) t.equal((await ask(token)).statusCode, 200)
  t.equal(issuer.requests, 2)
})

t.test('a rotated-in key is accepted at once, right after a fetch, and costs one more', async (t) => {
  const { pool, issuer, clock, ask } = await createKeyScene(t)
  await ask(await pool.accessToken())
  pool.rotateKeys()
  clock.pass(1)
  t.equal((await ask(await pool.accessToken())).statusCode, 200)
  t.equal((await ask(await pool.idToken())).statusCode, 200)
  t.equal(issuer.requests, 2)
})

t.test('a token of a key that nobody may fetch yet is told when to come again, not that it is bad', async (t) => {
  const { pool, issuer, clock, ask, askUnknown } = await createKeyScene(t)
  await ask(await pool.accessToken())
  for (let madeUp = 1; madeUp <= 3; madeUp++) {
    clock.pass(1)
    assertRefused(t, await askUnknown(), 'FST_COGNITO_TOKEN_INVALID')
  }
  pool.rotateKeys()
  const token = await pool.accessToken()
  clock.pass(1)
  const refused = await ask(token)
  assertRefused(t, refused, 'FST_COGNITO_UNAVAILABLE')
  t.equal(refused.headers['retry-after'], '30')
  t.equal(issuer.requests, 4)
  clock.pass(durations.cooldown)
  t.equal((await ask(token)).statusCode, 200)
  t.equal(issuer.requests, 5)
})

t.test('one stranger with a made-up key id costs the users of a new key nothing', async (t) => {
  const { pool, clock, ask, askUnknown } = await createKeyScene(t)
  await ask(await pool.accessToken())
  clock.pass(1)
  assertRefused(t, await askUnknown(), 'FST_COGNITO_TOKEN_INVALID')
  pool.rotateKeys()
  clock.pass(1)
  t.equal((await ask(await pool.accessToken())).statusCode, 200)
})

t.test('a token that came before its key was published does not shut the key out', async (t) => {
  const { pool, issuer, clock, ask } = await createKeyScene(t)
  await ask(await pool.accessToken())
  issuer.publish((await pool.jwks()).keys)
  pool.rotateKeys({ overlap: true })
  const early = await pool.accessToken()
  clock.pass(durations.cooldown)
  assertRefused(t, await ask(early), 'FST_COGNITO_TOKEN_INVALID')

  issuer.publish((await pool.jwks()).keys)
  clock.pass(durations.cooldown)
  t.equal((await ask(early)).statusCode, 200)
  t.equal(issuer.requests, 3)
})

t.test('a removed key stops working with the next refresh, for tokens that are', (t) => {
  t.test('new, remembered, or known since long', async (t) => {
    const { pool, clock, ask, askUnknown } = await createKeyScene(t)
    const [remembered, unseen] = [await pool.accessToken(), await pool.accessToken()]
    t.equal((await ask(remembered)).statusCode, 200)

    pool.rotateKeys()
    clock.pass(durations.refreshAfter)
    t.equal((await ask(remembered)).statusCode, 200, 'the request that finds the keys due is answered by the old ones')
    assertRefused(t, await askUnknown(), 'FST_COGNITO_TOKEN_INVALID')
    for (const token of [remembered, unseen]) assertRefused(t, await ask(token), 'FST_COGNITO_TOKEN_INVALID')
    t.equal((await ask(await pool.accessToken())).statusCode, 200, 'while the new key works')
  })

  t.test('being verified at that moment', async (t) => {
    const [mapping, refreshed] = [createLatch(), createLatch()]
    const { pool, clock, ask } = await createKeyScene(t, {
      options: {
        mapUser: async (user) => {
          if (user.sub !== 'held') return user
          mapping.open()
          await refreshed.opened
          return user
        }
      }
    })
    const token = await pool.accessToken({ sub: 'held' })
    const [first, second] = [ask(token), ask(token)]
    await mapping.opened

    pool.rotateKeys()
    clock.pass(durations.cooldown)
    t.equal((await ask(await pool.accessToken())).statusCode, 200, 'the new key is there')
    refreshed.open()
    for (const answer of await Promise.all([first, second])) assertRefused(t, answer, 'FST_COGNITO_TOKEN_INVALID')
    assertRefused(t, await ask(token), 'FST_COGNITO_TOKEN_INVALID')
  })
  t.end()
})

t.test('a key that is still published keeps its remembered tokens', async (t) => {
  let mapped = 0
  const { pool, clock, ask } = await createKeyScene(t, { options: { mapUser: (user) => { mapped++; return user } } })
  const token = await pool.accessToken()
  await ask(token)
  pool.rotateKeys({ overlap: true })
  clock.pass(durations.cooldown)
  await ask(await pool.accessToken())
  t.equal(mapped, 2)
  t.equal((await ask(token)).statusCode, 200)
  t.equal(mapped, 2, 'it was not verified again')
})

t.test('of a key that was replaced under its kid, old signatures are refused and new ones accepted', async (t) => {
  const { pool, issuer, clock, ask, askUnknown } = await createKeyScene(t)
  const [remembered, unseen] = [await pool.accessToken(), await pool.accessToken()]
  const header = await pool.header()
  t.equal((await ask(remembered)).statusCode, 200)

  pool.rotateKeys()
  issuer.publish(await publishedAs(pool, header.kid))
  const renewed = await pool.sign({ header })
  clock.pass(durations.refreshAfter)
  t.equal((await ask(remembered)).statusCode, 200)
  await askUnknown()
  for (const token of [remembered, unseen]) assertRefused(t, await ask(token), 'FST_COGNITO_TOKEN_INVALID')
  t.equal((await ask(renewed)).statusCode, 200)
  t.equal(issuer.requests, 2)
})

t.test('a removed key that comes back works again', async (t) => {
  const { pool, issuer, clock, ask } = await createKeyScene(t)
  const { keys } = await pool.jwks()
  const token = await pool.accessToken()
  await ask(token)
  pool.rotateKeys()
  clock.pass(durations.cooldown)
  await ask(await pool.accessToken())
  assertRefused(t, await ask(token), 'FST_COGNITO_TOKEN_INVALID')

  issuer.publish(keys)
  clock.pass(durations.cooldown)
  t.equal((await ask(token)).statusCode, 200)
})

t.test('a flood of unknown keys costs one fetch per cooldown and leaves valid users alone', async (t) => {
  const { pool, issuer, clock, ask } = await createKeyScene(t)
  const valid = await pool.accessToken()
  const flood = await Promise.all(Array.from({ length: 200 }, (_, index) => pool.sign({ header: { alg: 'RS256', kid: `flood-${index}` } })))

  for (let cooldowns = 1; cooldowns <= 3; cooldowns++) {
    const answers = await Promise.all(flood.map(ask))
    t.strictSame(new Set(answers.map(({ body }) => body)), new Set([refusals.FST_COGNITO_TOKEN_INVALID.body]))
    t.equal((await ask(valid)).statusCode, 200)
    t.equal((await ask(await pool.accessToken())).statusCode, 200)
    t.equal(issuer.requests, cooldowns)
    clock.pass(durations.cooldown)
  }
})

t.test('valid users are not kept waiting for the fetch that a flood has started', async (t) => {
  const gate = createGate()
  const { pool, issuer, clock, ask, askUnknown } = await createKeyScene(t)
  await ask(await pool.accessToken())
  issuer.play(gate.script)
  clock.pass(durations.cooldown)
  const unknown = askUnknown()
  t.equal((await ask(await pool.accessToken())).statusCode, 200)
  gate.open()
  assertRefused(t, await unknown, 'FST_COGNITO_TOKEN_INVALID')
})

t.test('pools that share a kid do not share its key', async (t) => {
  const { pool, ask } = await createKeyScene(t)
  const other = createTestUserPool({ userPoolId: 'eu-west-1_OtherPool' })
  other.rotateKeys()
  const header = await pool.header()
  const payload = JSON.parse(Buffer.from((await pool.accessToken()).split('.')[1] ?? '', 'base64url').toString()) as object
  assertRefused(t, await ask(await other.sign({ header, payload })), 'FST_COGNITO_TOKEN_INVALID')
})

/** The pool's present key of access tokens, published under another `kid`. */
async function publishedAs (pool: TestUserPool, kid: string): Promise<object[]> {
  const own = (await pool.header()).kid
  const { keys } = await pool.jwks()
  return keys.map((key) => (key.kid === own ? { ...key, kid } : key))
}

import t from 'tap'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool()

t.test('refuses a token that has expired while mapUser was awaited, and those who joined', async (t) => {
  const clock = createTestClock()
  let finish = (): void => {}
  const mapped = new Promise<void>((resolve) => { finish = resolve })
  let asked = (): void => {}
  const isAsked = new Promise<void>((resolve) => { asked = resolve })
  const verifier = createVerifierWithClock({
    ...pool.options,
    clockTolerance: 0,
    mapUser: async (user) => {
      asked()
      await mapped
      return user
    }
  }, clock)
  t.teardown(() => verifier.close())
  const iat = Math.floor(clock.now() / 1000)
  const token = await pool.accessToken({ iat, exp: iat + 300 })
  const first = verifier.verify(token)
  await isAsked
  clock.pass(301_000)
  const joined = verifier.verify(token)
  finish()
  await t.rejects(first, { code: 'FST_COGNITO_TOKEN_EXPIRED' })
  await t.rejects(joined, { code: 'FST_COGNITO_TOKEN_EXPIRED' })
})

t.test('takes a static key set over however its keys are made up', async (t) => {
  const { keys } = await pool.jwks()
  const jwks = { keys: keys.map((key) => ({ ...key, toString: () => 'a key' })) }
  const verifier = createVerifierWithClock({ userPoolId: pool.userPoolId, clientId: pool.clientId, jwks }, createTestClock())
  t.match(await verifier.verify(await pool.idToken()), { tokenUse: 'id' })
})

/** An independent issuer that changes its keys while the application runs. */
import t from 'tap'
import type { Test } from 'tap'
import { assertRefused } from '../support/refusals.js'
import { decode } from './support/decode.js'
import { buildGuardedApp } from './support/guarded-app.js'
import type { GuardedApp } from './support/guarded-app.js'
import { createMovingClock } from './support/moving-clock.js'
import type { MovingClock } from './support/moving-clock.js'
import { getMachineToken } from './support/oidc-client.js'
import { machineClient } from './support/oidc-configuration.js'
import { startOidcIssuer } from './support/oidc-issuer.js'
import type { OidcIssuer } from './support/oidc-issuer.js'

const cooldown = 5_000

async function start (t: Test): Promise<{ issuer: OidcIssuer, clock: MovingClock, app: GuardedApp }> {
  const issuer = await startOidcIssuer(t)
  const clock = createMovingClock()
  const app = await buildGuardedApp(t, {
    userPoolId: 'us-east-1_OidcPool1',
    clientId: machineClient.clientId,
    issuer: issuer.issuer,
    jwksUri: issuer.jwksUri,
    keys: { cooldown }
  }, clock)
  return { issuer, clock, app }
}

t.test('accepts a token of a new key at once, within the cooldown too, and fetches once for it', async (t) => {
  const { issuer, app } = await start(t)
  t.equal((await app.ask(await getMachineToken(issuer.issuer))).statusCode, 200)
  t.equal(issuer.keyRequests, 1)

  await issuer.rotateKeys()
  const token = await getMachineToken(issuer.issuer)
  const answers = await Promise.all([token, ...Array.from({ length: 20 }, () => getMachineToken(issuer.issuer))].map(async (one) => app.ask(await one)))
  t.strictSame(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]))
  t.equal(app.refusedFor('kid').length, 0)
  t.equal(issuer.keyRequests, 2)
})

t.test('refuses tokens of a withdrawn key once the keys were fetched again, remembered ones too', async (t) => {
  const { issuer, clock, app } = await start(t)
  const remembered = await getMachineToken(issuer.issuer)
  const neverSeen = await getMachineToken(issuer.issuer)
  t.equal((await app.ask(remembered)).statusCode, 200)

  await issuer.rotateKeys()
  const current = await getMachineToken(issuer.issuer)
  t.not(decode(current).header.kid, decode(remembered).header.kid)
  t.equal((await app.ask(remembered)).statusCode, 200, 'nobody knows yet that its key is gone')

  clock.pass(cooldown)
  t.equal((await app.ask(current)).statusCode, 200)
  assertRefused(t, await app.ask(remembered), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await app.ask(neverSeen), 'FST_COGNITO_TOKEN_INVALID')
  t.equal((await app.ask(current)).statusCode, 200)
})

t.test('accepts tokens of both keys while both are published', async (t) => {
  const { issuer, clock, app } = await start(t)
  const old = await getMachineToken(issuer.issuer)
  t.equal((await app.ask(old)).statusCode, 200)

  await issuer.rotateKeys({ overlap: true })
  clock.pass(cooldown)
  t.equal((await app.ask(await getMachineToken(issuer.issuer))).statusCode, 200)
  t.equal((await app.ask(old)).statusCode, 200)
  t.equal(issuer.keyRequests, 2)

  await issuer.rotateKeys()
  clock.pass(cooldown)
  t.equal((await app.ask(await getMachineToken(issuer.issuer))).statusCode, 200)
  assertRefused(t, await app.ask(old), 'FST_COGNITO_TOKEN_INVALID')
})

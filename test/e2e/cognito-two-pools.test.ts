/** Two pools of one emulator, which signs for both with one key: nothing but `iss` tells their tokens apart. */
import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { otherUserPoolId, startCognitoPool, userPoolId } from './support/cognito-pool.js'
import { decode } from './support/decode.js'
import { buildGuardedApp } from './support/guarded-app.js'

const { admin, otherAdmin, emulator, clientId } = await startCognitoPool(t)
const otherClientId = await otherAdmin.createClient('web')
await otherAdmin.createUser('ada', ['Admins'])
const ours = await admin.signIn(clientId, 'ada')
const theirs = await otherAdmin.signIn(otherClientId, 'ada')

const pool = { userPoolId, clientId, jwksUri: emulator.jwksUri(userPoolId) }
const otherPool = { userPoolId: otherUserPoolId, clientId: otherClientId, jwksUri: emulator.jwksUri(otherUserPoolId) }

t.test('refuses the other pool by its issuer alone, where even its app client is accepted', async (t) => {
  const app = await buildGuardedApp(t, { ...pool, clientId: [clientId, otherClientId] })
  t.same(decode(theirs.accessToken).header, decode(ours.accessToken).header)
  for (const token of [ours.accessToken, ours.idToken]) t.equal((await app.ask(token)).statusCode, 200)
  for (const token of [theirs.accessToken, theirs.idToken]) assertRefused(t, await app.ask(token), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(app.refusedFor('issuer').length, 2)
})

t.test('accepts both pools where both are configured, and says whose user it is', async (t) => {
  const app = await buildGuardedApp(t, { userPools: [pool, otherPool] })
  for (const [tokens, expected] of [[ours, pool], [theirs, otherPool]] as const) {
    for (const token of [tokens.accessToken, tokens.idToken]) {
      const answer = await app.ask(token)
      t.equal(answer.statusCode, 200)
      t.match(JSON.parse(answer.body), { username: 'ada', userPoolId: expected.userPoolId, clientId: expected.clientId })
    }
  }
})

t.test('judges a token by its own pool alone: an app client of the one is none of the other', async (t) => {
  const app = await buildGuardedApp(t, {
    userPools: [{ ...pool, clientId: otherClientId }, { ...otherPool, clientId }]
  })
  for (const token of [ours.accessToken, ours.idToken, theirs.accessToken, theirs.idToken]) {
    assertRefused(t, await app.ask(token), 'FST_COGNITO_TOKEN_INVALID')
  }
  t.equal(app.refusedFor('client_id').length, 4)
})

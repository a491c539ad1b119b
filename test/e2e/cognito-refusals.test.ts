/** Genuine tokens that are not meant for this application, sent to the example in its own process. */
import t from 'tap'
import type { Test } from 'tap'
import { assertRefused } from '../support/refusals.js'
import { otherUserPoolId, startCognitoPool, userPoolId } from './support/cognito-pool.js'
import { decode } from './support/decode.js'
import { startExample } from './support/example-server.js'
import type { ExampleServer } from './support/example-server.js'

const { admin, otherAdmin, clientId, jwksUri } = await startCognitoPool(t)
const example = await startExample(t, { userPoolId, clientId, jwksUri })
const genuine = await admin.signIn(clientId, 'ada')

/** The last refusal that was logged for this reason. */
function lastRefusal ({ log }: ExampleServer, reason: string): string {
  return log().split('\n').findLast((line) => line.includes(`"reason":"${reason}"`)) ?? ''
}

async function assertRefusedEverywhere (t: Test, token: string): Promise<void> {
  for (const path of ['/api/me', '/api/agents/status', '/api/audit', '/api/admin', '/api/feed']) {
    assertRefused(t, await example.get(path, token), 'FST_COGNITO_TOKEN_INVALID')
  }
  t.equal((await example.get('/health', token)).statusCode, 200, 'a public route does not look at it')
}

t.test('refuses the tokens of another pool, signed with the same key for a user and a group of the same name', async (t) => {
  const otherClientId = await otherAdmin.createClient('web')
  await otherAdmin.createUser('ada', ['Admins'])
  const { accessToken, idToken } = await otherAdmin.signIn(otherClientId, 'ada')
  t.same(decode(accessToken).header, decode(genuine.accessToken).header, 'the key is the same')
  for (const token of [accessToken, idToken]) {
    await assertRefusedEverywhere(t, token)
    t.match(lastRefusal(example, 'issuer'), `https://cognito-idp.us-east-1.amazonaws.com/${otherUserPoolId}`)
  }
  t.equal((await example.get('/api/admin', genuine.accessToken)).statusCode, 200)
})

t.test('refuses the tokens of another app client of the same pool, and says in the log which', async (t) => {
  const otherClientId = await admin.createClient('mobile')
  const { accessToken, idToken } = await admin.signIn(otherClientId, 'ada')
  for (const token of [accessToken, idToken]) {
    await assertRefusedEverywhere(t, token)
    t.match(lastRefusal(example, 'client_id'), `"actual":"${otherClientId}"`)
    t.match(lastRefusal(example, 'client_id'), `"expected":["${clientId}"]`)
  }

  const mobile = await startExample(t, { userPoolId, clientId: otherClientId, jwksUri })
  t.equal((await mobile.get('/api/admin', accessToken)).statusCode, 200, 'the application they are meant for accepts them')
  assertRefused(t, await mobile.get('/api/admin', genuine.accessToken), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('refuses a refresh token, though it is signed with the same key', async (t) => {
  await assertRefusedEverywhere(t, genuine.refreshToken ?? '')
})

t.test('refuses a genuine token with the claims or the signature of another', async (t) => {
  const operator = await admin.signIn(clientId, 'olga')
  const [header, , signature] = operator.accessToken.split('.')
  const [, claims] = genuine.accessToken.split('.')
  await assertRefusedEverywhere(t, `${header}.${claims}.${signature}`)
  await assertRefusedEverywhere(t, `${header}.${claims}.`)
  t.equal((await example.get('/api/me', operator.accessToken)).statusCode, 200)
})

t.test('refuses a genuine token in another spelling', async (t) => {
  for (const spelling of [`${genuine.accessToken}=`, genuine.accessToken.replace('.', '..'), `${genuine.accessToken}.`]) {
    await assertRefusedEverywhere(t, spelling)
  }
  assertRefused(t, await example.get('/api/me', `${genuine.accessToken} x`), 'FST_COGNITO_REQUEST_INVALID')
})

/** Tokens of an independent issuer, sent to the example in its own process. */
import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { startExample } from './support/example-server.js'
import { getMachineToken, signInByCode } from './support/oidc-client.js'
import { account, machineClient, webClient } from './support/oidc-configuration.js'
import { startOidcIssuer } from './support/oidc-issuer.js'

const { issuer, jwksUri } = await startOidcIssuer(t)
const machineToken = await getMachineToken(issuer)
const { accessToken, idToken } = await signInByCode(issuer)

t.test('the example of the machine lets the machine in, and no user of another client', async (t) => {
  const example = await startExample(t, { userPoolId: 'us-east-1_OidcPool1', clientId: machineClient.clientId, issuer, jwksUri })
  const answer = await example.get('/api/me', machineToken)
  t.equal(answer.statusCode, 200)
  t.match(JSON.parse(answer.body), { username: null, groups: [], role: 'Operator', clientId: machineClient.clientId })
  assertRefused(t, await example.get('/api/audit', machineToken), 'FST_COGNITO_FORBIDDEN')
  for (const token of [accessToken, idToken]) {
    assertRefused(t, await example.get('/api/me', token), 'FST_COGNITO_TOKEN_INVALID')
  }
})

t.test('the example of the browser lets its user in with either token, and not the machine', async (t) => {
  const example = await startExample(t, { userPoolId: 'us-east-1_OidcPool1', clientId: webClient.clientId, issuer, jwksUri })
  for (const token of [accessToken, idToken]) {
    const answer = await example.get('/api/me', token)
    t.equal(answer.statusCode, 200)
    t.match(JSON.parse(answer.body), { sub: account.sub, username: account.username, groups: account.groups, role: 'Auditor' })
    t.equal((await example.get('/api/audit', token)).statusCode, 200)
    assertRefused(t, await example.get('/api/admin', token), 'FST_COGNITO_FORBIDDEN')
  }
  assertRefused(t, await example.get('/api/me', machineToken), 'FST_COGNITO_TOKEN_INVALID')
})

/** Tokens of an independent issuer, got by the grants that machines and browsers use. */
import t from 'tap'
import type { CognitoAuthOptions } from '../../src/index.js'
import { assertRefused } from '../support/refusals.js'
import { decode } from './support/decode.js'
import { buildGuardedApp } from './support/guarded-app.js'
import { getMachineToken, signInByCode } from './support/oidc-client.js'
import { account, machineClient, resource, webClient } from './support/oidc-configuration.js'
import { startOidcIssuer } from './support/oidc-issuer.js'

const issuer = await startOidcIssuer(t)
const { accessToken, idToken } = await signInByCode(issuer.issuer)
const machineToken = await getMachineToken(issuer.issuer)

const options: CognitoAuthOptions & { clientId: string[] } = {
  userPoolId: 'us-east-1_OidcPool1',
  clientId: [machineClient.clientId, webClient.clientId],
  issuer: issuer.issuer,
  jwksUri: issuer.jwksUri,
  roles: { Admins: 'Admin', Auditors: 'Auditor' },
  defaultRole: 'Operator'
}

t.test('the issuer writes its access tokens like Cognito: no typ, token_use, client_id', async (t) => {
  const { header, claims } = decode(machineToken)
  t.strictSame(Object.keys(header).sort(), ['alg', 'kid'])
  t.match(claims, { token_use: 'access', client_id: machineClient.clientId, iss: issuer.issuer, sub: machineClient.clientId })
  t.notOk('username' in claims)
})

t.test('accepts a machine token, which has no user name, no groups and its scopes', async (t) => {
  const app = await buildGuardedApp(t, options)
  const answer = await app.ask(machineToken)
  t.equal(answer.statusCode, 200)
  t.match(JSON.parse(answer.body), {
    sub: machineClient.clientId,
    username: null,
    email: null,
    groups: [],
    scopes: ['files/read'],
    role: 'Operator',
    tokenUse: 'access',
    clientId: machineClient.clientId,
    userPoolId: 'us-east-1_OidcPool1'
  })
})

t.test('accepts the access token of a code and PKCE sign-in, with user, groups and role', async (t) => {
  const app = await buildGuardedApp(t, options)
  const answer = await app.ask(accessToken)
  t.equal(answer.statusCode, 200)
  t.match(JSON.parse(answer.body), {
    sub: account.sub,
    username: account.username,
    groups: account.groups,
    scopes: ['files/read', 'files/write'],
    role: 'Auditor',
    tokenUse: 'access',
    clientId: webClient.clientId
  })
})

t.test('accepts the ID token of the same sign-in, which names its client in aud', async (t) => {
  const app = await buildGuardedApp(t, options)
  const answer = await app.ask(idToken)
  t.equal(answer.statusCode, 200)
  t.match(JSON.parse(answer.body), {
    sub: account.sub,
    username: account.username,
    email: account.email,
    groups: account.groups,
    scopes: [],
    role: 'Auditor',
    tokenUse: 'id',
    clientId: webClient.clientId
  })
})

t.test('lets a machine in where its scope is asked for, and not where it lacks one', async (t) => {
  const app = await buildGuardedApp(t, options)
  t.equal((await app.ask(machineToken, '/files')).statusCode, 200)
  const writer = await getMachineToken(issuer.issuer, 'files/write')
  assertRefused(t, await app.ask(writer, '/files'), 'FST_COGNITO_FORBIDDEN', ', scope="files/read"')
})

t.test('accepts access tokens bound to the configured resource, and refuses them under another', async (t) => {
  const bound = await buildGuardedApp(t, { ...options, audience: resource.uri })
  t.equal((await bound.ask(machineToken)).statusCode, 200)
  t.equal((await bound.ask(accessToken)).statusCode, 200)

  const other = await buildGuardedApp(t, { ...options, audience: 'https://other.example.com' })
  assertRefused(t, await other.ask(machineToken), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await other.ask(accessToken), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(other.refusedFor('audience').length, 2)
})

t.test('refuses the tokens of a client that is not configured', async (t) => {
  const machines = await buildGuardedApp(t, { ...options, clientId: machineClient.clientId })
  t.equal((await machines.ask(machineToken)).statusCode, 200)
  assertRefused(t, await machines.ask(accessToken), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await machines.ask(idToken), 'FST_COGNITO_TOKEN_INVALID')
  t.match(machines.refusedFor('client_id'), [
    { expected: [machineClient.clientId], actual: webClient.clientId },
    { expected: [machineClient.clientId], actual: webClient.clientId }
  ])
})

t.test('refuses the kind of token that is not accepted', async (t) => {
  const accessOnly = await buildGuardedApp(t, { ...options, tokenUse: 'access' })
  t.equal((await accessOnly.ask(accessToken)).statusCode, 200)
  assertRefused(t, await accessOnly.ask(idToken), 'FST_COGNITO_TOKEN_INVALID')
  const idOnly = await buildGuardedApp(t, { ...options, tokenUse: 'id' })
  t.equal((await idOnly.ask(idToken)).statusCode, 200)
  assertRefused(t, await idOnly.ask(accessToken), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('refuses the tokens of an issuer that is not configured, even with the same client ids and claims', async (t) => {
  const stranger = await startOidcIssuer(t)
  const app = await buildGuardedApp(t, options)
  const foreign = await getMachineToken(stranger.issuer)
  assertRefused(t, await app.ask(foreign), 'FST_COGNITO_TOKEN_INVALID')
  t.match(app.refusedFor('issuer'), [{ expected: [issuer.issuer], actual: stranger.issuer }])
  t.equal(stranger.keyRequests, 0, 'nothing is fetched from it')
})

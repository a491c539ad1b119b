/** Unmodified clients: what they need of a user pool is what Cognito offers. */
import { install } from '@sinonjs/fake-timers'
import t from 'tap'
import type { Test } from 'tap'
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts'
import * as openid from 'openid-client'
import { createVerifier } from '../../src/index.js'
import type { DevUserPool } from '../../src/dev/index.js'
import { rejectionOf } from '../support/rejection.js'
import { createBrowser } from './support/browser.js'
import type { Browser } from './support/browser.js'
import { callback, headerOf, machineClient, machineSecret, payloadOf, startPool, webClient } from './support/pool.js'

const insecure = { execute: [openid.allowInsecureRequests] }

interface SignedIn {
  readonly config: openid.Configuration
  readonly tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers
  readonly browser: Browser
}

async function signIn (pool: DevUserPool, { username = 'alice', scope = 'openid email files/read', more = {}, browser = createBrowser(pool.origin) }: { username?: string, scope?: string, more?: Record<string, string>, browser?: Browser } = {}): Promise<SignedIn> {
  const config = await openid.discovery(new URL(pool.issuer), webClient, undefined, openid.None(), insecure)
  const verifier = openid.randomPKCECodeVerifier()
  const start = openid.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope, state: 'a-state', nonce: 'a-nonce', code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more
  })
  const page = await browser.open(start)
  if (page.status >= 400) throw new Error(page.text)
  const landed = page.url.origin === pool.origin ? await browser.open(page.url, { username }) : page
  const tokens = await openid.authorizationCodeGrant(config, landed.url, { pkceCodeVerifier: verifier, expectedState: 'a-state', expectedNonce: 'a-nonce' })
  return { config, tokens, browser }
}

async function rejects (t: Test, promise: Promise<unknown>, error: string): Promise<void> {
  t.match(await rejectionOf(promise), { error }, error)
}

t.test('openid-client signs a user in by code and PKCE, and the tokens are those of Cognito', async (t) => {
  const pool = await startPool(t)
  const { config, tokens } = await signIn(pool)
  const { access_token: access, id_token: id = '' } = tokens

  for (const token of [access, id]) t.strictSame(Object.keys(headerOf(token)).sort(), ['alg', 'kid'], 'no typ')
  t.not(headerOf(access).kid, headerOf(id).kid, 'a key for each kind')
  const accessClaims = payloadOf(access)
  t.strictSame(Object.keys(accessClaims).sort(), ['auth_time', 'client_id', 'cognito:groups', 'event_id', 'exp', 'iat', 'iss', 'jti', 'origin_jti', 'scope', 'sub', 'token_use', 'username', 'version'])
  t.match(accessClaims, { iss: pool.issuer, client_id: webClient, token_use: 'access', username: 'alice', 'cognito:groups': ['Admins'], scope: 'openid email files/read', version: 2 })
  const idClaims = payloadOf(id)
  t.strictSame(Object.keys(idClaims).sort(), ['aud', 'auth_time', 'cognito:groups', 'cognito:username', 'email', 'email_verified', 'event_id', 'exp', 'iat', 'iss', 'jti', 'nonce', 'origin_jti', 'sub', 'token_use'])
  t.match(idClaims, { aud: webClient, token_use: 'id', 'cognito:username': 'alice', email: 'alice@example.com', nonce: 'a-nonce', sub: accessClaims.sub, origin_jti: accessClaims.origin_jti })

  const verifier = createVerifier({ ...pool.options, roles: { Admins: 'Admin' } })
  t.match(await verifier.verify(access), { username: 'alice', role: 'Admin', tokenUse: 'access' })
  t.match(await verifier.verify(id), { email: 'alice@example.com', role: 'Admin', tokenUse: 'id' })
  t.match(await openid.fetchUserInfo(config, access, String(accessClaims.sub)), { username: 'alice', email_verified: 'true' })
})

t.test('an answer to a client is code and state, or an error, and does not name the issuer', async (t) => {
  const pool = await startPool(t)
  const ask = async (more: Record<string, string>): Promise<URL> => {
    const browser = createBrowser(pool.origin)
    const { url } = await browser.open(`${pool.origin}/oauth2/authorize?${String(new URLSearchParams({ response_type: 'code', client_id: webClient, redirect_uri: callback, state: 'a-state', ...more }))}`)
    return url.origin === pool.origin ? (await browser.open(url, { username: 'alice' })).url : url
  }
  const namesIn = async (more: Record<string, string>): Promise<string[]> => [...(await ask(more)).searchParams.keys()].sort()
  t.strictSame(await namesIn({ scope: 'openid' }), ['code', 'state'])
  t.strictSame(await namesIn({ scope: 'openid', prompt: 'none' }), ['error', 'error_description', 'state'])
})

t.test('a refresh keeps the sign-in, rotates the refresh token and refuses the old one', async (t) => {
  const pool = await startPool(t)
  const { config, tokens } = await signIn(pool)
  const first = tokens.refresh_token ?? ''
  const refreshed = await openid.refreshTokenGrant(config, first)
  for (const name of ['origin_jti', 'auth_time', 'sub']) {
    t.equal(payloadOf(refreshed.access_token)[name], payloadOf(tokens.access_token)[name], name)
  }
  t.not(payloadOf(refreshed.access_token).jti, payloadOf(tokens.access_token).jti)
  await rejects(t, openid.refreshTokenGrant(config, first), 'invalid_grant')
  await rejects(t, openid.refreshTokenGrant(config, refreshed.refresh_token ?? ''), 'invalid_grant')
})

t.test('a refresh token outlives the session of the browser, and ends with its own lifetime', async (t) => {
  const pool = await startPool(t)
  const { config, tokens } = await signIn(pool)
  const clock = install({ now: Date.now(), toFake: ['Date'] })
  t.teardown(() => clock.uninstall())
  clock.setSystemTime(Date.now() + 2 * 3_600_000)
  const { refresh_token: second = '' } = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  t.ok(second)
  clock.setSystemTime(Date.now() + 30 * 86_400_000)
  await rejects(t, openid.refreshTokenGrant(config, second), 'invalid_grant')
})

t.test('a revoked refresh token is worth nothing', async (t) => {
  const pool = await startPool(t)
  const { config, tokens } = await signIn(pool)
  const other = await openid.discovery(new URL(pool.issuer), machineClient, machineSecret, undefined, insecure)
  await openid.tokenRevocation(other, tokens.refresh_token ?? '').catch(() => {})
  const { refresh_token: still = '' } = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  t.ok(still, 'another client cannot revoke it')
  await openid.tokenRevocation(config, still)
  await rejects(t, openid.refreshTokenGrant(config, still), 'invalid_grant')
})

t.test('a session signs in without the page, prompt=login asks again, a sign-out ends it', async (t) => {
  const pool = await startPool(t)
  const { browser, tokens } = await signIn(pool)
  const again = await signIn(pool, { browser, username: 'bob' })
  t.equal(payloadOf(again.tokens.access_token).username, 'alice')
  t.not(payloadOf(again.tokens.access_token).origin_jti, payloadOf(tokens.access_token).origin_jti, 'another sign-in')
  const anew = await signIn(pool, { browser, username: 'bob', more: { prompt: 'login' } })
  t.equal(payloadOf(anew.tokens.access_token).username, 'bob')
  const same = await signIn(pool, { browser, username: 'bob', more: { prompt: 'login' } })
  t.equal(payloadOf(same.tokens.access_token).username, 'bob', 'or the same user again')
  await browser.open(`${pool.origin}/logout?client_id=${webClient}&logout_uri=http://localhost:5173/`)
  const last = await signIn(pool, { browser, username: 'carol' })
  t.match(payloadOf(last.tokens.access_token), { username: 'carol' })
  t.notOk('cognito:groups' in payloadOf(last.tokens.access_token), 'no group, no claim')
})

t.test('a token can be bound to a resource (RFC 8707), one of a machine is not', async (t) => {
  const pool = await startPool(t)
  const resource = 'http://localhost:3000/mcp'
  const { config, tokens } = await signIn(pool, { more: { resource } })
  t.equal(payloadOf(tokens.access_token).aud, resource)
  t.equal(payloadOf((await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).aud, resource)
  await createVerifier({ ...pool.options, audience: resource }).verify(tokens.access_token)
  t.match(await rejectionOf(createVerifier({ ...pool.options, audience: 'http://localhost:3000/other' }).verify(tokens.access_token)), { reason: 'audience' })

  const machine = await openid.discovery(new URL(pool.issuer), machineClient, machineSecret, undefined, insecure)
  t.notOk('aud' in payloadOf((await openid.clientCredentialsGrant(machine, { resource, scope: 'files/read' })).access_token))
})

t.test('a machine gets the scopes it asks for, or all; never others, never without its secret', async (t) => {
  const pool = await startPool(t)
  const machine = await openid.discovery(new URL(pool.issuer), machineClient, machineSecret, undefined, insecure)
  const { access_token: one } = await openid.clientCredentialsGrant(machine, { scope: 'files/read' })
  t.strictSame(Object.keys(payloadOf(one)).sort(), ['auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope', 'sub', 'token_use', 'version'])
  t.match(payloadOf(one), { sub: machineClient, client_id: machineClient, scope: 'files/read' })
  t.match(await createVerifier(pool.options).verify(one), { username: null, scopes: ['files/read'] })
  t.equal(payloadOf((await openid.clientCredentialsGrant(machine)).access_token).scope, 'files/read files/write')
  await rejects(t, openid.clientCredentialsGrant(machine, { scope: 'files/delete' }), 'invalid_scope')
  const wrong = await openid.discovery(new URL(pool.issuer), machineClient, 'another', undefined, insecure)
  await rejects(t, openid.clientCredentialsGrant(wrong), 'invalid_client')
  const info = await fetch(`${pool.origin}/oauth2/userInfo`, { headers: { authorization: `Bearer ${one}` } })
  t.equal(info.status, 400, 'and has no user info')
})

t.test('a sign-in outlives a rotation of the keys', async (t) => {
  const pool = await startPool(t)
  const { config, tokens, browser } = await signIn(pool)
  await fetch(`${pool.origin}/__dev/rotate`, { method: 'POST' })
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  t.not(headerOf(refreshed.access_token).kid, headerOf(tokens.access_token).kid)
  const verifier = createVerifier(pool.options)
  for (const token of [tokens.access_token, refreshed.access_token]) t.match(await verifier.verify(token), { username: 'alice' }, 'both keys are published')
  t.equal(payloadOf((await signIn(pool, { browser, username: 'bob' })).tokens.access_token).username, 'alice', 'and so does the session')
})

t.test('oidc-client-ts signs a user in', async (t) => {
  const pool = await startPool(t)
  const client = new OidcClient({
    authority: pool.issuer,
    client_id: webClient,
    redirect_uri: callback,
    scope: 'openid email',
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() })
  })
  const { url } = await client.createSigninRequest({})
  const browser = createBrowser(pool.origin)
  const { url: page } = await browser.open(url)
  const { url: landed } = await browser.open(page, { username: 'bob@example.com' })
  const response = await client.processSigninResponse(landed.href)
  t.match(response.profile, { 'cognito:username': 'bob', 'cognito:groups': ['Auditors'] })
  t.match(await createVerifier(pool.options).verify(response.access_token), { username: 'bob' })
})

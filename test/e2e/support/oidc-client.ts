/** The two kinds of client: a machine with a secret, and a browser application with a user before it. */
import { createHash, randomBytes } from 'node:crypto'
import { machineClient, resource, webClient } from './oidc-configuration.js'

const mostRedirects = 10

/** The client credentials grant (RFC 6749 §4.4). */
export async function getMachineToken (issuer: string, scope = 'files/read'): Promise<string> {
  const { access_token: token } = await askForTokens(issuer, { grant_type: 'client_credentials', scope }, {
    authorization: `Basic ${Buffer.from(`${machineClient.clientId}:${machineClient.secret}`).toString('base64')}`
  })
  return token
}

/** The authorization code grant with PKCE (RFC 7636), from the first redirect to the tokens. */
export async function signInByCode (issuer: string): Promise<{ accessToken: string, idToken: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const start = new URL('/auth', issuer)
  start.search = new URLSearchParams({
    client_id: webClient.clientId,
    redirect_uri: webClient.redirectUri,
    response_type: 'code',
    scope: `openid ${resource.scope}`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state
  }).toString()
  const landed = await followToRedirectUri(start)
  if (landed.searchParams.get('state') !== state) throw new Error(`the sign-in ended at ${landed.href}`)
  const tokens = await askForTokens(issuer, {
    grant_type: 'authorization_code',
    client_id: webClient.clientId,
    redirect_uri: webClient.redirectUri,
    code: landed.searchParams.get('code') ?? '',
    code_verifier: verifier
  })
  if (tokens.id_token === undefined) throw new Error('the sign-in gave no ID token')
  return { accessToken: tokens.access_token, idToken: tokens.id_token }
}

// Like a browser: it keeps the cookies and follows every redirect, but the last one, which is the application's.
async function followToRedirectUri (start: URL): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = start
  for (let redirects = 0; redirects < mostRedirects; redirects++) {
    if (at.href.startsWith(webClient.redirectUri)) return at
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ') }
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${at.href} answered ${response.status}: ${await response.text()}`)
    at = new URL(location, at)
  }
  throw new Error(`the sign-in was redirected more than ${mostRedirects} times`)
}

async function askForTokens (issuer: string, parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<{ access_token: string, id_token?: string }> {
  const response = await fetch(new URL('/token', issuer), { method: 'POST', headers, body: new URLSearchParams(parameters) })
  if (response.status !== 200) throw new Error(`the token endpoint answered ${response.status}: ${await response.text()}`)
  return await response.json() as { access_token: string, id_token?: string }
}

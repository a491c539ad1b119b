/** The pages of managed login that a browser visits: signing in and signing out. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { hasScopes, isAllowed } from './clients.js'
import { BadRequest, readBody, redirect } from './http.js'
import { signInPath } from './provider.js'
import type { DevSettings, DevUser } from './settings.js'
import { pageHeaders, signInPage } from './sign-in-page.js'

/** Shows who one can be, and takes the choice. */
export async function signIn (provider: Provider, { users }: DevSettings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params, session } = await interactionOf(provider, request, response)
  const show = (details: { readonly refused?: string, readonly hint?: string }): void => {
    response.writeHead(details.refused === undefined ? 200 : 400, pageHeaders).end(signInPage(users, String(params.client_id), details))
  }
  if (request.method !== 'POST') {
    show(typeof params.login_hint === 'string' ? { hint: params.login_hint } : {})
    return
  }
  const name = new URLSearchParams(await readBody(request)).get('username') ?? ''
  const user = findUser(users, name)
  if (user === undefined) show({ refused: name })
  else {
    const resume = await provider.interactionResult(request, response, { login: { accountId: user.sub } })
    if (session !== undefined) await changeUser(provider, session.uid, user)
    redirect(response, resume)
  }
}

async function interactionOf (provider: Provider, request: IncomingMessage, response: ServerResponse): ReturnType<Provider['interactionDetails']> {
  try {
    return await provider.interactionDetails(request, response)
  } catch (cause) {
    throw new BadRequest('This sign-in is over, or was begun in another browser. Go back to the application and begin again.', { cause })
  }
}

// With `prompt=login` another user may take over a session; the provider would ask for a sign-out in between.
async function changeUser (provider: Provider, uid: string, user: DevUser): Promise<void> {
  const session = await provider.Session.findByUid(uid)
  if (session === undefined || session.accountId === user.sub) return
  session.accountId = user.sub
  session.authorizations = {}
  await session.save(Math.max(1, session.remainingTTL))
}

function findUser (users: readonly DevUser[], name: string): DevUser | undefined {
  return users.find(({ username, email }) => username === name || email === name)
}

/**
 * The query of a sign-in. One that asks for no scope gets all that the client has, as at Cognito; the provider would refuse it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export function addScopes ({ clients }: DevSettings, search: string): string {
  const query = new URLSearchParams(search)
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'))
  if (client === undefined || query.has('scope')) return search
  query.set('scope', client.scopes.join(' '))
  return `?${query}`
}

/**
 * The answer to a sign-in for scopes that the client does not have, which Cognito refuses and the provider would leave
 * out in silence; `null` where the provider is to answer.
 *
 * @see RFC 6749 §4.1.2.1
 */
export function refuseScopes ({ clients }: DevSettings, query: URLSearchParams): string | null {
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'))
  const redirectUri = query.get('redirect_uri') ?? ''
  if (client === undefined || !isAllowed(client.callbackUrls, redirectUri) || hasScopes(client, query.get('scope') ?? '')) return null
  const target = new URL(redirectUri)
  target.searchParams.set('error', 'invalid_scope')
  const state = query.get('state')
  if (state !== null) target.searchParams.set('state', state)
  return target.href
}

/**
 * Ends the session of the browser and sends it to `logout_uri`, or to a new sign-in where `redirect_uri` is given instead.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export function signOut ({ clients }: DevSettings, query: URLSearchParams, port: string, response: ServerResponse): void {
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'))
  if (client === undefined) throw new BadRequest('client_id names no app client of this pool.')
  // The session is found by these alone.
  const cookies = ['', '.sig'].map((suffix) => `session-${port}${suffix}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax`)
  const logoutUri = query.get('logout_uri')
  if (logoutUri === null) {
    if (!query.has('redirect_uri')) throw new BadRequest('logout_uri, or redirect_uri and response_type, must be given.')
    redirect(response, `/oauth2/authorize?${query}`, { 'set-cookie': cookies })
  } else if (isAllowed(client.logoutUrls, logoutUri)) {
    redirect(response, logoutUri, { 'set-cookie': cookies })
  } else {
    throw new BadRequest('logout_uri is no sign-out address of this app client.')
  }
}

/** Tells whether a path is that of the page where one chooses who to be. */
export function isSignIn (path: string): boolean {
  return path.startsWith(signInPath)
}

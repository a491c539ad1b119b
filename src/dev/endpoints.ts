/** Which address answers what: Cognito's own, and those under `/__dev` for trying things. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { isCognitoAuthError } from '../errors/cognito-auth-error.js'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { createVerifier } from '../verifier/verifier.js'
import { userInfoOf } from './claims.js'
import { discoveryDocument } from './discovery.js'
import { BadRequest, readJson, redirect, sendJson, sendText } from './http.js'
import { isLoopbackHost } from './loopback.js'
import { addScopes, isSignIn, refuseScopes, signIn, signOut } from './managed-login.js'
import type { PoolKeys } from './pool.js'
import type { DevSettings } from './settings.js'

/** What the addresses are about. */
export interface Endpoints {
  readonly issuer: string
  readonly origin: string
  readonly settings: DevSettings
  readonly keys: PoolKeys
  /** The provider of the keys that sign now. */
  provider (): Promise<Provider>
  /** Makes a token without a sign-in. */
  token (options: unknown): Promise<string>
}

type Handler = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<void> | void

/** Makes the function that answers every request; it never rejects. */
export function createHandler (pool: Endpoints): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { issuer, origin, settings, keys } = pool
  const { host, port } = new URL(origin)
  let isDown = false

  const documents: Readonly<Record<string, Handler>> = {
    [`${new URL(issuer).pathname}/.well-known/openid-configuration`]: (_request, response) => sendJson(response, 200, discoveryDocument(issuer, origin)),
    [`${new URL(issuer).pathname}/.well-known/jwks.json`]: async (_request, response) => sendJson(response, 200, await keys.published()),
    '/oauth2/userInfo': async (request, response) => sendUserInfo(request, response),
    '/logout': (_request, response, query) => signOut(settings, query, port, response)
  }
  const switches: Readonly<Record<string, Handler>> = {
    '/__dev/rotate': async (_request, response, query) => {
      await keys.rotate(query.get('overlap') !== 'false')
      sendJson(response, 200, { rotated: true })
    },
    '/__dev/down': (_request, response) => {
      isDown = true
      sendJson(response, 200, { down: true })
    },
    '/__dev/up': (_request, response) => {
      isDown = false
      sendJson(response, 200, { down: false })
    },
    '/__dev/token': async (request, response) => sendText(response, 200, await pool.token(await readJson(request)))
  }

  async function sendUserInfo (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization = '' } = request.headers
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' }).end()
      return
    }
    const verifier = createVerifier({
      userPoolId: settings.userPoolId, clientId: settings.clients.map(({ clientId }) => clientId), issuer, jwks: await keys.published(), tokenUse: 'access', cache: false
    })
    const refuse = (): void => sendJson(response, 401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' })
    try {
      const { sub, scopes } = await verifier.verify(authorization.replace(/^Bearer /i, ''))
      const user = settings.users.find((one) => one.sub === sub)
      if (user === undefined) throw new BadRequest('A machine has no user info.')
      // Cognito tells nothing of a user to a token without it.
      if (scopes.includes('openid')) sendJson(response, 200, userInfoOf(user))
      else refuse()
    } catch (error) {
      if (!isCognitoAuthError(error)) throw error
      refuse()
    }
  }

  async function route (request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that only resolves to this machine is another page's way in.
    if (!isLoopbackHost(request.headers.host)) return sendText(response, 403, 'This user pool is for this machine alone.')
    // Addresses that the provider writes are all of one origin.
    request.headers.host = host
    const { pathname, search, searchParams } = new URL(String(request.url), origin)
    const change = switches[pathname]
    if (change !== undefined) {
      if (request.method !== 'POST') return sendText(response, 405, `POST ${pathname}`)
      // A browser says where a request comes from; a script does not.
      if (request.headers.origin !== undefined) return sendText(response, 403, 'Not for pages: call it from a script.')
      await change(request, response, searchParams)
    } else if (isDown) {
      request.socket.destroy()
    } else if (isSignIn(pathname)) {
      await signIn(await pool.provider(), settings, request, response)
    } else if (documents[pathname] !== undefined) {
      await documents[pathname](request, response, searchParams)
    } else {
      // Cognito's own page begins at /login, with the parameters of the authorization endpoint.
      const isAuthorize = pathname === '/login' || pathname === '/oauth2/authorize'
      if (isAuthorize) request.url = `/oauth2/authorize${addScopes(settings, search)}`
      const refused = isAuthorize ? refuseScopes(settings, searchParams) : null
      if (refused !== null) redirect(response, refused)
      else await (await pool.provider()).callback()(request, response)
    }
  }

  return async (request, response) => {
    try {
      await route(request, response)
    } catch (error) {
      const isTheirs = error instanceof BadRequest || error instanceof CognitoAuthSetupError || isBadAddress(error)
      sendText(response, isTheirs ? 400 : 500, isTheirs ? error.message : String(error))
    }
  }
}

// An address that is none, such as `//`, and one to be led to that no header can name.
function isBadAddress (error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && ['ERR_INVALID_URL', 'ERR_INVALID_CHAR'].includes(String(error.code))
}

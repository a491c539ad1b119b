/** A back end for one front end: it signs in at managed login and keeps the tokens in encrypted cookies, so that no script can read them. */
import { createHash, randomUUID } from 'node:crypto'
import csrfProtection from '@fastify/csrf-protection'
import oauth2 from '@fastify/oauth2'
import type { OAuth2Namespace, Token } from '@fastify/oauth2'
import secureSession from '@fastify/secure-session'
import type { Session } from '@fastify/secure-session'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'
import cognitoAuth, { getUser } from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'

export interface BffOptions {
  readonly auth: CognitoAuthOptions
  /** Managed login: `https://example.auth.us-east-1.amazoncognito.com`. */
  readonly domain: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where browsers reach this application: its `/login/callback` is a callback URL of the app client, its `/` a sign-out URL. */
  readonly origin: string
  /** 32 random bytes, the same on every machine. */
  readonly key: Buffer
  readonly logger?: FastifyServerOptions['logger']
}

/** What one sign-in keeps, each with the sign-in's id. Three cookies, since a browser takes no more than 4,096 bytes in one. */
interface Sessions {
  /** Says which sign-in counts, and has the secret of its CSRF tokens. Written at a sign-in and at a sign-out, and never between. */
  readonly session: Session<{ id: string }>
  /** The access token, and when it ends, in milliseconds since the Unix epoch. */
  readonly access: Session<{ id: string, token: string, endsAt: number }>
  readonly refresh: Session<{ id: string, token: string }>
}

// A token is renewed this long before its end, so that a request under way does not outlive it.
const margin = 30_000
// Requests that were sent before the browser had the new cookies find the result of the refresh here. Cognito's grace period
// for rotated refresh tokens has to be as long.
const remembered = 10_000
// Seconds after which somebody signs in again, whatever the refresh token would do.
const longestSignIn = 86_400
// Characters. Encrypted, more might not fit into a cookie, and a browser drops such a one without a word.
const longestToken = 2_600

export async function buildBff ({ auth, domain, clientId, clientSecret, origin, key, logger = false }: BffOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger })
  const cookie = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
  // With the prefix a browser takes them from this host alone: a neighbour under the same domain could plant its own otherwise.
  const sessionOf = (name: keyof Sessions) => ({ sessionName: name, cookieName: `__Host-${name}`, key, cookie, expiry: longestSignIn })
  await app.register(secureSession, [sessionOf('session'), sessionOf('access'), sessionOf('refresh')])
  await app.register(csrfProtection, { sessionPlugin: '@fastify/secure-session' })
  await app.register(oauth2, {
    name: 'cognito',
    credentials: {
      client: { id: clientId, secret: clientSecret },
      auth: { tokenHost: domain, tokenPath: '/oauth2/token', authorizeHost: domain, authorizePath: '/oauth2/authorize' },
      http: { timeout: 5_000 }
    },
    scope: ['openid', 'email'],
    pkce: 'S256',
    cookie,
    hostPrefixedCookies: true,
    startRedirectPath: '/login',
    callbackUri: `${origin}/login/callback`
  })
  const cognito = app.getDecorator<OAuth2Namespace>('cognito')
  const refreshes = new Map<string, Promise<Token>>()

  function keep (request: FastifyRequest, token: Token): void {
    const { access, refresh } = sessionsOf(request)
    const tooLong = [token.access_token, token.refresh_token].find((text) => typeof text === 'string' && text.length > longestToken)
    if (tooLong !== undefined) throw new Error(`a token of ${tooLong.length} characters does not fit into a cookie`)
    access.set('token', token.access_token)
    access.set('endsAt', Date.now() + token.expires_in * 1_000)
    // Without rotation Cognito sends none, and the old one counts on.
    if (typeof token.refresh_token === 'string') refresh.set('token', token.refresh_token)
  }

  /** Asks for new tokens once, however many requests need them at the same time. */
  async function refreshOnce (token: string): Promise<Token> {
    const name = createHash('sha256').update(token).digest('base64')
    const known = refreshes.get(name)
    if (known !== undefined) return known
    const asked = cognito.getNewAccessTokenUsingRefreshToken({ refresh_token: token } as Token, {}).then((answer) => answer.token)
    refreshes.set(name, asked)
    setTimeout(() => refreshes.delete(name), remembered).unref()
    return asked
  }

  // Before the plugin, which finds the new token then.
  app.addHook('onRequest', async (request, reply) => {
    // Any answer may have cookies with it, and caches between here and the browser do not know whose it is.
    reply.header('cache-control', 'no-store')
    const { session, access, refresh } = sessionsOf(request)
    // An answer that was under way at a sign-out, or a sign-in, has brought its cookies back: they are of no sign-in any more.
    for (const one of [access, refresh]) if (one.get('id') !== session.get('id')) one.regenerate()
    const [endsAt, token] = [access.get('endsAt'), refresh.get('token')]
    if (endsAt === undefined || token === undefined || Date.now() < endsAt - margin) return
    try {
      keep(request, await refreshOnce(token))
    } catch (error) {
      // The sign-in has ended, at Cognito or by time: the old token gets its 401. An outage is not told apart, and ends with it.
      request.log.info({ reason: messageOf(error) }, 'the tokens could not be refreshed')
    }
  })

  await app.register(cognitoAuth, {
    ...auth,
    defaultAuth: 'required',
    // That of @fastify/oauth2, which takes no config.
    publicRoutes: ({ url }) => url === '/login',
    getToken: (request) => sessionsOf(request).access.get('token')
  })

  app.get('/login/callback', { config: { auth: 'public' } }, async (request, reply) => {
    const token = await cognito.getAccessTokenFromAuthorizationCodeFlow(request, reply).then((answer) => answer.token, (error: unknown) => {
      request.log.info({ reason: messageOf(error) }, 'a sign-in did not succeed')
      return null
    })
    // Declined, begun elsewhere, or called twice.
    if (token === null) return reply.code(400).send({ message: 'The sign-in did not succeed. Begin again.' })
    // What stood there before the sign-in may be somebody else's doing, or somebody else's.
    const id = randomUUID()
    for (const one of Object.values(sessionsOf(request))) {
      one.regenerate()
      one.set('id', id)
    }
    reply.generateCsrf()
    keep(request, token)
    return reply.redirect('/')
  })

  // The page sends it back in the header csrf-token, which no other site can. Public, like the sign-out that needs it.
  app.get('/csrf', { config: { auth: 'public' } }, async (_request, reply) => ({ token: reply.generateCsrf() }))

  app.get('/api/me', async (request) => {
    const { sub, username, groups } = getUser(request)
    return { sub, username, groups }
  })

  app.post('/api/orders', { preHandler: app.csrfProtection }, async (request) => ({ ordered: true, by: getUser(request).sub }))

  // At both ends: the refresh token is revoked, the cookies go, and the page leads to `location`, where Cognito's own session ends.
  // Public, since whoever has a token that is refused must be able to get rid of it.
  app.post('/logout', { config: { auth: 'public' }, preHandler: app.csrfProtection }, async (request) => {
    const sessions = sessionsOf(request)
    const token = sessions.refresh.get('token')
    for (const one of Object.values(sessions)) one.delete()
    const isRevoked = token === undefined || await revoke(token)
    return { isRevoked, location: `${domain}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: `${origin}/` }).toString()}` }
  })

  async function revoke (token: string): Promise<boolean> {
    const answer = await fetch(`${domain}/oauth2/revoke`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ token }),
      signal: AbortSignal.timeout(5_000)
    }).catch(() => null)
    return answer?.ok === true
  }

  return app
}

/** The sessions of a request, which the plugin above has decorated it with. */
function sessionsOf (request: FastifyRequest): Sessions {
  const { session, access, refresh } = request as unknown as Sessions
  return { session, access, refresh }
}

/** All that may be logged of an error of the token endpoint: in its members it has the whole request, and the client's secret. */
function messageOf (error: unknown): string {
  return (error as Error).message
}

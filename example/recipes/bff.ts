/** A back end for one front end: it signs in at managed login and keeps the tokens in encrypted cookies, so that no script can read them. */
import { createHash } from 'node:crypto'
import csrfProtection from '@fastify/csrf-protection'
import oauth2 from '@fastify/oauth2'
import type { OAuth2Namespace, Token } from '@fastify/oauth2'
import secureSession from '@fastify/secure-session'
import type { Session } from '@fastify/secure-session'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
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
}

/** What one sign-in keeps. Two cookies, since a browser takes no more than 4,096 bytes in one. */
interface Sessions {
  /** The access token, and when it ends, in milliseconds since the Unix epoch. */
  readonly access: Session<{ token: string, endsAt: number }>
  readonly refresh: Session<{ token: string }>
}

// A token is renewed this long before its end, so that a request under way does not outlive it.
const margin = 30_000
// Requests that were sent before the browser had the new cookies find the result of the refresh here. Cognito's grace period
// for rotated refresh tokens has to be as long.
const remembered = 10_000

export async function buildBff ({ auth, domain, clientId, clientSecret, origin, key }: BffOptions): Promise<FastifyInstance> {
  const app = Fastify()
  const cookie = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
  await app.register(secureSession, [
    { sessionName: 'session', cookieName: 'session', key, cookie },
    { sessionName: 'access', cookieName: 'access', key, cookie },
    { sessionName: 'refresh', cookieName: 'refresh', key, cookie }
  ])
  await app.register(csrfProtection, { sessionPlugin: '@fastify/secure-session' })
  await app.register(oauth2, {
    name: 'cognito',
    credentials: {
      client: { id: clientId, secret: clientSecret },
      auth: { tokenHost: domain, tokenPath: '/oauth2/token', authorizeHost: domain, authorizePath: '/oauth2/authorize' }
    },
    scope: ['openid', 'email'],
    pkce: 'S256',
    cookie,
    startRedirectPath: '/login',
    callbackUri: `${origin}/login/callback`
  })
  const cognito = app.getDecorator<OAuth2Namespace>('cognito')
  const refreshes = new Map<string, Promise<Token>>()

  function keep (request: FastifyRequest, token: Token): void {
    const { access, refresh } = sessionsOf(request)
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
  app.addHook('onRequest', async (request) => {
    const { access, refresh } = sessionsOf(request)
    const [endsAt, token] = [access.get('endsAt'), refresh.get('token')]
    if (endsAt === undefined || token === undefined || Date.now() < endsAt - margin) return
    try {
      keep(request, await refreshOnce(token))
    } catch (error) {
      // The sign-in has ended, at Cognito or by time: the old token gets its 401. An outage is not told apart, and ends with it.
      request.log.info({ err: error }, 'the tokens could not be refreshed')
    }
  })

  await app.register(cognitoAuth, { ...auth, getToken: (request) => sessionsOf(request).access.get('token') })

  app.get('/login/callback', async (request, reply) => {
    const { token } = await cognito.getAccessTokenFromAuthorizationCodeFlow(request, reply)
    // What stood there before the sign-in may be somebody else's doing, or somebody else's.
    const { access, refresh } = sessionsOf(request)
    for (const session of [access, refresh, request.session]) session.regenerate()
    keep(request, token)
    return reply.redirect('/')
  })

  // The page sends it back in the header csrf-token, which no other site can.
  app.get('/csrf', { config: { auth: 'required' } }, async (_request, reply) => ({ token: reply.generateCsrf() }))

  app.get('/api/me', { config: { auth: 'required' } }, async (request) => {
    const { sub, username, groups } = getUser(request)
    return { sub, username, groups }
  })

  app.post('/api/orders', { config: { auth: 'required' }, preHandler: app.csrfProtection }, async (request) => ({ ordered: true, by: getUser(request).sub }))

  // At both ends: the refresh token is revoked, the cookies go, and the page leads to `location`, where Cognito's own session ends.
  // Public, since whoever has a token that is refused must be able to get rid of it.
  app.post('/logout', { config: { auth: 'public' }, preHandler: app.csrfProtection }, async (request) => {
    const { access, refresh } = sessionsOf(request)
    const token = refresh.get('token')
    for (const session of [access, refresh, request.session]) session.delete()
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
  return request as unknown as Sessions
}

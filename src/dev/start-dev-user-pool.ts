/** Starting a development user pool. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../time/clock.js'
import { directToken } from './direct-token.js'
import type { DirectTokenOptions } from './direct-token.js'
import { createHandler } from './endpoints.js'
import { createMemory } from './memory.js'
import type { DevUserPoolOptions } from './options.js'
import { createPoolKeys } from './pool.js'
import { createProvider } from './provider.js'
import { loadProviderPackage, startRefused } from './provider-package.js'
import { readDevOptions } from './read-options.js'

/** A development user pool that runs. */
export interface DevUserPool {
  /** Where managed login is: the domain of a Cognito user pool. */
  readonly origin: string
  readonly issuer: string
  readonly userPoolId: string
  /** Spread into `register`. */
  readonly options: { readonly userPoolId: string, readonly clientId: string[], readonly issuer: string }
  /** A token without a sign-in, with the claims that a sign-in would give. */
  token (options: DirectTokenOptions): Promise<string>
  /** Stops serving; open connections are cut off. */
  close (): Promise<void>
}

/**
 * Starts a user pool on 127.0.0.1, with real keys and Cognito's addresses and claims, so that what verifies its tokens is
 * what verifies Cognito's in production.
 *
 * It asks nobody for a password. It never listens beyond loopback, and its issuer cannot be taken for one of AWS.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` for a bad option, where NODE_ENV is `production`, and where the package
 * `oidc-provider`, an optional peer, is not installed.
 */
export async function startDevUserPool (options: DevUserPoolOptions = {}): Promise<DevUserPool> {
  const settings = readDevOptions(options)
  if (process.env.NODE_ENV === 'production') throw startRefused('a development user pool does not run with NODE_ENV=production: it gives anybody any user')
  const oidc = await loadProviderPackage(() => import('oidc-provider'))
  const keys = createPoolKeys(settings.userPoolId, settings.keyPairs)
  // Made before anyone asks for them: a key fetch must not wait for that.
  await keys.current()
  const sessions = { memory: createMemory(() => systemClock.now()), cookieKey: randomUUID() }

  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const issuer = `${origin}/${settings.userPoolId}`

  // A provider keeps its keys for life, so there is one for each pair.
  const made = { kid: '', provider: null as ReturnType<typeof createProvider> | null }
  async function provider (): Promise<ReturnType<typeof createProvider>> {
    const jwks = await keys.privateJwks()
    if (made.provider === null || made.kid !== jwks.keys[0].kid) {
      made.provider = createProvider(oidc, issuer, settings, jwks, sessions)
      made.kid = jwks.keys[0].kid
    }
    return made.provider
  }
  const token = (wanted: unknown): Promise<string> => directToken(wanted, issuer, settings, keys, Math.floor(systemClock.now() / 1000))
  const handle = createHandler({ issuer, origin, settings, keys, provider, token })
  server.on('request', (request, response) => { void handle(request, response) })

  return {
    origin,
    issuer,
    userPoolId: settings.userPoolId,
    options: { userPoolId: settings.userPoolId, clientId: settings.clients.map(({ clientId }) => clientId), issuer },
    token,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
}

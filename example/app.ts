/** The application: plugins and routes, one file each, found by their place in the folder. */
import { join } from 'node:path'
import autoload from '@fastify/autoload'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
// An application writes 'fastify-cognito-auth' here, and imports it before Fastify() is called: it sees every route from the first on.
import '../src/index.js'
import type { CognitoAuthOptions } from '../src/index.js'
import type { RevocationList } from '../src/revocation/index.js'

export interface AppOptions {
  /** Options of the plugin; the application adds its roles. */
  readonly auth: CognitoAuthOptions
  readonly uploads?: UploadOptions
  /** Origins whose pages may call the application, such as `https://app.example.com`. Default: none. */
  readonly origins?: readonly string[]
  /** Default: there is no page. */
  readonly page?: PageOptions
  /** Tokens that were signed out; whoever made the list closes it. Default: none, and no routes that sign out. */
  readonly revocations?: RevocationList
}

/** What the page at `/` has to know. */
export interface PageOptions {
  /** The app client that signs users in. */
  readonly clientId: string
  /** Where they sign in, an origin; `null` if they cannot. */
  readonly domain: string | null
  /** Makes a token of a user that is refused somewhere, as only a user pool for development can. */
  readonly spoil?: (username: string, how: 'expired' | 'otherClient' | 'longAgo') => Promise<string>
}

export interface UploadOptions {
  /** The folder in which the application makes a temporary one of its own. Default: the system's. */
  readonly parent?: string
  /** Largest file accepted, in bytes. Default: 1048576 (1 MiB). */
  readonly maxFileSize?: number
}

/** Builds the application, to listen or to be tested with `inject`; what fails at start-up rejects either. */
export function buildApp (options: AppOptions, server: FastifyServerOptions = {}): FastifyInstance {
  // The files are imported within the time that a plugin has, and a machine may be busy.
  const app = Fastify({ requestTimeout: 60_000, pluginTimeout: 60_000, ...server })
  // Routes are loaded after the plugins, so what those decorate is there when a route is declared.
  void app.register(autoload, { dir: join(import.meta.dirname, 'plugins'), options })
  void app.register(autoload, { dir: join(import.meta.dirname, 'routes'), options })
  return app
}

/** How a route is protected, as `routes()` and the log show it. */
import type { Requirement } from './requirement.js'
import type { AuthMode } from '../options/options.js'

/** How one route is protected, as far as it can be told. */
export interface RouteAuth {
  /** One method, or several that have one handler; `'*'` for a 404 handler. */
  readonly method: string | readonly string[]
  /** The address by which Fastify matches, its parameters and prefix included; `/*` below the prefix for a 404 handler. */
  readonly url: string
  /** What else has to match, such as `{ host: 'example.com' }`; empty for most routes. */
  readonly constraints: Readonly<Record<string, unknown>>
  /** `'not_found'` for a handler that was given to `setNotFoundHandler`; it may run on routes of any address. */
  readonly kind: 'route' | 'not_found'
  /**
   * The strictest of what the route's config (or `defaultAuth`) and its own hooks ask. `'denied'` for a route with
   * an invalid `config.auth` that was declared before the plugin had loaded, or written by a later `onRoute` hook:
   * every request to it gets a 403.
   *
   * `'unknown'` for a route that was declared before this package was imported: its config is enforced, but what it
   * says beside its config, and whether its hooks protect it, cannot be seen any more.
   */
  readonly auth: AuthMode | 'denied' | 'unknown'
  /** What must hold besides a valid token; all of these, where config and hooks both ask. */
  readonly requirements: readonly Requirement[]
  /** Where `auth` comes from; `'context'` is a default that a context was given for its routes, `'publicRoutes'` the option. */
  readonly source: 'default' | 'context' | 'publicRoutes' | 'config' | 'hook'
  /** Positions given as `undefined`, such as `preHandler: app.authenticate` read before the plugin had loaded. */
  readonly undefinedHooks: readonly string[]
}

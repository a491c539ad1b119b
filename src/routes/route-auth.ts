/** How a route is protected, as `routes()` and the log show it. */
import type { Requirement } from './requirement.js'
import type { AuthMode } from '../options/options.js'

/** How one route is protected, as far as its declaration tells: hooks that were added with `addHook` are not seen. */
export interface RouteAuth {
  readonly method: string | readonly string[]
  readonly url: string
  /**
   * The strictest of what the route's config (or `defaultAuth`) and its own hooks ask. `'denied'` for a route with
   * an invalid `config.auth` that was declared before the plugin had loaded, or written by a later `onRoute` hook:
   * every request to it gets a 403.
   */
  readonly auth: AuthMode | 'denied'
  /** What must hold besides a valid token; all of these, where config and hooks both ask. */
  readonly requirements: readonly Requirement[]
  /** Where `auth` comes from. */
  readonly source: 'default' | 'config' | 'hook'
  /** Positions given as `undefined`, such as `preHandler: app.authenticate` read before the plugin had loaded. */
  readonly undefinedHooks: readonly string[]
}

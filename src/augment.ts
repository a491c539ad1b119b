/** What an instance offers once the plugin is registered, and what Fastify's own types gain by it. */
import type { User } from './options/application.js'
import type { KeySourceStatus } from './keys/key-source.js'
import type { AuthHook } from './request/request.js'
import type { AuthRequirement, RouteAuthConfig } from './routes/auth-requirement.js'
import type { RouteAuth } from './routes/route-auth.js'
import type { Verifier } from './verifier/verifier.js'

/** What `app.cognitoAuth` offers. */
export interface CognitoAuth {
  /** See {@link Verifier.verify}. */
  readonly verify: Verifier['verify']
  /** Every route of this context and below with its protection, as far as declarations tell; see {@link RouteAuth}. */
  routes (): RouteAuth[]
  /** How the keys of each issuer stand, for readiness probes; has keys that are due fetched again, without waiting. */
  status (): KeySourceStatus[]
  /**
   * Forgets a user pool that `userPools.resolve` has given: from this moment its tokens are refused, those that are remembered and
   * those that are being verified too, and the next one has the pool asked for again. Tells whether the pool was loaded.
   *
   * Does nothing to the pools of the options.
   */
  forget (userPoolId: string): boolean
  /** See {@link Verifier.ready}. */
  readonly ready: Verifier['ready']
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets a request pass only with a valid token. Undefined until the plugin has loaded: `await app.register(…)`, or import it. */
    authenticate: AuthHook
    /** Lets a request pass without credentials or with a valid token. Undefined until the plugin has loaded. */
    optionalAuth: AuthHook
    /** Makes a hook that authenticates and checks a requirement. Undefined until the plugin has loaded. */
    authorize: (requirement: AuthRequirement) => AuthHook
    /**
     * Gives the routes of this context, and of contexts below, a rule for when they have no `config.auth`. Called on the
     * context itself, before its routes are declared. In a child, a requirement is added to the parent's; a mode takes its place.
     *
     * @throws `FST_COGNITO_ROUTE_INVALID` for a bad rule, a second one, or one that comes after a route.
     */
    defaultAuth: (rule: RouteAuthConfig) => void
    cognitoAuth: CognitoAuth
  }

  interface FastifyRequest {
    /** The user of a verified token; `null` on public routes and where optional credentials are absent. */
    user: User | null
  }

  interface FastifyContextConfig {
    /** What callers of this route need; enforced before the body is read. Default: the option `defaultAuth`. */
    auth?: RouteAuthConfig
  }
}

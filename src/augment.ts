/** What Fastify's own types gain once this package is imported. */
import type { User } from './application.js'
import type { CognitoAuth } from './cognito-auth.js'
import type { AuthHook } from './request.js'
import type { AuthRequirement, RouteAuthConfig } from './requirement.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets a request pass only with a valid token. Undefined until the plugin has loaded: `await app.register(…)`, or import it. */
    authenticate: AuthHook
    /** Lets a request pass without credentials or with a valid token. Undefined until the plugin has loaded. */
    optionalAuth: AuthHook
    /** Makes a hook that authenticates and checks a requirement. Undefined until the plugin has loaded. */
    authorize: (requirement: AuthRequirement) => AuthHook
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

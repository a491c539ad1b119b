/** The hooks that routes ask for. They find the plugin through the request, so an import is never too early. */
import type { User } from '../options/application.js'
import type { Authenticator } from './authenticate.js'
import { tokenMissing } from '../errors/failure.js'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { serviceSlot } from './request.js'
import type { AuthHook, AuthRequest, HookDone } from './request.js'
import { markHook } from '../routes/hook-rules.js'
import { copyOnce } from '../routes/own-values.js'
import type { AuthRequirement } from '../routes/auth-requirement.js'
import { readRequirement } from '../routes/read-requirement.js'
import { rules } from '../routes/requirement.js'
import type { AuthRule } from '../routes/requirement.js'

/**
 * Lets a request pass only with a valid token; `request.user` is its user then. For any of `onRequest`,
 * `preValidation` and `preHandler`.
 *
 * Does NOT check groups, roles or scopes; see {@link authorize}.
 *
 * Passes on `FST_COGNITO_TOKEN_MISSING`, `_REQUEST_INVALID`, `_TOKEN_INVALID`, `_TOKEN_EXPIRED`, `_TOKEN_REVOKED` or `_UNAVAILABLE`.
 *
 * @see RFC 6750 §2.1
 */
export const authenticate: AuthHook = hookFor(rules.required, 'required')

/**
 * Lets a request pass without credentials, `request.user` being `null` then, or with a valid token. A bad token is
 * still refused, as by {@link authenticate}.
 */
export const optionalAuth: AuthHook = hookFor(rules.optional, 'optional')

/**
 * Makes a hook that authenticates like {@link authenticate} and then checks a requirement.
 *
 * The hook passes on `FST_COGNITO_FORBIDDEN` when the requirement does not hold, or
 * `FST_COGNITO_REAUTHENTICATION_REQUIRED` when only `maxAge` does not.
 *
 * @throws `FST_COGNITO_ROUTE_INVALID` at once, for an unknown member or an empty object or array.
 * @see RFC 6750 §3.1: `insufficient_scope`
 */
export function authorize (requirement: AuthRequirement): AuthHook {
  const own = copyOnce(requirement)
  return hookFor(Object.freeze({ mode: 'required', requirement: readRequirement(own, 'authorize(): requirement') }), own)
}

/**
 * The user of a request, for handlers behind authentication.
 *
 * @throws `FST_COGNITO_TOKEN_MISSING` where there is none: the route is public, or optional and nobody signed in.
 * @throws `FST_COGNITO_REGISTRATION_INVALID` where the plugin is not registered.
 */
export function getUser (request: AuthRequest): User {
  const authenticator = authenticatorOf(request)
  // Without the plugin the user is undefined, or one that another plugin has put there.
  if (authenticator === null) throw notRegistered()
  // Undefined in a context that was made before the plugin was registered, until the plugin's own hook has run.
  if (typeof request.user === 'object' && request.user !== null) return request.user
  throw authenticator.refuse(request, tokenMissing)
}

function hookFor (rule: AuthRule, value: unknown): AuthHook {
  const hook: AuthHook = (request, reply, done) => enforce(rule, request, reply, done)
  markHook(hook, rule, value)
  return hook
}

function enforce (rule: AuthRule, request: AuthRequest, reply: unknown, done: HookDone): void {
  const authenticator = authenticatorOf(request)
  // The plugin has declared the slots of every request of an instance that has an authenticator.
  if (authenticator === null) done(notRegistered())
  else authenticator.enforce(rule, request, reply, done)
}

function authenticatorOf ({ server }: AuthRequest): Authenticator | null {
  return (server as { [serviceSlot]?: Authenticator })[serviceSlot] ?? null
}

function notRegistered (): Error {
  return new CognitoAuthSetupError(
    'FST_COGNITO_REGISTRATION_INVALID',
    'fastify-cognito-auth is not registered in the context of this route: register it there or in a parent context'
  )
}

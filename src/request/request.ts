/** The part of a Fastify request and reply that the hooks use, and where a request keeps what is known of it. */
import type { FastifyRequest } from 'fastify'
import type { User } from '../options/application.js'
import type { AuthLogger } from './log.js'
import type { BearerRequest } from './bearer.js'
import type { CognitoAuthError } from '../errors/cognito-auth-error.js'
import type { Failure } from '../errors/failure.js'
import type { Standing, standingSlot } from '../routes/standing.js'
import type { VerifiedToken } from '../verifier/token-verifier.js'

/** What is known of a request's credentials: a verified token, why there is none, or the error that was thrown for it. */
export type Outcome = VerifiedToken | Failure | CognitoAuthError

/** Where a request stands, with what is known of its credentials. */
export interface RequestStanding extends Standing {
  /** A promise while it is under way; `null` until somebody asks. */
  outcome: Outcome | Promise<Outcome> | null
  /** When somebody first asked, in monotonic milliseconds; `null` where nobody listens to what is told of it. */
  began: number | null
  /** Whether the token was remembered. */
  isRecalled: boolean
}

/** The instance decorator that holds what the hooks need. */
export const serviceSlot: unique symbol = Symbol('fastify-cognito-auth.service')

/**
 * What the hooks need of a request. Small and structural: hooks typed on the whole of `FastifyRequest` do not
 * fit routes with a type provider, an http2 server, a logger of their own or a typed `config`.
 */
export interface AuthRequest extends BearerRequest, Pick<FastifyRequest, 'user'> {
  readonly server: object
  readonly log: AuthLogger
}

/** A request of an instance that the plugin has decorated. */
export interface DecoratedRequest extends AuthRequest {
  user: User | null
  [standingSlot]?: RequestStanding | null
}

/** Called exactly once; with an error, the request is refused. */
export type HookDone = (error?: Error) => void

/** A hook for any of `onRequest`, `preValidation` and `preHandler`. */
export type AuthHook = (request: AuthRequest, reply: unknown, done: HookDone) => void

/** The hooks are typed on a part of the request; what Fastify passes them is the whole. */
export function asFastifyRequest (request: DecoratedRequest): FastifyRequest {
  return request as unknown as FastifyRequest
}

/** What a request leaves behind for those who watch: facts for events, and its user in the log. */
import { isFailure } from '../errors/failure.js'
import type { Clock } from '../time/clock.js'
import { guestChannel, verifiedChannel } from '../routes/request-events.js'
import type { Standing } from '../routes/standing.js'
import { tell } from './log.js'
import type { AuthLogger } from './log.js'
import type { DecoratedRequest, Outcome, RequestStanding } from './request.js'

/** Tells whether somebody wants to know which requests have passed. */
export function isObserved (): boolean {
  return verifiedChannel.hasSubscribers || guestChannel.hasSubscribers
}

/** What is told of an outcome once the request reaches its handler; `null` for one that does not. */
export function factsOf (outcome: Outcome, began: number, cached: boolean, clock: Clock): Standing['facts'] {
  if ('principal' in outcome) {
    const { userPoolId, clientId, tokenUse } = outcome.principal
    return { requestId: '', method: '', route: null, userPoolId, clientId, tokenUse, cached, duration: Math.round((clock.monotonic() - began) * 1e6) }
  }
  return isFailure(outcome) && outcome.code === 'FST_COGNITO_TOKEN_MISSING' ? 'guest' : null
}

/** A logger that makes others of itself; pino does. */
interface ParentLogger extends AuthLogger {
  readonly child?: (bindings: object) => AuthLogger
}

const bound = new WeakSet<object>()

/** Has all later lines of a request name its user, those of Fastify about its reply too. */
export function bindUser (request: DecoratedRequest, reply: unknown, { outcome }: RequestStanding): void {
  if (outcome === null || !('principal' in outcome) || bound.has(request)) return
  bound.add(request)
  const { sub } = outcome.principal
  tell(() => {
    const child = (request.log as ParentLogger).child?.({ sub })
    if (child === undefined) return
    Object.assign(request, { log: child })
    if (typeof reply === 'object' && reply !== null && 'log' in reply) reply.log = child
  })
}

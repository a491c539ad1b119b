/** What the log says of refused requests and of key sources; the only place that words it. */
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { Failure } from '../errors/failure.js'
import { escapeHidden } from '../errors/shown-text.js'
import type { KeySourceStatus } from '../keys/key-source.js'
import type { Refusal } from '../options/log-options.js'
import type { RevocationStanding } from '../options/revocation-checks.js'
import type { RouteAuth } from '../routes/route-auth.js'

/** A logger, as far as it is used here; pino and Fastify's own satisfy it. */
export interface AuthLogger {
  trace (details: object, message: string): void
  debug (details: object, message: string): void
  info (details: object, message: string): void
  warn (details: object, message: string): void
  error (details: object, message: string): void
}

/** One line of the log: what it says of a refusal, and the level that it has by itself. */
export interface RefusalLine {
  readonly level: 'info' | 'error'
  readonly refusal: Refusal
  readonly details: object
  readonly message: string
}

/**
 * Words one refusal at `info`, with its reason, and for mistakes of configuration what was expected and what came.
 * A function of the application that failed is told at `error`, with its error.
 */
export function describeRefusal ({ code, reason, expected, isAllExpected = false, actual, absent, cause }: Failure): RefusalLine {
  const line = (details: object, message: string, level: RefusalLine['level'] = 'info'): RefusalLine => ({ level, refusal: { code, reason }, details: { code, reason, ...details }, message })
  if (cause !== undefined && reason !== 'key_endpoint') return line({ err: cause }, 'authentication could not be decided', 'error')
  if (absent !== undefined) {
    const accepted = expected === undefined ? '' : `; this application accepts ${show(expected)}`
    return line({ ...(expected === undefined ? {} : { expected, actual }), absent }, `request refused: ${reason}, the token has no ${absent}${accepted}`)
  }
  if (actual !== undefined) return line({ expected, actual }, `request refused: ${reason} is ${show(actual)}, this application accepts ${show(expected)}`)
  if (expected !== undefined) {
    const verb = reason.startsWith('prohibited_') ? 'bars' : 'needs'
    return line({ expected }, `request refused: ${reason}, this route ${verb} ${show(expected, isAllExpected ? ' and ' : ' or ')}`)
  }
  return line({}, `request refused: ${reason}`)
}

/** A check has refused a request with an error of its own, which Fastify answers and logs. */
export const ownAnswerLine: RefusalLine = Object.freeze({
  level: 'info',
  refusal: Object.freeze({ code: null, reason: 'check' }),
  details: Object.freeze({ reason: 'check' }),
  message: 'request refused: check, with the error that it has thrown'
})

const unjudged: Refusal = Object.freeze({ code: 'FST_COGNITO_UNAVAILABLE', reason: 'unjudged' })

/** A hook has answered a request, or given it on, while its token was still being verified, and that was refused. */
export const earlyReplyLine: RefusalLine = Object.freeze({
  level: 'error',
  refusal: unjudged,
  details: unjudged,
  message: 'request refused: a hook has replied, or given the request on, before it was judged: another one has called done twice, or moved on early'
})

/**
 * Logs a change in how a key source stands. Of the two issuers that a pool may have, one never answers: that
 * is told at `info`, and at `warn` only when no source of the pool has keys.
 *
 * @param siblings How the keys of the pool's other issuers stand; asked only where that matters.
 */
export function logKeySource (log: AuthLogger, { userPoolId, issuer, state, lastError }: KeySourceStatus, siblings: () => readonly KeySourceStatus[]): void {
  const details = { userPoolId, issuer, state }
  if (lastError === null) {
    log.info(details, 'signing keys fetched')
    return
  }
  const isUnusedIssuer = state === 'empty' && siblings().some((status) => status.state !== 'empty' || status.lastError === null)
  if (isUnusedIssuer) log.info({ ...details, fault: lastError.message }, 'no signing keys of this issuer; a user pool has only one of its two')
  else log.warn({ ...details, err: lastError }, 'signing keys could not be fetched')
}

/** Logs a pool that was found at run time, and that its keys come without TLS, if they do. */
export function logResolved (log: AuthLogger, { userPoolId, clientIds, issuers }: Pick<UserPoolSettings, 'userPoolId' | 'clientIds' | 'issuers'>, insecure: ReadonlyArray<{ readonly jwksUri: string, readonly warning: string }>): void {
  tell(() => {
    log.info({ userPoolId, clientIds, issuers }, 'user pool resolved')
    for (const { jwksUri, warning } of insecure) log.warn({ userPoolId, jwksUri }, warning)
  })
}

/** Logs that a pool which is known could not be asked for again; its tokens are accepted until its answer is too old. */
export function logUnresolved (log: AuthLogger, userPoolId: string, err: unknown): void {
  tell(() => log.warn({ userPoolId, err }, 'user pool could not be resolved again'))
}

/**
 * Logs a change in how a list of revoked tokens stands; `null` at the start, when only a choice is worth a word.
 */
export function logRevocation (log: AuthLogger, onStale: 'refuse' | 'accept', standing: RevocationStanding | null): void {
  if (standing === null) {
    if (onStale === 'accept') log.warn({ onStale }, 'while its store is down, tokens are accepted of which nobody can tell whether they are revoked: onStale is "accept"')
    return
  }
  const { state, age, entries, lastError } = standing
  const details = { state, age, entries, ...(lastError === null ? {} : { err: lastError }) }
  if (state === 'closed') log.debug(details, 'list of revoked tokens closed')
  else if (lastError === null) log.info(details, 'list of revoked tokens read')
  else if (state === 'fresh') log.warn(details, 'the list of revoked tokens could not be brought up to date')
  else if (onStale === 'accept' && state !== 'full') log.error(details, 'tokens are accepted although nobody can tell whether they are revoked')
  else log.error(details, 'nobody is let in, since nobody can tell which tokens are revoked')
}

/**
 * Logs how every route is protected, at `debug`; and at `warn` the public ones that were given `undefined` as a
 * hook, which Fastify takes for none, and those of which that cannot be told. It is no error: a plugin may leave a hook
 * out that way on purpose.
 */
export function logRoutes (log: AuthLogger, routes: readonly RouteAuth[]): void {
  log.debug({ routes }, 'routes and their protection')
  const open = routes.filter(({ auth, undefinedHooks }) => auth === 'public' && undefinedHooks.length > 0)
  if (open.length > 0) {
    log.warn(
      { routes: open.map(({ method, url, undefinedHooks }) => ({ method, url, undefinedHooks })) },
      'public routes with an undefined hook: app.authenticate is undefined until the plugin has loaded; await app.register(…), import the hook, or use config.auth'
    )
  }
  const unknown = routes.filter(({ auth }) => auth === 'unknown')
  if (unknown.length > 0) {
    log.warn(
      { routes: unknown.map(({ method, url }) => ({ method, url })) },
      'routes that were declared before fastify-cognito-auth was imported: only their config.auth is enforced, a rule beside it or an undefined hook is not seen; import the package before Fastify() is called'
    )
  }
  const denied = routes.filter(({ auth }) => auth === 'denied')
  if (denied.length > 0) {
    log.error({ routes: denied.map(({ method, url }) => ({ method, url })) }, 'routes with an invalid config.auth that came too late to stop the start: every request to them is refused')
  }
}

/** Logs, and goes on where the logger fails. */
export function tell (log: () => void): void {
  try {
    log()
  } catch {
    // A logger that fails must not decide: were it to throw `undefined`, Fastify would take that for leave to pass.
  }
}

function show (value: unknown, word = ' or '): string {
  return Array.isArray(value) ? value.map((item) => show(item)).join(word) : escapeHidden(JSON.stringify(value))
}

/** The verifier without Fastify, for queue consumers, WebSocket servers and command lines. */
import type { User } from '../options/application.js'
import { createChallenger } from '../errors/challenge.js'
import type { Challenger } from '../errors/challenge.js'
import { systemClock } from '../time/clock.js'
import type { Clock } from '../time/clock.js'
import { isFailure, tokenInvalid } from '../errors/failure.js'
import type { KeySourceStatus } from '../keys/key-source.js'
import { integer, members } from '../options/checks.js'
import type { VerifierOptions } from '../options/options.js'
import { readVerifierOptions } from '../options/read-options.js'
import { findInsecurePools } from './insecure-keys.js'
import type { TokenVerifier } from './token-verifier.js'
import { createVerifierService } from './verifier-service.js'
import type { VerifierService } from './verifier-service.js'

/** How long {@link Verifier.ready} waits. */
export interface ReadyOptions {
  /** Milliseconds in which the process runs. A positive integer up to 2147483647. Default: 10000. */
  readonly timeout?: number
}

/** Verifies tokens of the configured pools. */
export interface Verifier {
  /**
   * Resolves to the user of a verified token.
   *
   * Does NOT check groups, roles or scopes, and does not ask `isRevoked`: that needs a request.
   *
   * @param token Compact JWS, without the `Bearer ` prefix.
   * @throws `FST_COGNITO_TOKEN_INVALID`, with `reason` saying why.
   * @throws `FST_COGNITO_TOKEN_EXPIRED` once `exp` plus `clockTolerance` (seconds) has passed.
   * @throws `FST_COGNITO_UNAVAILABLE` when the keys cannot be had or `mapUser` fails.
   * @see RFC 7519 §7.2
   */
  verify (token: string): Promise<User>
  /** How the keys of each issuer stand; has keys that are due fetched again, without waiting. */
  status (): KeySourceStatus[]
  /**
   * Resolves when every pool has usable keys, of either of its two issuers: for a start that has time to wait, such as
   * a Lambda function's, and for workers. An endpoint that fails is asked again once `keys.cooldown` has passed, if that is
   * within the timeout; otherwise it rejects at once. Does NOT say that keys will be there later: see {@link Verifier.status}.
   *
   * @throws `FST_COGNITO_UNAVAILABLE` when a pool has no keys in time; its `cause` says what each endpoint answered.
   * @throws `FST_COGNITO_OPTIONS_INVALID` for a bad timeout.
   */
  ready (options?: ReadyOptions): Promise<void>
  /** Aborts running fetches; tokens whose keys are known still verify until those are too old. */
  close (): void
}

/**
 * Makes a verifier that needs no Fastify. It starts fetching keys at once and keeps no timer, so a process with
 * nothing else to do ends by itself.
 *
 * @param options Those of the plugin, without the ones that concern requests.
 * @throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad option.
 */
export function createVerifier (options: VerifierOptions): Verifier {
  return createVerifierWithClock(options, systemClock)
}

/** {@link createVerifier} by a given clock. */
export function createVerifierWithClock (options: VerifierOptions, clock: Clock): Verifier {
  const settings = readVerifierOptions(options)
  // There is no log here; what is no error and must be seen all the same goes the way of Node's own warnings.
  for (const { warning } of findInsecurePools(settings)) process.emitWarning(warning, { type: 'CognitoAuthWarning', code: 'FST_COGNITO_INSECURE_KEYS' })
  const service = createVerifierService(settings, clock, () => {})
  service.warmUp()
  const challenge = createChallenger('api')
  return {
    verify: createVerify(service.tokens, challenge),
    status: () => service.status(),
    ready: createReady(service, challenge),
    close: () => service.close()
  }
}

/** The function `verify` of a verifier: failures as rejections. */
export function createVerify (tokens: TokenVerifier, challenge: Challenger): (token: string) => Promise<User> {
  return async (token) => {
    // The type forbids it, but a header that is absent is easily passed on.
    if (typeof (token as unknown) !== 'string') throw challenge(tokenInvalid('format'))
    const verified = tokens.recall(token) ?? await tokens.verify(token)
    if (isFailure(verified)) throw challenge(verified)
    return verified.user
  }
}

// As long as Lambda gives the start of a function.
const defaultTimeout = 10_000

/** The function `ready` of a verifier: the failure as a rejection. */
export function createReady (service: Pick<VerifierService, 'ready'>, challenge: Challenger): Verifier['ready'] {
  return async (options = {}) => {
    const { timeout } = members('options', options, ['timeout'])
    const failure = await service.ready(integer('timeout', timeout, defaultTimeout, 1, 2_147_483_647))
    if (failure !== null) throw challenge(failure)
  }
}

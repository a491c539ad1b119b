/** The user pools that are known only at run time: asked for one by one, bounded, and forgotten. */
import { judgeExpiry } from '../claims/claim-rules.js'
import { tokenInvalid, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { createReserve } from '../keys/reserve.js'
import type { UserPoolQuestion } from '../options/resolver-options.js'
import type { ResolverSettings } from '../options/settings.js'
import type { Clock } from '../time/clock.js'
import type { JsonObject } from '../token/strict-json.js'
import type { FindIssuer, Trust } from '../verifier/trusted-issuer.js'
import type { VerifierService } from '../verifier/verifier-service.js'
import { ask } from './ask.js'
import type { Answer } from './ask.js'
import { readIssuer } from './issuer-form.js'
import { createKeptTenants } from './kept-tenants.js'
import { createStrangers } from './strangers.js'

/** The pools. */
export interface Tenants {
  /** Asks for the pool of a token, if it can be one at all. */
  readonly find: FindIssuer
  /** Refuses the tokens of a pool from this moment on, those that are being verified too; tells whether there was such a pool. */
  forget (userPoolId: string): boolean
  /** Ends all questions. */
  close (): void
}

/** What the pools need. */
export interface TenantsSetup {
  readonly settings: ResolverSettings
  /** Seconds by which `exp` may have passed. */
  readonly clockTolerance: number
  /** The names for which `audience: 'resource'` stands; `null` where there are none. */
  readonly resources: readonly string[] | null
  readonly clock: Clock
  /** Where pools are trusted; looked up at each use, since it is made of this. */
  readonly service: () => Pick<VerifierService, 'admit' | 'issuers'>
  /** Called with a pool that begins to count. */
  readonly onAdmitted: (answer: Answer) => void
  /** Called where a pool that is known could not be asked for again; everyone else meets the error. */
  readonly onFailed: (question: UserPoolQuestion, error: unknown) => void
}

/** The questions that may be asked at once, and the milliseconds after which one more may be. */
export const questionsAtOnce = 50
export const questionInterval = 100

/** The milliseconds after which a pool whose question has failed is asked for again. */
export const retryAfter = 5_000

/** The same for a pool whose last answer counts no more: its tokens are refused meanwhile, whoever has made them. */
export const staleRetryAfter = 1_000

/** The most tokens that wait for answers at a time. */
export const mostWaitingForAnswers = 4_000

/** Makes them. */
export function createTenants ({ settings, clockTolerance, resources, clock, service, onAdmitted, onFailed }: TenantsSetup): Tenants {
  const { maxEntries, maxAge, maxStale, unknownAge } = settings
  const tenants = createKeptTenants(maxEntries, service)
  const strangers = createStrangers(maxEntries, unknownAge)
  const questions = new Map<string, Promise<Failure | null>>()
  const budget = createReserve(questionsAtOnce, questionInterval)
  const endings = new Set<(error: Error) => void>()
  let isClosed = false
  let waiting = 0

  function find (claims: JsonObject): Failure | Promise<Failure | null> {
    const question = readIssuer(claims.iss, settings.issuerForms)
    if (question === null || !isCurrent(claims)) return tokenInvalid('issuer')
    const now = clock.monotonic()
    if (strangers.has(question.issuer, now)) return tokenInvalid('issuer')
    const rest = (tenants.get(question.issuer)?.restsUntil ?? -Infinity) - now
    if (rest > 0) return unavailable('resolve_pool', undefined, Math.ceil(rest / 1_000))
    if (waiting === mostWaitingForAnswers) return unavailable('waiting')
    const answer = askOnce(question, now)
    if (answer === null) return unavailable('resolve_pool', undefined, Math.max(1, Math.ceil(budget.wait(now) / 1_000)))
    waiting++
    return answer.finally(() => { waiting-- })
  }

  // A token that has ended is nobody's reason to ask.
  function isCurrent ({ exp }: JsonObject): boolean {
    return typeof exp === 'number' && judgeExpiry(exp, clockTolerance, clock.now() / 1_000) === null
  }

  /** The question that is under way, or a new one; `null` if none may be asked now. Pools that are known are asked for in any case, so that nobody can keep them from it. */
  function askOnce (question: UserPoolQuestion, now: number): Promise<Failure | null> | null {
    const { issuer } = question
    const underWay = questions.get(issuer)
    if (underWay !== undefined) return underWay
    if (isClosed || (tenants.get(issuer) === undefined && !budget.take(now))) return null
    const answer: Promise<Failure | null> = ask(question, settings, resources, clock, endings)
      // Forgotten meanwhile: the answer is older than that.
      .then((given) => (questions.get(issuer) === answer ? take(question, given) : tokenInvalid('issuer')), (error: unknown) => fail(question, error))
      .finally(() => { if (questions.get(issuer) === answer) questions.delete(issuer) })
    questions.set(issuer, answer)
    return answer
  }

  function take (question: UserPoolQuestion, answer: Answer | null): Failure | null {
    const { issuer } = question
    const now = clock.monotonic()
    const known = tenants.get(issuer)
    if (answer === null) {
      if (known !== undefined) tenants.withdraw(known)
      strangers.add(issuer, now)
      return tokenInvalid('issuer')
    }
    if (known !== undefined && known.answer.text !== null && known.answer.text === answer.text) {
      known.answeredAt = now
      known.trust.dueAt = now + maxAge
      return null
    }
    if (known !== undefined) tenants.retire(known)
    const trust: Trust = { usedAt: now, dueAt: now + maxAge, isWithdrawn: false, renew: (monotonic) => renew(question, trust, monotonic) }
    tenants.add(answer, trust)
    onAdmitted(answer)
    return null
  }

  function fail (question: UserPoolQuestion, error: unknown): Failure {
    const known = tenants.get(question.issuer)
    if (known !== undefined) {
      onFailed(question, error)
      const now = clock.monotonic()
      known.restsUntil = now + staleRetryAfter
      known.trust.dueAt = Math.min(now + retryAfter, known.answeredAt + maxStale)
    }
    return unavailable('resolve_pool', error)
  }

  /** What was trusted by an earlier answer is not renewed by a later one. */
  function renew (question: UserPoolQuestion, trust: Trust, now: number): boolean {
    const known = tenants.get(question.issuer)
    if (known?.trust !== trust || now >= known.answeredAt + maxStale) return false
    void askOnce(question, now)
    return true
  }

  function forget (userPoolId: string): boolean {
    const found = tenants.withId(userPoolId)
    for (const tenant of found) tenants.withdraw(tenant)
    tenants.withdrawRetired(userPoolId)
    // Whoever waits for an answer of before gets none.
    for (const issuer of questions.keys()) if (readIssuer(issuer, settings.issuerForms)?.userPoolId === userPoolId) questions.delete(issuer)
    return found.length > 0
  }

  function close (): void {
    isClosed = true
    for (const end of endings) end(new Error('the application is closing'))
    tenants.close()
  }

  return { find, forget, close }
}

/** One question to the application: which pool is this? */
import { readIssuer } from './issuer-form.js'
import { isPlainObject, members, optionInvalid } from '../options/checks.js'
import { readUserPool, userPoolOptionNames } from '../options/read-user-pool.js'
import type { UserPoolQuestion } from '../options/resolver-options.js'
import type { ResolverSettings } from '../options/settings.js'
import type { UserPoolSettings } from '../claims/user-pool-settings.js'
import type { Clock } from '../time/clock.js'
import { OwnAbortController } from '../time/cancellation.js'
import { createDeadline } from '../time/deadline.js'

/** A pool as the application has described it. */
export interface Answer {
  readonly userPool: UserPoolSettings
  /** The description as JSON, by which it is told from another; `null` for one that has no such form. */
  readonly text: string | null
}

/**
 * Asks, and checks the answer like the options of a pool; `null` for one that is not the application's. Rejects where the answer
 * throws, comes later than `timeout` milliseconds, or is no such pool. Its signal is aborted once nobody waits for it any more.
 *
 * @param endings Takes the function that ends the question, for as long as it is under way.
 */
export async function ask (question: UserPoolQuestion, { resolve: describe, timeout, issuerForms }: Pick<ResolverSettings, 'resolve' | 'timeout' | 'issuerForms'>, resources: readonly string[] | null, clock: Clock, endings: Set<(error: Error) => void>): Promise<Answer | null> {
  const ending = new OwnAbortController()
  const given: unknown = await new Promise((resolve, reject) => {
    const end = (error: Error): void => {
      ending.abort(error)
      reject(error)
    }
    const deadline = createDeadline(timeout, clock, () => end(new Error(`userPools.resolve did not answer within ${timeout} ms`)))
    deadline.hold()
    endings.add(end)
    const over = (): void => {
      deadline.end()
      endings.delete(end)
    }
    // What it throws at once is a rejection as well.
    Promise.resolve().then(() => describe(Object.freeze({ ...question }), { signal: ending.signal })).finally(over).then(resolve, reject)
  })
  return given === null ? null : { userPool: read(given, question, resources, issuerForms), text: textOf(given) }
}

function read (given: unknown, { issuer, userPoolId }: UserPoolQuestion, resources: readonly string[] | null, issuerForms: ResolverSettings['issuerForms']): UserPoolSettings {
  const at = (name: string): string => `userPools.resolve(…).${name}`
  if (!isPlainObject(given)) throw optionInvalid('userPools.resolve(…)', 'the options of a pool, or null', given)
  const { tenant, ...options } = given
  const userPool = readUserPool(members('userPools.resolve(…)', options, userPoolOptionNames), at, resources)
  if (userPool.userPoolId !== userPoolId) throw optionInvalid(at('userPoolId'), `the pool that was asked for, ${userPoolId}`, userPool.userPoolId)
  if (!userPool.issuers.includes(issuer)) throw optionInvalid(at('issuer'), `the issuer that was asked for, ${issuer}, among those of the answer`, userPool.issuers)
  // One tenant's answer must not speak for another's pool, wherever the application has its `issuer` from.
  const foreign = userPool.issuers.find((one) => readIssuer(one, issuerForms)?.userPoolId !== userPoolId)
  if (foreign !== undefined) throw optionInvalid(at('issuer'), `issuers of ${userPoolId} alone`, foreign)
  return tenant === undefined ? userPool : Object.freeze({ ...userPool, tenant })
}

// Not the object itself, which the application may change and give again.
function textOf (given: unknown): string | null {
  try {
    return JSON.stringify(given)
  } catch {
    return null
  }
}

/** Waiting for a store, but not for ever. */
import type { Clock } from '../time/clock.js'
import { createDeadline } from '../time/deadline.js'
import { RevocationListError } from './revocation-error.js'

/** Settles like the store's answer, or rejects once the process has run for `timeout` milliseconds. Keeps no process alive. */
export function readInTime<T> (answer: Promise<T>, timeout: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = createDeadline(timeout, clock, () => {
      reject(new RevocationListError('timeout', `the store of revoked tokens did not answer within ${timeout} ms`))
    })
    answer.finally(() => deadline.end()).then(resolve, reject)
  })
}

/** The options of a list: copied, checked once, frozen. */
import { integer, members, optionInvalid } from '../options/checks.js'
import type { Milliseconds } from '../options/options.js'
import type { RevocationStore } from './store.js'

/** Options of `createRevocationList`. */
export interface RevocationListOptions {
  /** Where all machines write and read revocations, such as `redisStore(…)`. */
  readonly store: RevocationStore
  /** Age in milliseconds at which the copy in this process is brought up to date. A positive integer below `maxStale`. Default: 2000. */
  readonly pollInterval?: Milliseconds
  /** Age in milliseconds up to which the copy is used while the store does not answer. Default: 30000. */
  readonly maxStale?: Milliseconds
  /**
   * What becomes of requests once the copy is older than `maxStale`, or was never loaded. `'refuse'`: 503. `'accept'`: only
   * what is known to be revoked is refused, and the log says so; routes that ask the store themselves are refused all the
   * same. Default: `'refuse'`.
   */
  readonly onStale?: 'refuse' | 'accept'
  /** Longest time in milliseconds for one answer of the store. From 1 to 60000. Default: 1000. */
  readonly timeout?: Milliseconds
  /** How many revocations this process holds. Beyond, nobody is let in: 503. From 1 to 10000000. Default: 1000000, about 100 MB. */
  readonly maxEntries?: number
}

/** What has become of the options. */
export type RevocationListSettings = Required<RevocationListOptions>

const longestDuration = 2 ** 31 - 1

/** Checks the options; throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad one. */
export function readRevocationListOptions (options: RevocationListOptions): RevocationListSettings {
  const given = members('options', options, ['store', 'pollInterval', 'maxStale', 'onStale', 'timeout', 'maxEntries'])
  const { onStale = 'refuse' } = given
  if (onStale !== 'refuse' && onStale !== 'accept') throw optionInvalid('onStale', '"refuse" or "accept"', onStale)
  const maxStale = integer('maxStale', given.maxStale, 30_000, 2, longestDuration)
  const pollInterval = integer('pollInterval', given.pollInterval, 2_000, 1, longestDuration)
  if (pollInterval >= maxStale) throw optionInvalid('pollInterval', `an age below maxStale (${maxStale})`, pollInterval)
  return Object.freeze({
    store: readStore(given.store),
    pollInterval,
    maxStale,
    onStale,
    timeout: integer('timeout', given.timeout, 1_000, 1, 60_000),
    maxEntries: integer('maxEntries', given.maxEntries, 1_000_000, 1, 10_000_000)
  })
}

function readStore (store: unknown): RevocationStore {
  const { append, readAfter } = Object(store) as Partial<Record<keyof RevocationStore, unknown>>
  if (typeof append !== 'function' || typeof readAfter !== 'function') throw optionInvalid('store', 'an object with the functions append and readAfter', store)
  // Their signatures cannot be seen at run time; the type of the options states them.
  return store as RevocationStore
}

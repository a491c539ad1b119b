/** The option `log` into settings. */
import { integer, members, optionInvalid } from './checks.js'
import type { Refusal, RefusalLevel } from './log-options.js'
import type { LogSettings } from './settings.js'

/** The levels at which a refusal can be logged. */
export const refusalLevels: readonly RefusalLevel[] = Object.freeze(['trace', 'debug', 'info', 'warn', 'error', false])

/** Checks the option `log`. */
export function readLog (value: unknown): LogSettings {
  const log = value === undefined ? {} : members('log', value, ['refusals', 'limit', 'user'])
  const { user = false } = log
  if (typeof user !== 'boolean') throw optionInvalid('log.user', 'true or false', user)
  return Object.freeze({
    levelOf: readLevel(log['refusals']),
    limit: integer('log.limit', log['limit'], Infinity, 1, 10_000),
    showsUser: user
  })
}

function readLevel (value: unknown): LogSettings['levelOf'] {
  if (value === undefined) return null
  // The signature cannot be seen at run time; the type of the options states it.
  if (typeof value === 'function') return value as (refusal: Refusal) => unknown
  if (!isRefusalLevel(value)) throw optionInvalid('log.refusals', `one of ${refusalLevels.map((level) => JSON.stringify(level)).join(', ')}, or a function`, value)
  return () => value
}

/** Tells whether a value is a level of {@link refusalLevels}. */
export function isRefusalLevel (value: unknown): value is RefusalLevel {
  return refusalLevels.includes(value as RefusalLevel)
}

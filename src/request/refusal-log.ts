/** Refused requests in the log: at which level, and how many. */
import { isRefusalLevel, refusalLevels } from '../options/read-log.js'
import type { Refusal, RefusalLevel } from '../options/log-options.js'
import type { LogSettings } from '../options/settings.js'
import { isPromiseLike } from '../time/bounded.js'
import type { Clock } from '../time/clock.js'
import { tell } from './log.js'
import type { AuthLogger, RefusalLine } from './log.js'

/** Where refusals are written. No call throws: a logger that fails must not decide. */
export interface RefusalLog {
  /** Writes a line into the log of its request. */
  write (log: AuthLogger, line: RefusalLine): void
  /** Tells what has been left out and not been told yet. */
  close (): void
}

/** The lines of one code and reason in the present second. */
interface Budget {
  readonly refusal: Refusal
  written: number
  leftOut: number
  /** The most severe level of those left out. */
  level: Exclude<RefusalLevel, false>
}

const oneSecond = 1_000

/**
 * Makes it by the option `log`. There is one budget for each code and reason, which are few, so a flood takes no memory: one of
 * 403 by a check leaves the lines of its 503 alone.
 *
 * @param common Takes what was left out, which belongs to no single request: the log of one may name another user.
 */
export function createRefusalLog ({ levelOf, limit }: LogSettings, clock: Clock, common: AuthLogger): RefusalLog {
  const budgets = new Map<string, Budget>()
  let present = -1

  function write (log: AuthLogger, line: RefusalLine): void {
    const level = levelFor(line)
    if (level === false || (limit !== Infinity && !hasRoom(line.refusal, level))) return
    tell(() => log[level](line.details, line.message))
  }

  function levelFor ({ level, refusal }: RefusalLine): RefusalLevel {
    if (levelOf === null) return level
    try {
      const chosen = levelOf(refusal)
      if (isRefusalLevel(chosen)) return chosen
      // A promise is no level, but its rejection, which nobody else waits for, would end the process.
      if (isPromiseLike(chosen)) chosen.then(undefined, () => {})
      return level
    } catch {
      return level
    }
  }

  function hasRoom (refusal: Refusal, level: Budget['level']): boolean {
    const second = Math.floor(clock.monotonic() / oneSecond)
    if (second !== present) close()
    present = second
    const kind = `${refusal.code} ${refusal.reason}`
    const budget = budgets.get(kind)
    if (budget === undefined) budgets.set(kind, { refusal, written: 1, leftOut: 0, level: 'trace' })
    else if (budget.written < limit) budget.written++
    else {
      budget.leftOut++
      if (refusalLevels.indexOf(level) > refusalLevels.indexOf(budget.level)) budget.level = level
      return false
    }
    return true
  }

  function close (): void {
    for (const budget of budgets.values()) tellLeftOut(common, budget)
    budgets.clear()
  }

  return { write, close }
}

function tellLeftOut (log: AuthLogger, { refusal, leftOut, level }: Budget): void {
  if (leftOut > 0) tell(() => log[level]({ ...refusal, leftOut }, `requests refused: ${leftOut} more for ${refusal.reason} in one second, not logged one by one`))
}

/** Refused requests in the log: at which level, and how many. */
import type { Reason } from '../errors/failure.js'
import { isRefusalLevel, refusalLevels } from '../options/read-log.js'
import type { RefusalLevel } from '../options/log-options.js'
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

/** The lines of one reason in the present second. */
interface Budget {
  written: number
  leftOut: number
  /** The most severe level of those left out. */
  level: Exclude<RefusalLevel, false>
}

const oneSecond = 1_000

/**
 * Makes it by the option `log`. There is one budget for each reason, and reasons are few, so a flood takes no memory.
 *
 * @param common Takes what was left out, which belongs to no single request: the log of one may name another user.
 */
export function createRefusalLog ({ levelOf, limit }: LogSettings, clock: Clock, common: AuthLogger): RefusalLog {
  const budgets = new Map<Reason, Budget>()
  let present = -1

  function write (log: AuthLogger, line: RefusalLine): void {
    const level = levelFor(line)
    if (level === false || (limit !== Infinity && !hasRoom(line.refusal.reason, level))) return
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

  function hasRoom (reason: Reason, level: Budget['level']): boolean {
    const second = Math.floor(clock.monotonic() / oneSecond)
    if (second !== present) close()
    present = second
    const budget = budgets.get(reason)
    if (budget === undefined) budgets.set(reason, { written: 1, leftOut: 0, level: 'trace' })
    else if (budget.written < limit) budget.written++
    else {
      budget.leftOut++
      if (refusalLevels.indexOf(level) > refusalLevels.indexOf(budget.level)) budget.level = level
      return false
    }
    return true
  }

  function close (): void {
    for (const [reason, budget] of budgets) tellLeftOut(common, reason, budget)
    budgets.clear()
  }

  return { write, close }
}

function tellLeftOut (log: AuthLogger, reason: Reason, { leftOut, level }: Budget): void {
  if (leftOut > 0) tell(() => log[level]({ reason, leftOut }, `requests refused: ${leftOut} more for ${reason} in one second, not logged one by one`))
}

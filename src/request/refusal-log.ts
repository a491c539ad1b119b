/** Refused requests in the log: at which level, and how many. */
import type { Reason } from '../errors/failure.js'
import { isRefusalLevel } from '../options/read-log.js'
import type { RefusalLevel } from '../options/log-options.js'
import type { LogSettings } from '../options/settings.js'
import type { Clock } from '../time/clock.js'
import { tell } from './log.js'
import type { AuthLogger, RefusalLine } from './log.js'

/** Where refusals are written. No call throws: a logger that fails must not decide. */
export interface RefusalLog {
  write (log: AuthLogger, line: RefusalLine): void
  /** Tells what has been left out and not been told yet. */
  close (log: AuthLogger): void
}

/** The lines of one reason in one second. */
interface Budget {
  second: number
  written: number
  leftOut: number
  /** The level of those left out. */
  level: Exclude<RefusalLevel, false>
}

const oneSecond = 1_000

/** Makes it by the option `log`. There is one budget for each reason, and reasons are few, so a flood takes no memory. */
export function createRefusalLog ({ levelOf, limit }: LogSettings, clock: Clock): RefusalLog {
  const budgets = new Map<Reason, Budget>()

  function write (log: AuthLogger, line: RefusalLine): void {
    const level = levelFor(line)
    if (level === false || (limit !== Infinity && !hasRoom(log, line.refusal.reason, level))) return
    tell(() => log[level](line.details, line.message))
  }

  function levelFor ({ level, refusal }: RefusalLine): RefusalLevel {
    if (levelOf === null) return level
    try {
      const chosen = levelOf(refusal)
      return isRefusalLevel(chosen) ? chosen : level
    } catch {
      return level
    }
  }

  function hasRoom (log: AuthLogger, reason: Reason, level: Budget['level']): boolean {
    const second = Math.floor(clock.monotonic() / oneSecond)
    const before = budgets.get(reason)
    if (before?.second === second && before.written === limit) {
      before.leftOut++
      before.level = level
      return false
    }
    if (before?.second === second) before.written++
    else {
      if (before !== undefined) tellLeftOut(log, reason, before)
      budgets.set(reason, { second, written: 1, leftOut: 0, level })
    }
    return true
  }

  function close (log: AuthLogger): void {
    for (const [reason, budget] of budgets) tellLeftOut(log, reason, budget)
    budgets.clear()
  }

  return { write, close }
}

function tellLeftOut (log: AuthLogger, reason: Reason, { leftOut, level }: Budget): void {
  if (leftOut > 0) tell(() => log[level]({ reason, leftOut }, `requests refused: ${leftOut} more for ${reason} in one second, not logged one by one`))
}

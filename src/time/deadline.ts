/** Deadlines that count the time in which the process ran, not the time in which it was stopped or blocked. */
import type { Clock } from './clock.js'

/** A deadline under way. */
export interface Deadline {
  /** Keeps the process alive until the deadline is over: somebody waits for it. */
  hold (): void
  /** Tells whether the process, or the whole machine, has stood still since the start for long enough to lose what was waited for. */
  wasPaused (): boolean
  /** Tells whether the timer has been silent for longer than a running process explains: it may have been taken away. */
  isSilent (): boolean
  /** Ends the deadline before its time. */
  end (): void
}

// A pause is noticed, and not counted, when it is longer than two of these parts.
const parts = 8
// A shorter one, in milliseconds, is a busy moment: no connection is lost by it.
const shortestPause = 1_000

/**
 * Starts a deadline. `expire` is called once, after the process has run for `duration` milliseconds since; after a pause
 * of that length already when it has run for a part more, since what was waited for then is either there or lost.
 * Before it is called, all input that has arrived meanwhile has been read.
 *
 * A process that is stopped (SIGSTOP, a frozen Lambda) or busy finds its timers due when it goes on, before it has read
 * the answers that came in the meantime. One long timer would call that a time-out. This one ticks, and a tick that is
 * far too late counts for nothing.
 *
 * Keeps no process alive, unless {@link Deadline.hold} is called.
 */
export function createDeadline (duration: number, clock: Clock, expire: () => void): Deadline {
  const part = Math.max(1, Math.ceil(duration / parts))
  const needed = Math.ceil(duration / part)
  let counted = 0
  let late = 0
  let lost = 0
  const longPause = Math.max(duration, shortestPause)
  const startedAt = clock.monotonic()
  const startedAtWall = clock.now()
  let tickedAt = startedAt
  let isOver = false
  const timer: unknown = setInterval(tick, part)
  setHeld(timer, false)

  function tick (): void {
    if (isOver) return
    const gap = clock.monotonic() - tickedAt
    tickedAt += gap
    // Bounded, so that a process whose every turn is slow has deadlines too.
    if (gap > 2 * part && late < needed) {
      late++
      lost += gap - part
      return
    }
    counted++
    if (counted < needed && !wasPaused()) return
    end()
    // After the poll phase: an answer that has arrived is read first.
    setImmediate(expire)
  }

  function end (): void {
    isOver = true
    clearInterval(timer as NodeJS.Timeout)
  }

  function sinceTick (): number {
    return clock.monotonic() - tickedAt
  }

  function wasPaused (): boolean {
    // While a machine is suspended its monotonic clock may stand still as well, and only the other one tells.
    const slept = clock.now() - startedAtWall - Math.max(0, clock.monotonic() - startedAt)
    return lost + sinceTick() - part >= longPause || slept >= longPause
  }

  return {
    hold: () => { if (!isOver) setHeld(timer, true) },
    wasPaused,
    isSilent: () => !isOver && sinceTick() > 2 * longPause,
    end
  }
}

// A test environment's timer may be a number.
function setHeld (timer: unknown, isHeld: boolean): void {
  const { ref, unref } = Object(timer) as Partial<NodeJS.Timeout>
  const set = isHeld ? ref : unref
  set?.call(timer as NodeJS.Timeout)
}

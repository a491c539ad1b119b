/** What npm has started ends with it. */

/** As much of a process as is looked at. */
export interface StartedProcess {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Id of the process that started it, or took it over. */
  readonly ppid: number
}

/** Calls a function again and again, and gives the one that ends it. */
export type Repeat = (look: () => void) => () => void

/**
 * Calls `onGone` once the process that started this one has ended, if this one is a script of npm. npm passes SIGTERM on
 * to the shell of the script and no further, and a shell ends without a word to what it has started.
 *
 * Any other process may outlive its parent, as with `nohup`.
 */
export function watchParent (started: StartedProcess, onGone: () => void, repeat: Repeat = everyHalfSecond): void {
  if (started.env.npm_lifecycle_event === undefined) return
  const { ppid } = started
  const end = repeat(() => {
    if (started.ppid === ppid) return
    end()
    onGone()
  })
}

function everyHalfSecond (look: () => void): () => void {
  const timer = setInterval(look, 500).unref()
  return () => clearInterval(timer)
}

/** Tells whoever watches a list when the way it stands has changed. */
import type { RevocationStanding } from '../options/revocation-checks.js'

/** Called with how a list stands now. */
export type StatusListener = (status: RevocationStanding) => void

/** Those who watch. */
export interface StatusWatch {
  /** Adds one, which hears at once of what is wrong by now; gives the function that takes it away. */
  add (listener: StatusListener): () => void
  /** Looks whether something has changed since the last look. */
  look (): void
}

/** Makes a watch over what `status` gives. */
export function createStatusWatch (status: () => RevocationStanding): StatusWatch {
  const listeners = new Set<StatusListener>()
  let last = summary()

  function summary (): string {
    const { state, lastError } = status()
    return `${state} ${lastError === null ? '' : lastError.message}`
  }

  function tell (listener: StatusListener): void {
    try {
      listener(status())
    } catch {
      // A logger that fails must not decide whether anybody is let in.
    }
  }

  return {
    add: (listener) => {
      listeners.add(listener)
      if (status().lastError !== null) tell(listener)
      return () => { listeners.delete(listener) }
    },
    look: () => {
      const now = summary()
      if (now === last) return
      last = now
      for (const listener of listeners) tell(listener)
    }
  }
}

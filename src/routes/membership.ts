/** Which of the values that a rule names somebody has, compared exactly. */

/** The values of one list of a rule. */
export interface WantedValues {
  /** Tells whether at least one of them is held. */
  anyIn (held: readonly unknown[]): boolean
  /** Tells whether every one of them is held. */
  allIn (held: readonly unknown[]): boolean
}

// What is held comes from a token, which may name hundreds of groups: a longer list is looked up, once for each of them.
const mostCompared = 16

/** Makes ready what a rule asks for; of a few values each is compared, which costs least for the lists that most rules have. */
export function wantedValues (values: readonly unknown[]): WantedValues {
  const wanted: ReadonlySet<unknown> = new Set(values)
  return wanted.size <= mostCompared ? compared([...wanted]) : lookedUp(wanted)
}

function compared (wanted: readonly unknown[]): WantedValues {
  return {
    anyIn (held) {
      for (const value of wanted) if (held.includes(value)) return true
      return false
    },
    allIn (held) {
      for (const value of wanted) if (!held.includes(value)) return false
      return true
    }
  }
}

function lookedUp (wanted: ReadonlySet<unknown>): WantedValues {
  return {
    anyIn (held) {
      for (const value of held) if (wanted.has(value)) return true
      return false
    },
    // What is held twice counts once.
    allIn: (held) => new Set(held.filter((value) => wanted.has(value))).size === wanted.size
  }
}

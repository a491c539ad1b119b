/** Work under way, shared by those who ask for the same meanwhile. */

/** Verifications under way, found by token. */
export interface InFlight<T> {
  /** The work for exactly this token, if it is under way here. */
  get (token: string): Promise<T> | null
  /** Lets others find the work until it is done, unless another token has its place. Returns it. */
  add (token: string, work: Promise<T>): Promise<T>
}

interface Slot<T> {
  readonly token: string
  readonly work: Promise<T>
}

// A token is found by the end of its signature, which nobody can guess who has not seen it. V8 would hash all of a token,
// and gives strings of more than 16,383 characters a hash that says no more than their length.
const told = 43

/**
 * Makes a table that grows with what is under way. A place that is taken stays with whom it belongs to: a stranger who
 * sends tokens of his own making keeps no other token from being shared.
 */
export function createInFlight<T> (): InFlight<T> {
  const slots = new Map<string, Slot<T>>()

  return {
    get (token) {
      const slot = slots.get(endOf(token))
      return slot !== undefined && slot.token === token ? slot.work : null
    },
    add (token, work) {
      const end = endOf(token)
      if (slots.has(end)) return work
      slots.set(end, { token, work })
      const clear = (): void => { slots.delete(end) }
      work.then(clear, clear)
      return work
    }
  }
}

function endOf (token: string): string {
  return token.slice(-told)
}

/** Work under way, shared by those who ask for the same meanwhile. */
import { hashOf } from './token-hash.js'

/** Verifications under way, found by token. */
export interface InFlight<T> {
  /** The work for exactly this token, if it is under way here. */
  get (token: string): Promise<T> | null
  /** Lets others find the work until it is done. Returns it. */
  add (token: string, work: Promise<T>): Promise<T>
}

interface Slot<T> {
  readonly token: string
  readonly work: Promise<T>
}

// A power of two. Two tokens that meet in a slot are both verified, the later one shared: nothing is lost but sharing.
const slotCount = 1_024

/**
 * Makes a table of fixed size, each token having one possible slot. A Map would hash every token of a flood
 * in full and rehash itself as it grows, on the path that an attacker chooses.
 */
export function createInFlight<T> (): InFlight<T> {
  const slots: Array<Slot<T> | null> = new Array<null>(slotCount).fill(null)

  return {
    get (token) {
      const slot = slots[slotOf(token)]
      return slot !== null && slot !== undefined && slot.token === token ? slot.work : null
    },
    add (token, work) {
      const at = slotOf(token)
      const slot = { token, work }
      slots[at] = slot
      const clear = (): void => { if (slots[at] === slot) slots[at] = null }
      work.then(clear, clear)
      return work
    }
  }
}

function slotOf (token: string): number {
  return hashOf(token) & (slotCount - 1)
}

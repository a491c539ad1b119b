/** How much may wait for keys at once: what a stranger sends while an endpoint hangs must not fill the memory. */

/** The most tokens of one issuer that wait for its keys at a time. */
export const mostWaiting = 4_000

/** The most characters that these tokens have together: 16 MiB. */
export const mostWaitingCharacters = 16_777_216

/** Those who wait for the keys of one issuer. */
export interface WaitingRoom {
  /** Tells whether there is room for a token. */
  hasRoomFor (token: string): boolean
  /** Takes the room of a token, which has to leave it. */
  enter (token: string): void
  leave (token: string): void
  /** How many wait. */
  readonly size: number
}

/** Makes an empty room. */
export function createWaitingRoom (): WaitingRoom {
  let tokens = 0
  let characters = 0

  return {
    hasRoomFor: (token) => tokens < mostWaiting && characters + token.length <= mostWaitingCharacters,
    enter (token) {
      tokens++
      characters += token.length
    },
    leave (token) {
      tokens--
      characters -= token.length
    },
    get size () {
      return tokens
    }
  }
}

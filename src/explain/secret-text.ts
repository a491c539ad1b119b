/** Parts of a token's signature among what was typed: nothing of it may be printed, by way of an option or of a message. */
import { UsageError } from './arguments.js'

// So many characters of a signature come up by chance in nothing else: 64 ** 16.
const telling = 16

// Runs in both cases, as a part of a signature has them. The id of an app client is small.
const suspects = new RegExp(`(?=[\\w-]*[a-z])(?=[\\w-]*[A-Z])[\\w-]{${telling},}`, 'g')

// The id of a user pool, which begins with its region.
const regional = /^[a-z]{2}(?:-[a-z]+)+-\d/

/**
 * Refuses arguments that hold a part of the token's signature: as the value of an option it would be printed as what is accepted.
 *
 * Does NOT find a part of fewer than 16 characters, which is no secret by itself.
 *
 * @throws `UsageError`
 */
export function assertNoSecret (args: readonly string[], token: string): void {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  for (const arg of args) {
    for (let at = 0; at + telling <= arg.length; at++) {
      if (signature.includes(arg.slice(at, at + telling))) throw new UsageError('an option holds a part of the token; the token is read from standard input alone')
    }
  }
}

/** A message about arguments, without what may be a part of a token that nobody has read yet. */
export function withoutSecrets (message: string): string {
  return message.replace(suspects, (run) => (regional.test(run) ? run : `(${run.length} characters)`))
}

/** The token as it comes: from a file or a pipe to its end, from a terminal up to Ctrl+D. */
import { findBearer } from '../request/bearer.js'
import { UsageError } from './arguments.js'

/** A stream, as far as it is written to here. */
export interface TextSink {
  write (text: string): unknown
}

/** A terminal, as far as it is switched here; Node's `tty.ReadStream` is one. */
export interface Terminal {
  /** Between lines that the terminal lets a person edit and what is typed, as it is typed. */
  setRawMode (isRaw: boolean): unknown
}

/** Where a token comes from. */
export interface TokenInput {
  /** Standard input. */
  readonly input: AsyncIterable<string | Uint8Array>
  /** The terminal that standard input is; `null` for a file or a pipe. */
  readonly terminal: Terminal | null
  /** Standard error. */
  readonly errors: TextSink
}

/**
 * Resolves to the token, without what it is often copied with: white space, the name of its header, its scheme, quotes.
 * Quotes are told, since a request that has them is refused.
 *
 * @throws `UsageError` where nothing comes, or Ctrl+C.
 */
export async function readToken ({ input, terminal, errors }: TokenInput): Promise<string> {
  if (terminal !== null) errors.write('Paste the token and press Ctrl+D. It is not shown.\n')
  const text = (await readText(input, terminal)).trim()
  const token = unwrap(text)
  if (token === '') throw new UsageError('no token came on standard input')
  if (/^["'`]|["'`]$/.test(text) && token !== text) errors.write('Quotes around the token were left out here. In a request they must not be there.\n')
  return token
}

// More than any token, so that a file given by mistake is not read to its end.
const longestInput = 2 ** 21
const interrupt = '\u0003'
const endOfInput = '\u0004'

async function readText (input: AsyncIterable<string | Uint8Array>, terminal: Terminal | null): Promise<string> {
  const pieces = input[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  let text = ''
  // A terminal cuts lines that can be edited after 4,095 characters; a token with many groups has more.
  terminal?.setRawMode(true)
  try {
    while (text.length <= longestInput) {
      const { done, value } = await pieces.next()
      if (done === true) break
      const piece = typeof value === 'string' ? value : decoder.decode(value, { stream: true })
      if (terminal !== null && piece.includes(interrupt)) throw new UsageError('interrupted before a token had come')
      const end = terminal === null ? -1 : piece.indexOf(endOfInput)
      if (end !== -1) return text + piece.slice(0, end)
      text += piece
    }
    return text
  } finally {
    // First, since a stream that has been closed can switch its terminal no more.
    terminal?.setRawMode(false)
    await pieces.return?.()
  }
}

function unwrap (text: string): string {
  const unquoted = withoutQuotes(text)
  const credentials = findBearer({ headers: { authorization: unquoted.replace(/^authorization\s*:\s*/i, '') }, raw: {} })
  return typeof credentials === 'string' ? withoutQuotes(credentials) : unquoted
}

function withoutQuotes (text: string): string {
  return (/^(["'`])(.*)\1$/s.exec(text)?.[2] ?? text).trim()
}

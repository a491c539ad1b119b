/** The command `explain`: a token from standard input, an explanation to standard output, an exit status. */
import { findBearer } from '../request/bearer.js'
import { escapeHidden } from '../errors/shown-text.js'
import { createChallenger } from '../errors/challenge.js'
import type { CognitoAuthError } from '../errors/cognito-auth-error.js'
import type { Clock } from '../time/clock.js'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { readVerifierOptions } from '../options/read-options.js'
import { createVerifierService } from '../verifier/verifier-service.js'
import { createVerify } from '../verifier/verifier.js'
import { readArguments, usage, UsageError } from './arguments.js'
import { examine } from './checks.js'
import { createReport, toJson, toText } from './report.js'
import type { Report } from './report.js'

/** A stream, as far as it is written to here. */
export interface TextSink {
  write (text: string): unknown
}

/** What a command meets of its process. */
export interface Surroundings {
  /** Standard input. */
  readonly input: AsyncIterable<string | Uint8Array>
  /** Standard output. */
  readonly output: TextSink
  /** Standard error. */
  readonly errors: TextSink
  /** Whether a person types the input. */
  readonly isTerminal: boolean
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
}

/** Resolves to the exit status: 0 for an accepted token, 1 for another, 2 for a command line that is wrong. */
export async function runCommand (args: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { output, errors } = surroundings
  try {
    const request = readArguments(args)
    if (request.kind === 'help') {
      output.write(usage)
      return 0
    }
    const report = await explain(request.options, surroundings)
    output.write(request.json ? toJson(report) : toText(report))
    return report.verdict === 'accepted' ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CognitoAuthSetupError)) throw error
    errors.write(`${escapeHidden(error.message)}\nfastify-cognito-auth --help shows how the command is called.\n`)
    return 2
  }
}

async function explain (options: Readonly<Record<string, unknown>>, surroundings: Surroundings): Promise<Report> {
  const { clock, fetch } = surroundings
  // The time stands still, so that the checks and the verdict cannot fall on two sides of an expiry.
  const now = clock.now()
  const settings = readVerifierOptions({ ...options, keys: { fetch } })
  const service = createVerifierService(settings, { now: () => now, monotonic: () => clock.monotonic() }, () => {})
  try {
    const token = await readToken(surroundings)
    const verify = createVerify(service.tokens, createChallenger('api'))
    // It rejects with the errors of this package and no others.
    const refusal = await verify(token).then(() => null, (error: CognitoAuthError) => error)
    return createReport(await examine(token, settings, service.issuers, now / 1000), refusal)
  } finally {
    service.close()
  }
}

// More than any token, so that a file given by mistake is not read to its end.
const longestInput = 2 ** 21

async function readToken ({ input, isTerminal, errors }: Surroundings): Promise<string> {
  if (isTerminal) errors.write('Paste the token, then press Enter and Ctrl+D.\n')
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    if (text.length > longestInput) break
  }
  const token = withoutScheme(text.trim())
  if (token === '') throw new UsageError('no token came on standard input')
  return token
}

// Copied from a header, as often as not.
function withoutScheme (text: string): string {
  const credentials = findBearer({ headers: { authorization: text.replace(/^authorization:\s*/i, '') }, raw: {} })
  return typeof credentials === 'string' ? credentials : text
}

/** The command `explain`: a token from standard input, an explanation to standard output, an exit status. */
import { escapeHidden } from '../errors/shown-text.js'
import { createChallenger } from '../errors/challenge.js'
import type { CognitoAuthError } from '../errors/cognito-auth-error.js'
import type { Clock } from '../time/clock.js'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { isPlainObject } from '../options/checks.js'
import { readVerifierOptions } from '../options/read-options.js'
import { createVerifierService } from '../verifier/verifier-service.js'
import { createVerify } from '../verifier/verifier.js'
import { readArguments, usage, UsageError } from './arguments.js'
import { examine } from './checks.js'
import { createReport, toJson, toText } from './report.js'
import type { Report } from './report.js'
import { assertNoSecret, withoutSecrets } from './secret-text.js'
import { readToken } from './token-input.js'
import type { TextSink, TokenInput } from './token-input.js'

/** What a command meets of its process. */
export interface Surroundings extends TokenInput {
  /** Standard output. */
  readonly output: TextSink
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  /** Resolves to the text of a file. */
  readonly readFile: (path: string | URL) => Promise<string>
  /** The `package.json` of this package. */
  readonly manifest: URL
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
    if (request.kind === 'version') {
      const { version } = JSON.parse(await surroundings.readFile(surroundings.manifest)) as { version: string }
      output.write(`${version}\n`)
      return 0
    }
    const { keySetFile } = request
    const options = keySetFile === null ? request.options : { ...request.options, jwks: await readKeySet(keySetFile, surroundings) }
    const report = await explain(options, args, surroundings)
    output.write(request.json ? toJson(report) : toText(report))
    return report.verdict === 'accepted' ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CognitoAuthSetupError)) throw error
    errors.write(`${escapeHidden(withoutSecrets(error.message))}\nfastify-cognito-auth --help shows how the command is called.\n`)
    return 2
  }
}

async function explain (options: Readonly<Record<string, unknown>>, args: readonly string[], surroundings: Surroundings): Promise<Report> {
  const { clock, fetch } = surroundings
  // Before the token is asked for, since they may be wrong.
  const settings = readVerifierOptions({ ...options, keys: { fetch } })
  const token = await readToken(surroundings)
  assertNoSecret(args, token)
  // The time stands still, so that the checks and the verdict cannot fall on two sides of an expiry.
  const now = clock.now()
  const service = createVerifierService(settings, { now: () => now, monotonic: () => clock.monotonic() }, () => {})
  try {
    const verify = createVerify(service.tokens, createChallenger('api'))
    // It rejects with the errors of this package and no others.
    const refusal = await verify(token).then(() => null, (error: CognitoAuthError) => error)
    return createReport(await examine(token, settings, service.issuers, now / 1000), refusal)
  } finally {
    service.close()
  }
}

// What the file holds is never shown: it may be the token, given in the wrong place.
async function readKeySet (path: string, { readFile }: Surroundings): Promise<object> {
  const text = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`the file of --jwks cannot be read (${String(cause.code)})`, { cause })
  })
  const keySet = parse(text)
  if (!isPlainObject(keySet)) throw new UsageError('the file of --jwks holds no JSON Web Key Set')
  return keySet
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return null
  }
}

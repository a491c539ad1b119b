/** The command `dev`: it starts a user pool, or prints a token of the one that runs. */
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { DevUsageError, devUsage, readDevArguments } from './arguments.js'
import type { DirectTokenOptions } from './direct-token.js'
import type { DevUserPoolOptions } from './options.js'
import { startDevUserPool } from './start-dev-user-pool.js'
import type { DevUserPool } from './start-dev-user-pool.js'

/** What the command meets of its process. */
export interface DevSurroundings {
  readonly output: { write (text: string): unknown }
  readonly errors: { write (text: string): unknown }
  readonly fetch: typeof globalThis.fetch
  /** Reads a text file. */
  readFile (path: string): Promise<string>
  /** Told of the pool once it runs. */
  onStart? (pool: DevUserPool): void
}

/** Resolves to the exit status: 0 where it went well (the pool goes on running), 1 where no pool answers, 2 for a bad command line or file. */
export async function runDevCommand (args: readonly string[], surroundings: DevSurroundings): Promise<0 | 1 | 2> {
  const { output, errors } = surroundings
  try {
    const request = readDevArguments(args)
    if (request.kind === 'help') output.write(devUsage)
    else if (request.kind === 'start') await start(await readConfig(request.config, request.port, surroundings), surroundings)
    else return await printToken(request.port, request.token, surroundings)
    return 0
  } catch (error) {
    const isTheirs = error instanceof DevUsageError || error instanceof CognitoAuthSetupError || isListenError(error)
    if (!isTheirs) throw error
    errors.write(`${error.message}\n`)
    return 2
  }
}

async function start (options: DevUserPoolOptions, { output, onStart }: DevSurroundings): Promise<void> {
  const pool = await startDevUserPool(options)
  onStart?.(pool)
  const { userPoolId, clientId, issuer } = pool.options
  const register = JSON.stringify({ userPoolId, clientId, issuer }, null, 2).replace(/"(\w+)":/g, '$1:').replaceAll('"', "'")
  output.write(`A user pool for development runs at ${pool.origin}, on this machine alone and without passwords.

await app.register(cognitoAuth, ${register})

Sign in:   ${pool.origin}/login?client_id=${clientId[0]}&response_type=code&redirect_uri=http://localhost:3000/
A token:   npx fastify-cognito-auth dev token alice --port ${new URL(pool.origin).port}
Outages:   curl -X POST ${pool.origin}/__dev/rotate   (or /__dev/down, /__dev/up)
`)
}

async function printToken (port: number, token: DirectTokenOptions, { output, errors, fetch }: DevSurroundings): Promise<0 | 1 | 2> {
  let response: Response
  try {
    response = await fetch(`http://127.0.0.1:${port}/__dev/token`, { method: 'POST', body: JSON.stringify(token) })
  } catch {
    errors.write(`No user pool answers on port ${port}: start one with "npx fastify-cognito-auth dev".\n`)
    return 1
  }
  const text = await response.text()
  if (response.status === 200) output.write(text)
  else errors.write(text)
  return response.status === 200 ? 0 : 2
}

async function readConfig (path: string | null, port: number | null, { readFile }: DevSurroundings): Promise<DevUserPoolOptions> {
  const given = path === null ? {} : await readJsonFile(path, readFile)
  // A list alone is a list of users.
  const config = Array.isArray(given) ? { users: given as unknown[] } : given
  // Checked member by member where the pool starts.
  return port === null ? config : { ...config, port }
}

async function readJsonFile (path: string, readFile: DevSurroundings['readFile']): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(path))
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw new DevUsageError(`${path} cannot be read as JSON: ${(cause as Error).message}`, { cause })
  }
  throw new DevUsageError(`${path} holds neither an object nor an array`)
}

function isListenError (error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen'
}

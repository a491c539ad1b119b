/** The arguments of the command `dev`. */
import { parseArgs } from 'node:util'
import type { DirectTokenOptions } from './direct-token.js'

/** What the command line asks for. */
export type DevRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'start', readonly config: string | null, readonly port: number | null }
  | { readonly kind: 'token', readonly port: number, readonly token: DirectTokenOptions }

/** A command line that asks for nothing that can be done; `message` says why. */
export class DevUsageError extends Error {
  override readonly name = 'DevUsageError'
}

/** How the command is called. */
export const devUsage = `Usage: fastify-cognito-auth dev [--config FILE] [--port N]
       fastify-cognito-auth dev token NAME [options]

The first starts a user pool on this machine, with real keys and Cognito's addresses and claims. It asks nobody for
a password and never listens beyond 127.0.0.1. The second prints a token of the pool that runs.

  --config FILE      users, clients and lifetimes as JSON: { "users": [{ "username": "alice", "groups": ["Admins"] }] }
  --port N           the port on 127.0.0.1 (default 9229)

  NAME               a user of the pool, or the id of a machine client
  --id               an ID token instead of an access token
  --groups A,B       groups instead of the user's own
  --scopes A,B       scopes instead of all that the client has
  --client-id ID     the app client that the token is for
  --expires-in N     seconds from now; below 0 for an expired token
  --signed-in-ago N  seconds since the sign-in, for trying maxAge
`

const options = {
  config: { type: 'string' },
  port: { type: 'string' },
  id: { type: 'boolean', default: false },
  groups: { type: 'string' },
  scopes: { type: 'string' },
  'client-id': { type: 'string' },
  'expires-in': { type: 'string' },
  'signed-in-ago': { type: 'string' },
  help: { type: 'boolean', default: false, short: 'h' }
} as const

const defaultPort = 9229

/**
 * Reads what follows `dev`.
 *
 * @throws `DevUsageError`
 */
export function readDevArguments (args: readonly string[]): DevRequest {
  const { values, positionals } = parse(args)
  if (values.help) return { kind: 'help' }
  const [command, name, ...others] = positionals
  const port = readInteger('--port', values.port) ?? null
  if (command === undefined) return { kind: 'start', config: values.config ?? null, port }
  if (command !== 'token' || others.length > 0) throw new DevUsageError('after "dev" comes nothing, or "token" and one name')
  if (name === undefined) throw new DevUsageError('dev token needs the name of a user or of a machine client')
  const token: Record<keyof DirectTokenOptions, unknown> = {
    subject: name,
    tokenUse: values.id ? 'id' : undefined,
    groups: readList(values.groups),
    clientId: values['client-id'],
    scopes: readList(values.scopes),
    expiresIn: readInteger('--expires-in', values['expires-in']),
    signedInAgo: readInteger('--signed-in-ago', values['signed-in-ago'])
  }
  const given = Object.fromEntries(Object.entries(token).filter(([, value]) => value !== undefined))
  // Each member was made above in the form of its option; the pool checks what they say.
  return { kind: 'token', port: port ?? defaultPort, token: given as unknown as DirectTokenOptions }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof options, allowPositionals: true, args: string[] }>>

function parse (args: readonly string[]): Parsed {
  try {
    return parseArgs({ args: joinNegatives(args), options, allowPositionals: true })
  } catch (cause) {
    // The first sentence names the option; the rest is about arguments that begin with a dash. It may end with its line.
    throw new DevUsageError(String((cause as Error).message).split(/\.\s/)[0], { cause })
  }
}

// `parseArgs` takes a number below 0 for another option, unless it is written behind a "=".
function joinNegatives (args: readonly string[]): string[] {
  return args.reduce<string[]>((joined, arg) => {
    const option = joined.at(-1) ?? ''
    return /^-\d+$/.test(arg) && /^--[a-z-]+$/.test(option) ? [...joined.slice(0, -1), `${option}=${arg}`] : [...joined, arg]
  }, [])
}

function readInteger (name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^-?\d{1,6}$/.test(value)) return Number(value)
  throw new DevUsageError(`${name} takes a whole number`)
}

function readList (value: string | undefined): string[] | undefined {
  return value?.split(',').filter((item) => item !== '')
}

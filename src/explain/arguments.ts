/** The arguments of the command line. */
import { parseArgs } from 'node:util'

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
    readonly kind: 'explain'
    readonly json: boolean
    /** Options of the verifier. */
    readonly options: Readonly<Record<string, unknown>>
    /** Where the option `jwks` is to be read from. */
    readonly keySetFile: string | null
  }

/** A command line that asks for nothing that can be done; `message` says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** How the command is called. */
export const usage = `Usage: fastify-cognito-auth explain --user-pool-id ID --client-id ID [options] < token
       fastify-cognito-auth dev [options]     a user pool for development; dev --help says more

Reads an access or ID token from standard input and prints, check by check, what the verifier finds. The token is
never printed and never sent anywhere; only the key set of the issuer is fetched, and only if the token names it.
Without "< token", paste the token and press Ctrl+D.

  --user-pool-id ID       the user pool, such as us-east-1_EXAMPLE01
  --client-id ID          an accepted app client; may be repeated
  --token-use KIND        access or id; may be repeated; both if not given
  --audience NAME         an accepted resource of access tokens; may be repeated
  --audience-of WHOM      all or users: whose tokens --audience is asked of
  --issuer URL            an accepted iss, for emulators; may be repeated
  --jwks-uri URL          where the keys are published, if not at the issuer
  --allow-insecure        let --jwks-uri be http on another host, for emulators
  --jwks FILE             a file with the keys, instead of fetching them
  --roles GROUP=ROLE,...  roles of groups, in order of precedence; may be repeated
  --default-role ROLE     the role of users without one of these groups
  --clock-tolerance N     leeway in seconds for exp, nbf and iat
  --json                  print JSON
  --version               print the version of this package
  --help                  print this

Exit status: 0 the token is accepted, 1 it is refused or its keys cannot be had, 2 the command line is wrong.
`

const known = {
  'user-pool-id': { type: 'string' },
  'client-id': { type: 'string', multiple: true },
  'token-use': { type: 'string', multiple: true },
  audience: { type: 'string', multiple: true },
  'audience-of': { type: 'string' },
  issuer: { type: 'string', multiple: true },
  'jwks-uri': { type: 'string' },
  'allow-insecure': { type: 'boolean' },
  jwks: { type: 'string' },
  roles: { type: 'string', multiple: true },
  'default-role': { type: 'string' },
  'clock-tolerance': { type: 'string' },
  json: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' }
} as const

const notAnArgument = 'the token is read from standard input, not from an argument'

// Base64url of `{"` begins each part of a token but its signature, which is longer than anything else that may be given.
const tokenForm = /eyJ[\w-]{8}|[\w-]{160}/

function holdsToken (text: string): boolean {
  return tokenForm.test(text)
}

/**
 * Reads the arguments; the values are checked where the verifier's options are.
 *
 * @throws `UsageError`
 */
export function readArguments (args: readonly string[]): Request {
  // An argument would stay in the history of the shell and in the list of processes, and be printed as the value of an option.
  if (args.some(holdsToken)) throw new UsageError(notAnArgument)
  const { values, positionals } = parse(args)
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version' }
  const [command, ...others] = positionals
  if (command !== 'explain') throw new UsageError('the commands are "explain" and "dev"')
  if (others.length > 0) throw new UsageError(notAnArgument)
  if (values['user-pool-id'] === undefined || values['client-id'] === undefined) {
    throw new UsageError('--user-pool-id and --client-id are required')
  }
  const given = {
    userPoolId: values['user-pool-id'],
    clientId: values['client-id'],
    tokenUse: values['token-use'],
    audience: values.audience,
    audienceOf: values['audience-of'],
    issuer: values.issuer,
    jwksUri: values['jwks-uri'],
    allowInsecure: values['allow-insecure'],
    roles: readRoles(values.roles),
    defaultRole: values['default-role'],
    clockTolerance: values['clock-tolerance'] === undefined ? undefined : Number(values['clock-tolerance'])
  }
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { kind: 'explain', json: values.json, options, keySetFile: values.jwks ?? null }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof known, allowPositionals: true, args: string[] }>>

function parse (args: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true })
  } catch (cause) {
    // The first sentence names the option; the rest is about arguments that begin with a dash.
    throw new UsageError(String((cause as Error).message).split('. ')[0], { cause })
  }
}

function readRoles (lists: readonly string[] = []): Record<string, string> | undefined {
  if (lists.length === 0) return undefined
  const pairs = lists.flatMap((pairList) => pairList.split(',')).map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError('--roles takes GROUP=ROLE pairs with commas between them')
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  const groups = pairs.map(([group]) => group)
  if (new Set(groups).size < groups.length) throw new UsageError('--roles names a group twice')
  return Object.fromEntries(pairs)
}

/** Why the process cannot run, for whoever has started it. */
import { CognitoAuthSetupError } from '../src/index.js'
import { ConfigError } from './config.js'

const explanations = new Map<string, (address: string, port: number) => string>([
  ['EADDRINUSE', (address, port) => `Port ${port} of ${address} is in use: end what listens there, or set PORT to another one.`],
  ['EACCES', (address, port) => `Port ${port} of ${address} is not open to this user: set PORT to another one.`],
  ['EADDRNOTAVAIL', (address) => `${address} is no address of this machine: set HOST to another one.`],
  ['ENOTFOUND', () => 'HOST is no known name: set it to an address of this machine.']
])

/** One line for what the environment explains; everything else with its stack. */
export function describeFailure (error: unknown): string {
  if (error instanceof ConfigError || error instanceof CognitoAuthSetupError) return error.message
  if (!(error instanceof Error)) return String(error)
  const { code = '', syscall, address = '', port = 0 } = error as NodeJS.ErrnoException & { readonly address?: string, readonly port?: number }
  // The same codes come from files, too, where they mean something else.
  const explain = syscall === 'listen' || syscall === 'getaddrinfo' ? explanations.get(code) : undefined
  return explain?.(address, port) ?? error.stack ?? error.message
}

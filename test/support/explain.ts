/** The command `explain` run in this process. */
import { systemClock } from '../../src/time/clock.js'
import type { Clock } from '../../src/time/clock.js'
import { runCommand } from '../../src/explain/command.js'
import type { Terminal } from '../../src/explain/token-input.js'

export interface Run {
  readonly status: number
  readonly output: string
  readonly errors: string
}

export interface RunSetup {
  readonly args: readonly string[]
  /** What comes on standard input, in these pieces. */
  readonly input: ReadonlyArray<string | Uint8Array>
  /** Default: a network that nothing may use. */
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: Clock
  /** Default: none, the input comes from a pipe. */
  readonly terminal?: Terminal | null
  /** The texts of files by path. Default: none. */
  readonly files?: Readonly<Record<string, string>>
}

/** Runs the command as the binary does, but with what stands in `setup` for its process. */
export async function run ({ args, input, fetch = noNetwork, clock = systemClock, terminal = null, files = {} }: RunSetup): Promise<Run> {
  let output = ''
  let errors = ''
  const status = await runCommand(args, {
    input: piecewise(input),
    output: { write: (text) => { output += text } },
    errors: { write: (text) => { errors += text } },
    terminal,
    clock,
    fetch,
    manifest: new URL('file:///package.json'),
    readFile: async (path) => files[String(path)] ?? noSuchFile()
  })
  return { status, output, errors }
}

async function * piecewise (pieces: ReadonlyArray<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  yield * pieces
}

function noSuchFile (): never {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
}

async function noNetwork (): Promise<never> {
  throw new Error('this test allows no network')
}

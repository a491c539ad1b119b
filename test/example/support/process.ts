/** The example as a process of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { childEnvironment } from '../../support/child-environment.js'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ExampleProcess {
  readonly ended: Promise<Ended>
  kill (signal: NodeJS.Signals): void
  /** Resolves to the match once it was printed to stdout; rejects if the process ends without. */
  printed (pattern: RegExp): Promise<RegExpExecArray>
  stdout (): string
  stderr (): string
  /** The temporary folders of the example that are there now. */
  temporaryFolders (): Promise<string[]>
}

const main = fileURLToPath(new URL('../../../example/main.ts', import.meta.url))

// What oidc-provider says of Node.js 20 when it is loaded.
const oldRuntime = /^oidc-provider WARNING: Unsupported runtime\..*\n/

const root = fileURLToPath(new URL('../../../', import.meta.url))

// Where tsx keeps what it has compiled, for the next process: all of them start the same files. On Windows there is no link without a right.
const compiled = process.geteuid === undefined ? null : join(tmpdir(), `tsx-${process.geteuid()}`)
if (compiled !== null) mkdirSync(compiled, { recursive: true })

const running = new Set<ChildProcess>()
// Where a test is cut off before its teardown, nothing may be left running.
process.once('exit', () => { for (const child of running) killAll(child) })

// A group of its own, since what npm has started is no child of this process.
function killAll ({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Starts the example; it ends with the test at the latest. */
export function startExample (t: Test, env: Readonly<Record<string, string>>): ExampleProcess {
  return start(t, env, [process.execPath, '--import', 'tsx', main])
}

/** Starts the example as its README says. `ended` resolves once no process of it is left; `kill` reaches npm alone. */
export function startWithNpm (t: Test, env: Readonly<Record<string, string>>): ExampleProcess {
  return start(t, { npm_config_update_notifier: 'false', ...env }, ['npm', 'start', '--silent'])
}

function start (t: Test, env: Readonly<Record<string, string>>, [program, ...args]: readonly [string, ...string[]]): ExampleProcess {
  // Short, since tsx puts a socket there, whose path may not be long.
  const folder = mkdtempSync(join(tmpdir(), 'run-'))
  if (compiled !== null) symlinkSync(compiled, join(folder, basename(compiled)))
  const child = spawn(program, args, {
    cwd: root, detached: true, env: childEnvironment({ HOME: folder, TMPDIR: folder, ...env }), stdio: ['ignore', 'pipe', 'pipe']
  })
  running.add(child)
  let stdout = ''
  let stderr = ''
  let look = (): void => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }))
  })
  const kill = (signal: NodeJS.Signals): void => { child.kill(signal) }
  t.teardown(async () => {
    killAll(child)
    await ended
    running.delete(child)
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    ended,
    kill,
    printed: (pattern) => new Promise((resolve, reject) => {
      look = () => {
        const match = pattern.exec(stdout)
        if (match !== null) resolve(match)
      }
      ended.then(({ code }) => reject(new Error(`ended with ${code} before it printed ${pattern}: ${stdout}${stderr}`)), reject)
      look()
    }),
    stdout: () => stdout,
    stderr: () => stderr.replace(oldRuntime, ''),
    temporaryFolders: async () => (await readdir(folder)).filter((name) => name.startsWith('fastify-cognito-auth-example-'))
  }
}

/** The origin that the example prints, once it has printed everything. */
export async function originOf (example: ExampleProcess): Promise<string> {
  const [, origin = ''] = await example.printed(/^Listening on (http:\/\/[^ ,]+)[^]*^End with Ctrl-C\.$/m)
  return origin
}

/** The script that the example names. */
export function scriptOf (example: ExampleProcess): string {
  return /\bsh (\/\S+\.sh)\b/.exec(example.stdout())?.[1] ?? ''
}

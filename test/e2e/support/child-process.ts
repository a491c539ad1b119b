/** A server as a process of its own, known by what it prints. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'

export interface ChildSetup {
  /** Arguments of `node`. */
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory?: string
  /** What it prints once it is ready. */
  readonly ready: RegExp
}

export interface ChildServer {
  /** What `ready` found. */
  readonly match: RegExpExecArray
  /** Everything it has printed so far. */
  output (): string
  /** Ends it as an operator does, and waits until it has ended. */
  stop (): Promise<void>
}

/** Starts a process and waits until it is ready; it ends with the test at the latest. */
export async function startChild (t: Test, setup: ChildSetup): Promise<ChildServer> {
  const child = spawn(process.execPath, [...setup.arguments], {
    cwd: setup.directory,
    // Nothing but what is named here, so that neither this machine's AWS settings nor the test runner's own loaders get in.
    env: { PATH: process.env.PATH, ...setup.environment },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  t.teardown(stop)
  // Where a test is cut off before its teardown, nothing may be left running.
  process.once('exit', () => child.kill())

  let printed = ''
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString()
      const found = setup.ready.exec(printed)
      if (found !== null) resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${setup.arguments.join(' ')} ended with ${code} before it was ready:\n${printed}`)))
  })
  return { match, output: () => printed, stop }
}

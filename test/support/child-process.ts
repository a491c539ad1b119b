/** Test code in a process of its own, run as the test itself is. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Exit {
  /** `null` if the process was killed because it did not end by itself. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

// A process that never ends would keep the test waiting for ever; nothing depends on how long this is.
const longest = 60_000

/** Runs a module until it ends by itself. */
export function runModule (module: URL, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Exit> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...process.execArgv, fileURLToPath(module), ...args], {
      // tap tells its own compiler to step aside, but on Node.js 20 takes that back for children.
      env: { ...process.env, TAP_TYPE_STRIP_ONLY: '1', ...env },
      timeout: longest,
      killSignal: 'SIGKILL'
    }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ code, stdout: stdout.trim(), stderr: stderr.trim() })
    })
  })
}

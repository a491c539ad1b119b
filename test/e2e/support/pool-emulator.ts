/**
 * cognito-local, an emulator of Cognito's API, as a process of its own.
 *
 * Unlike Cognito it signs for every pool with one key that never changes, writes `typ` into the header, and its
 * refresh tokens are JWTs. The first makes it a hard test: only `iss` keeps two of its pools apart.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { startChild } from './child-process.js'

export interface PoolEmulator {
  /** Address of its API. */
  readonly endpoint: string
  /** Address of the keys of one of its pools. */
  jwksUri (userPoolId: string): string
  /** Ends it; its pools stay in its directory. */
  stop (): Promise<void>
}

export interface PoolEmulatorSetup {
  /** Where it keeps its pools. */
  readonly directory: string
  /** Default: any free port. */
  readonly port?: number
  /** Default: loopback alone. */
  readonly host?: '127.0.0.1' | '0.0.0.0'
  /** Milliseconds by which its clock is ahead of this machine's; negative for one that lives in the past. */
  readonly clockAhead?: number
}

const require = createRequire(import.meta.url)
const program = path.join(path.dirname(require.resolve('cognito-local/package.json')), 'lib/bin/start.js')
const setClock = fileURLToPath(new URL('set-clock.js', import.meta.url))

/** Prepares a directory with empty pools of these ids; `issuerDomain` is what `iss` begins with. */
export async function createPools (t: Test, userPoolIds: readonly string[], issuerDomain = 'https://cognito-idp.us-east-1.amazonaws.com'): Promise<string> {
  const directory = t.testdir()
  const pools = path.join(directory, '.cognito/db')
  await mkdir(pools, { recursive: true })
  await writeFile(path.join(directory, '.cognito/config.json'), JSON.stringify({
    UserPoolDefaults: { UsernameAttributes: [] },
    TokenConfig: { IssuerDomain: issuerDomain }
  }))
  // Pools made through its API are called `local_…`; those it finds at its start keep their names.
  for (const id of userPoolIds) await writeFile(path.join(pools, `${id}.json`), JSON.stringify({ Users: {} }))
  return directory
}

/** Starts the emulator; it is administered over loopback. */
export async function startPoolEmulator (t: Test, { directory, port = 0, host = '127.0.0.1', clockAhead = 0 }: PoolEmulatorSetup): Promise<PoolEmulator> {
  const { match, stop } = await startChild(t, {
    arguments: ['--import', setClock, program],
    environment: { HOST: host, PORT: String(port), CLOCK_AHEAD: String(clockAhead) },
    directory,
    ready: /running on http:\/\/[\d.]+:(\d+)/
  })
  const endpoint = `http://127.0.0.1:${match[1]}`
  return {
    endpoint,
    jwksUri: (userPoolId) => `${endpoint}/${userPoolId}/.well-known/jwks.json`,
    stop: async () => {
      try {
        await written(path.join(directory, '.cognito/db'))
      } finally {
        await stop()
      }
    }
  }
}

// It answers before it has written: ended in the midst of that, it would leave a file it cannot read again.
async function written (pools: string, attempts = 20): Promise<void> {
  await pause(100)
  try {
    for (const file of await readdir(pools)) JSON.parse(await readFile(path.join(pools, file), 'utf8'))
  } catch (error) {
    if (attempts === 0) throw error
    await written(pools, attempts - 1)
  }
}

/** The code of the README and of the pages of `docs`, run as it stands there. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type {} from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { blocksUnder, completed } from './readme.js'

/** The pool that the options on the pages name; the global `fetch` answers for it while a test runs. */
export function createReadmePool (t: Test): TestUserPool {
  const pool = createTestUserPool({ userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' })
  const { fetch } = globalThis
  t.teardown(() => { globalThis.fetch = fetch })
  globalThis.fetch = pool.options.keys.fetch
  return pool
}

export interface BlockSetup {
  /** Which of the blocks under the heading. */
  readonly at?: number
  /** Files that the block reads, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** Changes for the sake of the test, such as a free port. */
  readonly edit?: (code: string) => string
}

const entrances = { 'fastify-cognito-auth': '../../src/index.js', 'fastify-cognito-auth/testing': '../../src/testing/index.js' }

/** Writes a block to a file of the test's own folder, with the package's name meaning its sources; gives the path. */
export function writeBlock (t: Test, heading: string, { at = 0, files = {}, edit = (code) => code }: BlockSetup = {}): string {
  const code = blocksUnder(heading, 'ts')[at]
  if (code === undefined) throw new Error(`there is no block ${at} under "${heading}"`)
  const text = Object.entries(entrances).reduce(
    (edited, [name, source]) => edited.replaceAll(`'${name}'\n`, `${JSON.stringify(new URL(source, import.meta.url).href)}\n`),
    edit(completed(code))
  )
  return join(t.testdir({ ...files, 'block.ts': text }), 'block.ts')
}

/** Runs a block that makes or uses the instance `app`; gives the instance and what the block exports. */
export async function runBlock (t: Test, heading: string, setup: BlockSetup = {}): Promise<{ readonly app: FastifyInstance } & Readonly<Record<string, unknown>>> {
  const path = writeBlock(t, heading, { ...setup, edit: (code) => `${setup.edit?.(code) ?? code}\nexport { app }\n` })
  const module = await import(pathToFileURL(path).href) as { app: FastifyInstance } & Record<string, unknown>
  t.teardown(() => module.app.close())
  return module
}

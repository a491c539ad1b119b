/** The code of the README and of the pages of `docs`, run as it stands there. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type {} from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { blocksUnder } from './readme.js'

// Made before anything is fetched: on a busy machine that takes longer than a fetch may. Every pool of the process shares them.
await createTestUserPool().jwks()

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
  /** Statements to put before the block listens, such as a route to ask. */
  readonly routes?: string
  /** Other changes for the sake of the test. */
  readonly edit?: (code: string) => string
}

const entrances = { 'fastify-cognito-auth': '../../src/index.js', 'fastify-cognito-auth/testing': '../../src/testing/index.js', 'fastify-cognito-auth/dev': '../../src/dev/index.js', 'fastify-cognito-auth/openapi': '../../src/openapi/index.js', 'fastify-cognito-auth/revocation': '../../src/revocation/index.js', 'fastify-cognito-auth/mcp': '../../src/mcp/index.js', 'fastify-cognito-auth/telemetry': '../../src/telemetry/index.js', 'fastify-cognito-auth/telemetry/prometheus': '../../src/telemetry/prometheus.js', 'fastify-cognito-auth/telemetry/opentelemetry': '../../src/telemetry/opentelemetry.js' }

let written = 0

/** Code with the package's name meaning its sources. */
function ofSources (code: string): string {
  return Object.entries(entrances).reduce(
    (edited, [name, source]) => edited.replaceAll(`'${name}'\n`, `${JSON.stringify(new URL(source, import.meta.url).href)}\n`),
    code
  )
}

/** Writes a block to a file of the test's own folder, listening on any free port; gives the path. */
export function writeBlock (t: Test, heading: string, { at = 0, files = {}, routes = '', edit = (code) => code }: BlockSetup = {}): string {
  const code = blocksUnder(heading, 'ts')[at]
  if (code === undefined) throw new Error(`there is no block ${at} under "${heading}"`)
  const listening = code.replace('await app.listen({', (listen) => `${routes}\n${listen}`).replace('port: 3000', 'port: 0').replace("host: '0.0.0.0'", "host: '127.0.0.1'")
  // A name of its own, since a module is loaded once.
  const name = `block-${written++}.ts`
  return join(t.testdir({ ...files, [name]: ofSources(edit(listening)) }), name)
}

/** Runs a block that makes the instance `app`; gives the instance and what the block exports. */
export async function runBlock (t: Test, heading: string, setup: BlockSetup = {}): Promise<{ readonly app: FastifyInstance } & Readonly<Record<string, unknown>>> {
  const path = writeBlock(t, heading, { ...setup, edit: (code) => `${setup.edit?.(code) ?? code}\nexport { app }\n` })
  const module = await import(pathToFileURL(path).href) as { app: FastifyInstance } & Record<string, unknown>
  t.teardown(() => module.app.close())
  return module
}

/** What a block exports that makes no instance. */
export async function importBlock (t: Test, heading: string, setup: BlockSetup = {}): Promise<Readonly<Record<string, unknown>>> {
  return await import(pathToFileURL(writeBlock(t, heading, setup)).href) as Record<string, unknown>
}

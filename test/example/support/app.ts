/** The example under test, with a user pool in memory. */
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../../example/app.js'
import type { PageOptions, UploadOptions } from '../../../example/app.js'
import type { CognitoAuthOptions } from '../../../src/index.js'
import type { RevocationList } from '../../../src/revocation/index.js'
import { createTestUserPool } from '../../../src/testing/index.js'
import type { TestUserPool } from '../../../src/testing/index.js'

// Autoload refuses TypeScript unless it knows what compiles it; it does not know this test runner.
process.env.FASTIFY_AUTOLOAD_TYPESCRIPT = '1'

export interface Example {
  readonly app: FastifyInstance
  readonly pool: TestUserPool
  /** The folder that the upload folder is made in: what is outside of the latter can be seen here. */
  readonly parent: string
}

export interface ExampleSetup {
  readonly pool?: TestUserPool
  /** Default: the options of the pool. */
  readonly auth?: CognitoAuthOptions
  readonly server?: FastifyServerOptions
  readonly uploads?: UploadOptions
  readonly origins?: readonly string[]
  readonly page?: PageOptions
  readonly revocations?: RevocationList
}

/** Builds the example; it closes itself with the test. */
export function buildExample (t: Test, { pool = createTestUserPool(), auth = pool.options, server = {}, uploads = {}, origins = [], page, revocations }: ExampleSetup = {}): Example {
  const parent = t.testdir()
  const app = buildApp({ auth, uploads: { parent, ...uploads }, origins, ...(page === undefined ? {} : { page }), ...(revocations === undefined ? {} : { revocations }) }, server)
  t.teardown(() => app.close())
  return { app, pool, parent }
}

export const callers = ['no token', 'operator', 'auditor', 'admin', 'expired', 'other client'] as const

export type Caller = typeof callers[number]

/** The headers that each caller sends. */
export async function headersOf (pool: TestUserPool): Promise<Readonly<Record<Caller, Record<string, string>>>> {
  const now = Math.floor(Date.now() / 1000)
  return {
    'no token': {},
    operator: pool.authorization(await pool.accessToken({ username: 'carol' })),
    auditor: pool.authorization(await pool.accessToken({ username: 'bob', groups: ['Auditors'] })),
    admin: pool.authorization(await pool.accessToken({ username: 'alice', groups: ['Admins'] })),
    expired: pool.authorization(await pool.accessToken({ groups: ['Admins'], iat: now - 7_200, exp: now - 3_600 })),
    'other client': pool.authorization(await pool.accessToken({ groups: ['Admins'], client_id: '9another87654321' }))
  }
}

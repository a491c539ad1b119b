import t from 'tap'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { CognitoAuthOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { captureLog } from '../support/log-capture.js'
import { rowsUnder } from '../support/readme.js'
import { createReadmePool, runBlock } from '../support/readme-module.js'

interface Line {
  readonly level: number
  readonly reason?: string
  readonly err?: { readonly stack?: string }
  readonly msg: string
}

interface Refusal {
  readonly status: number
  readonly options?: (pool: TestUserPool) => Partial<CognitoAuthOptions>
  readonly claims?: object
  readonly url?: string
  readonly authorization?: string
}

const fail = (): never => { throw new Error('the application failed') }

/** By the rows of the table. */
const refusals: Readonly<Record<string, readonly Refusal[]>> = {
  '400, 401, 403': [
    { status: 400, authorization: 'Bearer a b' }, { status: 401, authorization: '' }, { status: 401, claims: { client_id: 'other' } },
    { status: 401, options: () => ({ isRevoked: () => true }) }, { status: 403, url: '/admins' }
  ],
  '503, the keys cannot be had': [{ status: 503, options: () => ({ keys: { fetch: async () => { throw new Error('down') } } }) }],
  '503, a function of yours failed': [{ status: 503, options: () => ({ mapUser: fail }) }, { status: 503, options: () => ({ isRevoked: fail }) }]
}

async function linesOf (t: Test, { options, claims, url = '/', authorization, status }: Refusal, prepare: (app: FastifyInstance) => void = () => {}): Promise<Line[]> {
  const pool = createTestUserPool()
  const log = captureLog()
  const app = await buildApp(t, {
    options: { ...pool.options, ...options?.(pool) },
    server: { logger: log.logger },
    routes: (app) => {
      prepare(app)
      app.get('/', { config: { auth: 'required' } }, async () => 'in')
      app.get('/admins', { config: { auth: { groups: ['Admins'] } } }, async () => 'in')
    }
  })
  const headers = authorization === undefined ? pool.authorization(await pool.accessToken({ ...claims })) : authorization === '' ? {} : { authorization }
  t.equal((await app.inject({ url, headers })).statusCode, status)
  // Every line of pino has these members; only those of the request have its id.
  return log.lines().filter((line) => 'reqId' in line) as unknown as Line[]
}

const level = { info: 30, error: 50 }

t.test('a refusal is logged by this plugin and by Fastify as the table says', async (t) => {
  const rows = rowsUnder('docs/errors.md', 'What is logged')
  t.strictSame(rows.map(({ answer }) => answer), Object.keys(refusals))
  for (const { answer = '', 'this plugin': ours = '', 'Fastify\'s default error handler': theirs = '' } of rows) {
    for (const refusal of refusals[answer] ?? []) {
      const lines = await linesOf(t, refusal)
      const said = lines.filter(({ reason }) => reason !== undefined)
      const other = lines.filter(({ reason, err }) => reason === undefined && err !== undefined)
      for (const [found, words, says] of [[said, ours, 'ours'], [other, theirs, 'theirs']] as const) {
        t.match(words, /^one line at `(?:info|error)`/)
        t.strictSame(found.map((line) => line.level), [words.includes('`error`') ? level.error : level.info], `${answer}: ${says}`)
        t.equal(words.includes('`err`'), found[0]?.err !== undefined, `${answer}: ${says} has an error`)
      }
      t.strictSame(lines.filter((line) => !said.includes(line) && !other.includes(line)).map(({ msg }) => msg), ['incoming request', 'request completed'])
    }
  }
})

t.test('an error handler that answers itself leaves the line of this plugin alone, one that rethrows both', async (t) => {
  const [refusal] = refusals['503, the keys cannot be had'] ?? []
  if (refusal === undefined) throw new Error('there is no such refusal')
  const answered = await linesOf(t, refusal, (app) => { app.setErrorHandler(async (_error, _request, reply) => reply.code(503).send({ problem: 'x' })) })
  t.strictSame(answered.map(({ msg }) => msg).slice(1, -1), ['request refused: key_endpoint'])
  const rethrown = await linesOf(t, refusal, (app) => { app.setErrorHandler(async (error) => { throw error }) })
  t.equal(rethrown.length, 4)
})

t.test('the log controller of the page leaves Fastify\'s line out for refusals, and for nothing else', async (t) => {
  createReadmePool(t)
  const { app, written } = await runBlock(t, 'What is logged', {
    edit: (code) => `export const written: string[] = []\n${code.replace('logger: true', 'logger: { stream: { write: (line: string) => { written.push(line) } } }')}`,
    routes: "app.get('/broken', async () => { throw new Error('broken') })"
  })
  // The edit above exports it.
  const lines = (): Line[] => (written as readonly string[]).map((line) => JSON.parse(line) as Line).filter((line) => 'reqId' in line)
  t.equal((await app.inject('/me')).statusCode, 401)
  const ofRefusal = lines().filter(({ err, reason }) => err !== undefined || reason !== undefined)
  t.match(ofRefusal, [{ level: level.info, reason: 'missing' }])
  t.equal(ofRefusal.length, 1)
  t.equal((await app.inject('/broken')).statusCode, 500)
  t.match(lines().filter(({ err }) => err !== undefined), [{ level: level.error, msg: 'broken' }])
})

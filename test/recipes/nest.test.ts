/** The recipe for NestJS: its file is compiled as Nest's own compiler does, since decorators are no part of the language yet. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { transform } from 'esbuild'
import t from 'tap'
import type { Test } from 'tap'
import type * as Recipe from '../../example/recipes/nest.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'

const source = new URL('../../example/recipes/nest.ts', import.meta.url)

async function load (t: Test): Promise<typeof Recipe> {
  const { code } = await transform(await readFile(source, 'utf8'), { loader: 'ts', format: 'esm', tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } })
  const file = join(t.testdir(), 'nest.mjs')
  await writeFile(file, code.replaceAll('"../../src/index.js"', JSON.stringify(new URL('../../src/index.js', import.meta.url).href)))
  return await import(pathToFileURL(file).href) as typeof Recipe
}

async function build (t: Test, prepare: (pool: TestUserPool) => void = () => {}): Promise<{ readonly app: Awaited<ReturnType<typeof Recipe.buildNestApp>>, readonly pool: TestUserPool, readonly log: LogCapture }> {
  const pool = createTestUserPool()
  prepare(pool)
  const log = captureLog()
  const { buildNestApp } = await load(t)
  const app = await buildNestApp(pool.options, new FastifyAdapter({ logger: log.logger } as never))
  t.teardown(() => app.close())
  await app.init()
  await app.getHttpAdapter().getInstance().ready()
  return { app, pool, log }
}

t.test('who says nothing needs a user; groups, public classes and errors are as with Fastify', async (t) => {
  const { app, pool, log } = await build(t)
  const user = pool.authorization(await pool.accessToken({ sub: 'somebody' }))
  const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))

  assertRefused(t, await app.inject('/orders'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/orders', headers: { authorization: 'Bearer x' } }), 'FST_COGNITO_TOKEN_INVALID')
  t.equal((await app.inject({ url: '/orders', headers: user })).body, 'orders of somebody')
  assertRefused(t, await app.inject('/orders/7'), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/orders/7', headers: user }), 'FST_COGNITO_FORBIDDEN')
  t.equal((await app.inject({ url: '/orders/7', headers: admin })).body, 'order 7')
  t.equal((await app.inject('/health')).body, 'well')
  t.equal((await app.inject('/health/broken')).statusCode, 500)
  const odd = await app.inject('/health/odd')
  t.strictSame([odd.statusCode, odd.json()], [500, { statusCode: 500, error: 'Internal Server Error', message: 'what was thrown is no error' }])
  t.equal((await app.inject('/nowhere')).statusCode, 404)

  const errors = log.lines().filter(({ level }) => Number(level) >= 50)
  t.match(errors, [{ err: { message: 'broken' } }, { err: { message: 'what was thrown is no error' } }], 'a refusal is no error of the server')
  t.equal(errors.length, 2)
})

t.test('an outage is a 503 with Retry-After', async (t) => {
  const { app, pool } = await build(t, (pool) => pool.goDown())
  assertRefused(t, await app.inject({ url: '/orders', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_UNAVAILABLE')
})

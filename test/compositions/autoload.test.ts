import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { AutoloadPluginOptions } from '@fastify/autoload'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { AuthMode } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

// Read by @fastify/autoload when it first looks for files: it does not know this test runner's way of running TypeScript.
process.env.FASTIFY_AUTOLOAD_TYPESCRIPT = '1'
const { default: autoload } = await import('@fastify/autoload')

const pool = createTestUserPool()
const folder = (name: string): string => fileURLToPath(new URL(`autoload/${name}`, import.meta.url))

async function build (t: Test, order: 'plugins first' | 'routes first', defaultAuth: AuthMode): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  const plugins: AutoloadPluginOptions = { dir: folder('plugins'), options: { cognito: { ...pool.options, defaultAuth } } }
  const routes: AutoloadPluginOptions = { dir: folder('routes'), autoHooks: true, cascadeHooks: true }
  for (const options of order === 'plugins first' ? [plugins, routes] : [routes, plugins]) await app.register(autoload, options)
  await app.ready()
  return app
}

for (const order of ['plugins first', 'routes first'] as const) {
  t.test(`autoloaded routes are guarded by config and by autohooks: ${order}`, async (t) => {
    const app = await build(t, order, 'public')
    const user = pool.authorization(await pool.accessToken({ sub: 'user' }))
    const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))

    t.equal((await app.inject('/')).statusCode, 200)
    assertRefused(t, await app.inject('/admin'), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject({ url: '/admin', headers: user }), 'FST_COGNITO_FORBIDDEN')
    t.equal((await app.inject({ url: '/admin', headers: admin })).statusCode, 200)
    assertRefused(t, await app.inject('/reports'), 'FST_COGNITO_TOKEN_MISSING')
    t.same((await app.inject({ url: '/reports', headers: user })).json(), { sub: 'user' })
  })

  t.test(`a default of "required" covers autoloaded routes: ${order}`, async (t) => {
    const app = await build(t, order, 'required')
    for (const url of ['/', '/admin', '/reports', '/nowhere']) {
      assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
    }
    t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  })

  t.test(`routes() lists autoloaded routes: ${order}`, async (t) => {
    const app = await build(t, order, 'optional')
    const listed = app.cognitoAuth.routes().filter(({ method }) => method === 'GET').map(({ url, auth, source }) => ({ url, auth, source }))
    t.match(new Map(listed.map((route) => [route.url, route])), new Map([
      ['/', { auth: 'optional', source: 'default' }],
      ['/admin', { auth: 'required', source: 'config' }],
      // A hook of the whole context.
      ['/reports', { auth: 'required', source: 'hook' }]
    ]))
  })
}

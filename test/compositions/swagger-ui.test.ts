import t from 'tap'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const pages = ['', '/', '/json', '/yaml', '/static/index.html', '/static/swagger-initializer.js', '/static/swagger-ui.css', '/static/swagger-ui-bundle.js', '/static/theme/own.css']
const theme = { css: [{ filename: 'own.css', content: 'body {}' }] }

interface Setup {
  readonly order: 'docs first' | 'docs last'
  readonly ui?: FastifySwaggerUiOptions
  /** The prefix of the context of the documentation. */
  readonly prefix?: string
}

async function build (t: Test, { order, ui = {}, prefix = '' }: Setup): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  const docs = async (): Promise<void> => {
    await app.register(async (child) => {
      await child.register(swagger)
      await child.register(swaggerUi, { routePrefix: '/docs', theme, ...ui })
    }, { prefix })
  }
  if (order === 'docs first') await docs()
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', publicRoutes: (route) => route.prefix === `${prefix}/docs` })
  if (order === 'docs last') await docs()
  app.get('/docs-of-staff', async () => 'in')
  await app.ready()
  return app
}

for (const order of ['docs first', 'docs last'] as const) {
  t.test(`every page of the documentation is public by publicRoutes, and nothing else: ${order}`, async (t) => {
    for (const prefix of ['', '/v1']) {
      const app = await build(t, { order, prefix })
      for (const page of pages) {
        const { statusCode } = await app.inject(`${prefix}/docs${page}`)
        t.ok(statusCode === 200 || (page.endsWith('index.html') && statusCode === 302), `${prefix}/docs${page}: ${statusCode}`)
      }
      for (const url of ['/docs-of-staff', `${prefix}/docs/none`, `${prefix}/docs/static/../../docs-of-staff`]) assertRefused(t, await app.inject(url), 'FST_COGNITO_TOKEN_MISSING')
      const routes = app.cognitoAuth.routes()
      t.strictSame(new Set(routes.filter(({ auth }) => auth === 'public').map(({ source }) => source)), new Set(['publicRoutes']))
      t.ok(routes.filter(({ source }) => source === 'publicRoutes').every(({ url }) => url === `${prefix}/docs` || url.startsWith(`${prefix}/docs/`)))
    }
  })

  t.test(`a page with a hook of this package keeps it: ${order}`, async (t) => {
    const app = await build(t, { order, ui: { uiHooks: { onRequest: authenticate } } })
    for (const page of ['', '/json', '/static/swagger-initializer.js']) assertRefused(t, await app.inject(`/docs${page}`), 'FST_COGNITO_TOKEN_MISSING')
    t.equal((await app.inject('/docs/static/swagger-ui.css')).statusCode, 200, 'the files are not covered by uiHooks, and public as they were said to be')
    t.equal((await app.inject({ url: '/docs/json', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  })
}

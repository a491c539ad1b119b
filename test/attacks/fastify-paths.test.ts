import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { refusals } from '../support/refusals.js'
import { sendLines } from '../support/raw-http.js'

const pool = createTestUserPool()

/** Spellings that a proxy, a log or a hand-written check of `request.url` may take for another address than the router does. */
const spellings = [
  '/admin', '//admin', '///admin', '/admin/', '/admin//', '/ADMIN', '/Admin', '/aDmIn/',
  '/%61dmin', '/%61%64%6d%69%6e', '/%41dmin', '/admin%2F', '/%2Fadmin', '/admin%00', '/admin%20', '/admin%0a',
  '/./admin', '/x/../admin', '/%2e/admin', '/x/%2e%2e/admin', '/admin/.', '/admin/..', '/admin/%2e%2e/admin',
  '/admin;x', '/admin;x=1', '/;/admin', '/admin/;x', '/admin%3Bx', '/admin%3b',
  '/admin?', '/admin?x=1', '/admin?/open', '/admin#open', '/admin%23', '/admin%3F', '/admin?x=1;y',
  '/admin%25', '/%25%36%31dmin', '/admin\\', '/\\admin', '/admin%5C', '/admin/a%2Fb', '/admin%252F', '/admin.json', '/admin%', '/%zz',
  '/open/../admin', '/open/%2e%2e/admin', '/open;/admin', '/open%2f..%2fadmin', '/open/..%2Fadmin', '/open%00/admin'
]

// Fastify's types do not know this router option yet, so it is given beside another one, by name.
const semicolons = { caseSensitive: true, useSemicolonDelimiter: true }

const servers: Record<string, FastifyServerOptions> = {
  'as it is': {},
  'case-insensitive': { routerOptions: { caseSensitive: false } },
  'ignoring trailing and duplicate slashes': { routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true } },
  'with semicolons as delimiters': { routerOptions: semicolons },
  'with all of these': { routerOptions: { ...semicolons, caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true } }
}

interface Scene {
  readonly app: FastifyInstance
  /** The patterns of the guarded routes whose handlers ran. */
  readonly entered: string[]
}

/** Guarded routes, and open ones that catch everything else. */
async function build (t: Test, server: FastifyServerOptions): Promise<Scene> {
  const app = Fastify(server)
  const entered: string[] = []
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  for (const url of ['/admin', '/admin/*', '/admin/:id']) {
    app.get(url, { config: { auth: { groups: ['Admins'] } } }, async (request) => {
      entered.push(url)
      return { guarded: request.routeOptions.url }
    })
  }
  app.get('/open', async () => ({ open: '/open' }))
  app.get('/open/*', async () => ({ open: '/open/*' }))
  app.get('/*', async () => ({ open: '/*' }))
  return { app, entered }
}

for (const [says, server] of Object.entries(servers)) {
  t.test(`no spelling of an address gets past the protection of the route it matches, with a router ${says}`, async (t) => {
    const { app, entered } = await build(t, server)
    const admin = pool.authorization(await pool.accessToken({ groups: ['Admins'] }))
    const { statusCode: refused, body } = refusals.FST_COGNITO_TOKEN_MISSING
    let guarded = 0
    for (const url of spellings) {
      const lines = Object.entries(admin).map(([name, value]) => `${name}: ${value}`)
      const [nobody, administrator] = [await sendLines(app, url, []), await sendLines(app, url, lines)]
      const isGuarded = administrator.body.includes('guarded')
      t.equal(entered.splice(0).length, isGuarded ? 1 : 0, `${url}: nobody's request ran the handler`)
      if (isGuarded) {
        guarded++
        t.same([nobody.statusCode, nobody.body], [refused, body], `${url}: guarded`)
      } else {
        t.same([nobody.statusCode, nobody.body], [administrator.statusCode, administrator.body], `${url}: not a guarded route, so a token changes nothing`)
      }
    }
    t.ok(guarded >= 10, `${guarded} spellings matched a guarded route`)
  })
}

t.test('an address that Fastify rewrites is judged by the route that it becomes', async (t) => {
  const { app, entered } = await build(t, { rewriteUrl: ({ url = '/' }) => url.replace(/^\/open\/secret/, '/admin').replace(/^\/admin\/help/, '/open') })
  t.equal((await app.inject('/open/secret')).statusCode, 401)
  t.same(entered, [])
  t.equal((await app.inject('/admin/help')).statusCode, 200)
  t.equal((await app.inject('/open/other')).statusCode, 200)
})

t.test('an address in absolute form is judged by its path', async (t) => {
  const { app, entered } = await build(t, {})
  for (const url of ['http://localhost/admin', 'http://open.example.com/admin', 'HTTP://localhost/admin']) {
    t.not((await sendLines(app, url, [])).statusCode, 500, url)
  }
  t.same(entered, [])
})

t.test('where everything needs a token no spelling of any address answers without one', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  app.get('/admin', async () => 'in')
  for (const url of spellings) {
    const { statusCode } = await sendLines(app, url, [])
    // An address that cannot be decoded is refused by the router, before any hook.
    t.ok([400, 401].includes(statusCode), `${url}: ${statusCode}`)
  }
})

// The instance is made, and has routes, before the package is imported: the usual order of a CommonJS program.
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { captureLog } from '../support/log-capture.js'

const log = captureLog()
const app = Fastify({ logger: log.logger })
t.teardown(() => app.close())
const earlyHook: object = { preHandler: (app as { authenticate?: unknown }).authenticate }
app.get('/config', { config: { auth: 'required' } } as object, async () => 'in')
app.get('/beside', { auth: 'required' } as object, async () => 'in')
app.get('/trap', earlyHook, async () => 'in')
app.get('/denied', { config: { auth: 'Required' } } as object, async () => 'in')
const children: FastifyInstance[] = []
await app.register(async (child) => {
  children.push(child)
  child.get('/early', async () => 'in')
}, { prefix: '/child' })

const { default: cognitoAuth } = await import('../../src/index.js')
const { createTestUserPool } = await import('../../src/testing/index.js')
const pool = createTestUserPool()
await app.register(cognitoAuth, pool.options)
app.get('/later', { config: { auth: 'required' } }, async () => 'in')
children[0]?.get('/later', { config: { auth: { groups: ['Admins'] } } }, async () => 'in')
app.setNotFoundHandler({ config: { auth: 'required' } } as object, async () => 'in')
await app.ready()

t.test('what an older instance has in config is enforced', async (t) => {
  const headers = pool.authorization(await pool.accessToken())
  const statuses: ReadonlyArray<readonly [url: string, nobody: number, user: number]> = [
    ['/config', 401, 200], ['/later', 401, 200], ['/child/later', 401, 403], ['/denied', 403, 403], ['/child/early', 200, 200], ['/nowhere', 401, 200]
  ]
  for (const [url, nobody, user] of statuses) {
    t.equal((await app.inject(url)).statusCode, nobody, url)
    t.equal((await app.inject({ url, headers })).statusCode, user, url)
  }
})

t.test('what cannot be seen any more is listed as unknown, never as fine, and said at the start', async (t) => {
  const listed = Object.fromEntries(app.cognitoAuth.routes().filter(({ method }) => method !== 'HEAD').map(({ url, auth }) => [url, auth]))
  t.strictSame(listed, {
    '/config': 'unknown',
    '/beside': 'unknown',
    '/trap': 'unknown',
    '/denied': 'denied',
    '/child/early': 'unknown',
    '/child/later': 'unknown',
    '/later': 'required',
    '/*': 'required'
  })
  t.match(log.where('level', 40), [{ msg: /declared before fastify-cognito-auth was imported/, routes: [{ method: 'GET', url: '/config' }] }])
})

import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Fastify from 'fastify'
import t from 'tap'
import cognitoAuth, { authenticate } from '../../src/index.js'
import type * as thisCopy from '../../src/index.js'
import { version } from '../../src/routes/copies.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()
const handler = async (): Promise<string> => 'in'

// A second copy of the sources is a second copy of the package: modules of its own, and the same dependencies.
const folder = t.testdir({})
cpSync(new URL('../../src', import.meta.url), folder, { recursive: true })
const other = await import(pathToFileURL(join(folder, 'index.ts')).href) as typeof thisCopy

t.test('they are two copies, of the version that package.json has', async (t) => {
  t.not(other.authenticate, authenticate)
  t.equal(version, Reflect.get(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as object, 'version'))
})

t.test('a hook of another copy stops the start, and the message names its version', async (t) => {
  for (const [plugin, hook] of [[cognitoAuth, other.authenticate], [other.default, authenticate]] as const) {
    const app = Fastify()
    await app.register(plugin, pool.options)
    app.get('/x', { preHandler: [async () => {}, hook] }, handler)
    await t.rejects(async () => { await app.ready() }, { code: 'FST_COGNITO_ROUTE_INVALID', message: new RegExp(`route GET /x: .*another copy of this package.*${version}`) })
    t.notMatch(await app.inject('/x').then(({ body }) => body, () => ''), /^in$/)
  }
})

t.test('another copy registered already is named, and @fastify/jwt is not blamed', async (t) => {
  for (const [first, second] of [[cognitoAuth, other.default], [other.default, cognitoAuth]] as const) {
    const app = Fastify()
    await app.register(first, pool.options)
    await t.rejects(async () => { await app.register(second, pool.options) }, {
      code: 'FST_COGNITO_REGISTRATION_INVALID', message: new RegExp(`another copy of this package.*${version}.*npm ls fastify-cognito-auth`)
    })
  }
})

t.test('a registration of one copy is left alone by the other: it judges, and lists', async (t) => {
  for (const plugin of [cognitoAuth, other.default]) {
    const app = Fastify()
    t.teardown(() => app.close())
    app.get('/early', { config: { auth: 'required' } }, handler)
    await app.register(plugin, pool.options)
    app.get('/x', { config: { auth: { groups: ['Admins'] } } }, handler)
    app.get('/open', handler)
    app.setNotFoundHandler({ config: { auth: 'required' } } as object, handler)
    const headers = pool.authorization(await pool.accessToken())
    for (const [url, nobody, user] of [['/early', 401, 200], ['/x', 401, 403], ['/open', 200, 200], ['/nowhere', 401, 200]] as const) {
      t.equal((await app.inject(url)).statusCode, nobody, url)
      t.equal((await app.inject({ url, headers })).statusCode, user, url)
    }
    t.match(app.cognitoAuth.routes().filter(({ method }) => method !== 'HEAD'), [
      { url: '/early', auth: 'required' }, { url: '/x', auth: 'required' }, { url: '/open', auth: 'public' }, { url: '/*', auth: 'required' }
    ])
  }
})

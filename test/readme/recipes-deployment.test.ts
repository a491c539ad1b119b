import t from 'tap'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import type { FastifyPluginAsync } from 'fastify'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { createReadmePool, importBlock, runBlock } from '../support/readme-module.js'

const routes = "app.get('/guarded', { config: { auth: 'required' } }, async (request) => request.user)"

t.test('emulators: the issuer of each is the one accepted, and asked for keys', async (t) => {
  const cases = [
    { userPoolId: 'local_6AbCdEfG', issuer: 'http://localhost:9229/local_6AbCdEfG', jwksUri: 'http://localhost:9229/local_6AbCdEfG/.well-known/jwks.json' },
    { userPoolId: 'us-east-1_EXAMPLE01', issuer: 'http://localhost.localstack.cloud:4566/us-east-1_EXAMPLE01', jwksUri: 'http://127.0.0.1:4566/us-east-1_EXAMPLE01/.well-known/jwks.json' }
  ]
  for (const [at, { userPoolId, issuer, jwksUri }] of cases.entries()) {
    t.test(issuer, async (t) => {
      const pool = createReadmePool(t)
      const asked: string[] = []
      globalThis.fetch = async (input) => {
        asked.push(String(input))
        return Response.json(await pool.jwks())
      }
      const { app } = await runBlock(t, 'Emulators', { at, routes })
      t.match((await app.inject({ url: '/guarded', headers: pool.authorization(await pool.accessToken({ iss: issuer })) })).json(), { userPoolId })
      assertRefused(t, await app.inject({ url: '/guarded', headers: pool.authorization(await pool.accessToken()) }), 'FST_COGNITO_TOKEN_INVALID')
      t.strictSame(asked, [jwksUri])
    })
  }
})

t.test('proxies: the keys come through the proxy that the environment names', async (t) => {
  const pool = createTestUserPool()
  const { jwksUri, close } = await pool.listen()
  const { port: target } = new URL(jwksUri)
  const tunnelled: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    tunnelled.push(String(request.url))
    const upstream = connect(Number(target), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket)
      socket.pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => { proxy.listen(0, '127.0.0.1', resolve) })
  t.teardown(async () => {
    proxy.closeAllConnections()
    proxy.close()
    await close()
  })
  const { http_proxy: before } = process.env
  process.env.http_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  t.teardown(() => {
    if (before === undefined) delete process.env.http_proxy
    else process.env.http_proxy = before
  })
  const { app } = await runBlock(t, 'Proxies and private certificate authorities', {
    routes,
    edit: (code) => code.replace(/userPoolId: .*\n *clientId: .*,\n/, `userPoolId: '${pool.userPoolId}', clientId: '${pool.clientId}', jwksUri: '${jwksUri}',\n`)
  })
  t.equal((await app.inject({ url: '/guarded', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  t.strictSame([...new Set(tunnelled)], [`127.0.0.1:${target}`])
})

t.test('AWS Lambda: the handler answers by the plugin', async (t) => {
  const pool = createReadmePool(t)
  const { handler } = await runBlock(t, 'AWS Lambda') as unknown as {
    handler: (event: object, context: object) => Promise<{ statusCode: number, body: string }>
  }
  const call = async (headers: object) => handler({ version: '2.0', rawPath: '/me', requestContext: { http: { method: 'GET', path: '/me' } }, headers }, {})
  t.match(JSON.parse((await call(pool.authorization(await pool.accessToken()))).body), { username: 'test-user' })
  t.equal((await call({})).statusCode, 401)
})

t.test('without any network: the static keys decide, and nothing is fetched', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Without any network', { files: { 'jwks.json': JSON.stringify(await pool.jwks()) } })
  t.equal((await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  assertRefused(t, await app.inject('/me'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal(pool.fetchCount, 0)
})

t.test('ECS and Docker: the ids come from the environment, and without them nothing starts', async (t) => {
  const pool = createReadmePool(t)
  const names = ['COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_ID']
  const before = names.map((name) => process.env[name])
  t.teardown(() => {
    for (const [at, name] of names.entries()) {
      if (before[at] === undefined) delete process.env[name]
      else process.env[name] = before[at]
    }
  })
  const edit = (code: string): string => code.replace('logger: true', 'logger: false').replace(/^process\.once.*\n/m, '')
  for (const name of names) delete process.env[name]
  await t.rejects(runBlock(t, 'ECS and Docker', { edit }), /set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID/)
  t.test('with them', async (t) => {
    process.env.COGNITO_USER_POOL_ID = pool.userPoolId
    process.env.COGNITO_CLIENT_ID = pool.clientId
    const { app } = await runBlock(t, 'ECS and Docker', { edit })
    t.ok(app.server.listening)
    t.equal((await app.inject('/health')).statusCode, 200)
    t.equal((await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
    assertRefused(t, await app.inject('/me'), 'FST_COGNITO_TOKEN_MISSING')
  })
})

t.test('readiness: 503 while there are no keys, 200 with them', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Readiness')
  await app.inject({ url: '/ready', headers: pool.authorization(await pool.accessToken()) })
  await app.cognitoAuth.verify(await pool.accessToken())
  const ready = await app.inject('/ready')
  t.equal(ready.statusCode, 200)
  t.match(ready.json(), { ready: true, keys: [{ issuer: pool.issuer, state: 'fresh', age: Number }, { state: 'empty', age: null }] })
  t.test('down', async (t) => {
    createReadmePool(t).goDown()
    const { app } = await runBlock(t, 'Readiness')
    t.match((await app.inject('/ready')), { statusCode: 503 })
  })
})

t.test('together with @fastify/rate-limit: each user has a limit of their own', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, '@fastify/rate-limit', { edit: (code) => code.replace('max: 100', 'max: 1') })
  const get = async (sub: string) => (await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken({ sub })) })).statusCode
  t.strictSame([await get('ann'), await get('ann'), await get('bob')], [200, 429, 200])
})

t.test('together with @fastify/auth: either credentials will do, none will not', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, '@fastify/auth')
  t.equal((await app.inject({ url: '/either', headers: pool.authorization(await pool.accessToken({ sub: 'ann' })) })).body, 'ann')
  t.equal((await app.inject({ url: '/either', headers: { 'x-api-key': 'a key of your own' } })).body, 'by API key')
  assertRefused(t, await app.inject('/either'), 'FST_COGNITO_TOKEN_MISSING')
})

t.test('in a file of its own it covers the routes next to it', async (t) => {
  const pool = createReadmePool(t)
  const { default: plugin } = await importBlock(t, '@fastify/autoload and fastify-cli') as { default: FastifyPluginAsync }
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(plugin)
  app.get('/', { config: { auth: 'required' } }, async () => 'ok')
  assertRefused(t, await app.inject('/'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).body, 'ok')
})

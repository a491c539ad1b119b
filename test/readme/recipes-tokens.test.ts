import t from 'tap'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { createReadmePool, importBlock, runBlock } from '../support/readme-module.js'

const routes = "app.get('/guarded', { config: { auth: 'required' } }, async (request) => request.user)"

t.test('several pools: each judges its own tokens by its own rules', async (t) => {
  const first = createTestUserPool({ userPoolId: 'eu-central-1_EXAMPLE02', clientId: '3example23456789' })
  const second = createReadmePool(t)
  globalThis.fetch = async (input, init) => {
    const pool = [first, second].find(({ issuer }) => String(input).startsWith(issuer))
    return pool === undefined ? new Response(null, { status: 403 }) : pool.options.keys.fetch(input, init)
  }
  const { app } = await runBlock(t, 'Several pools', { routes })
  const get = async (token: string) => app.inject({ url: '/guarded', headers: first.authorization(token) })
  t.match((await get(await first.idToken())).json(), { userPoolId: first.userPoolId, tokenUse: 'id' })
  t.match((await get(await second.accessToken())).json(), { userPoolId: second.userPoolId })
  assertRefused(t, await get(await second.idToken()), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await get(await first.accessToken({ client_id: second.clientId })), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('cookies: the token is read from the cookie, and nowhere else', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Cookies', { routes })
  const token = await pool.accessToken()
  t.equal((await app.inject({ url: '/guarded', cookies: { access_token: token } })).statusCode, 200)
  assertRefused(t, await app.inject({ url: '/guarded', headers: pool.authorization(token) }), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await app.inject({ url: '/guarded', cookies: { access_token: `${token}x` } }), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('WebSockets: a good subprotocol token opens, a bad one gets 401 before the upgrade', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'WebSockets', { routes })
  const { port } = app.server.address() as AddressInfo
  const token = await pool.accessToken()

  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, ['api', token])
  const [message] = await once(socket, 'message') as [Buffer]
  t.equal(message.toString(), 'hello test-user')
  t.equal(socket.protocol, 'api')
  socket.terminate()

  for (const protocols of [['api'], ['api', `${token}x`]]) {
    const refused = new WebSocket(`ws://127.0.0.1:${port}/live`, protocols)
    const [error] = await once(refused, 'error') as [Error]
    t.match(error.message, '401')
  }
  t.equal((await app.inject({ url: '/guarded', headers: pool.authorization(token) })).statusCode, 200)
})

t.test('resource-bound tokens: the resource must be named', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Resource-bound tokens', { routes })
  const get = async (token: string) => app.inject({ url: '/guarded', headers: pool.authorization(token) })
  t.equal((await get(await pool.accessToken({ aud: 'https://api.example.com' }))).statusCode, 200)
  for (const token of [await pool.accessToken(), await pool.accessToken({ aud: 'https://other.example.com' }), await pool.idToken()]) {
    assertRefused(t, await get(token), 'FST_COGNITO_TOKEN_INVALID')
  }
})

t.test('resource-bound tokens: machines are let in beside users by client and scopes', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Resource-bound tokens', { at: 1 })
  const get = async (token: string) => app.inject({ url: '/orders', headers: pool.authorization(token) })
  const scopes = ['orders-api/read']
  t.match((await get(await pool.machineToken({ client_id: '4machine98765432', scopes }))).json(), { username: null, clientId: '4machine98765432' })
  t.equal((await get(await pool.accessToken({ aud: 'https://api.example.com', scopes }))).statusCode, 200)
  assertRefused(t, await get(await pool.machineToken({ client_id: '5machine98765432', scopes })), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await get(await pool.machineToken({ client_id: '4machine98765432', scopes: [] })), 'FST_COGNITO_FORBIDDEN', ', scope="orders-api/read"')
  assertRefused(t, await get(await pool.accessToken({ scopes })), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('behind a load balancer: its header is read, and verified like any other', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Behind a load balancer', { routes })
  const get = async (token: string) => app.inject({ url: '/guarded', headers: { 'x-amzn-oidc-accesstoken': token } })
  t.equal((await get(await pool.accessToken())).statusCode, 200)
  assertRefused(t, await get(await pool.accessToken({ client_id: 'another' })), 'FST_COGNITO_TOKEN_INVALID')
  assertRefused(t, await app.inject('/guarded'), 'FST_COGNITO_TOKEN_MISSING')
})

type Consume = (message: { readonly token: string }) => Promise<string | null>

t.test('without Fastify: a user, and null for a bad token', async (t) => {
  const pool = createReadmePool(t)
  const { consume } = await importBlock(t, 'Without Fastify') as { consume: Consume }
  t.equal(await consume({ token: await pool.accessToken({ sub: 'someone' }) }), 'someone')
  t.equal(await consume({ token: await pool.accessToken({ client_id: 'another' }) }), null)
})

t.test('without Fastify: an outage is an error, not a bad token', async (t) => {
  const pool = createReadmePool(t)
  pool.goDown()
  const { consume } = await importBlock(t, 'Without Fastify') as { consume: Consume }
  await t.rejects(consume({ token: await pool.accessToken() }), { code: 'FST_COGNITO_UNAVAILABLE' })
  t.equal(await consume({ token: 'bad' }), null)
})

t.test('MCP servers: the resource is published, and only tokens for it are accepted', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'MCP servers, and APIs that clients find by themselves')
  const get = async (token: string) => app.inject({ url: '/mcp/files', headers: pool.authorization(token) })
  const document = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json<object>()
  t.match(document, { resource: 'https://api.example.com/mcp', authorization_servers: [pool.issuer], scopes_supported: ['https://api.example.com/mcp/read'], resource_name: 'Files' })
  t.match((await app.inject('/mcp/files')).headers['www-authenticate'], 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"')
  t.equal((await get(await pool.accessToken({ aud: 'https://api.example.com/mcp' }))).statusCode, 200)
  for (const token of [await pool.accessToken(), await pool.accessToken({ aud: 'https://api.example.com' }), await pool.idToken()]) t.equal((await get(token)).statusCode, 401)
})

t.test('an MCP server: tools know who calls, and ask for a scope or a role of their own', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'The server')
  const resource = 'https://api.example.com/mcp'
  const call = async (token: string, name: string) => app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { ...pool.authorization(token), accept: 'application/json, text/event-stream', host: 'localhost' },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }
  })
  const scopes = [`${resource}/use`]
  const admin = { aud: resource, groups: ['Admins'], username: 'ada' }
  t.match((await call(await pool.accessToken({ ...admin, scopes }), 'whoami')).body, /\\"username\\":\\"ada\\".*\\"role\\":\\"Admin\\"/)
  t.match((await call(await pool.machineToken({ client_id: '2machine23456789', scopes }), 'whoami')).body, /\\"username\\":null/)
  t.match(await call(await pool.accessToken({ ...admin, scopes }), 'purge'), { statusCode: 403, headers: { 'www-authenticate': /scope="https:\/\/api.example.com\/mcp\/purge https:\/\/api.example.com\/mcp\/use"/ } })
  const more = [...scopes, `${resource}/purge`]
  t.match((await call(await pool.accessToken({ ...admin, scopes: more }), 'purge')).body, 'purged')
  t.match((await call(await pool.accessToken({ aud: resource, scopes: more }), 'purge')).body, 'Only administrators')
  t.equal((await call(await pool.accessToken({ aud: resource, scopes: ['other'] }), 'whoami')).statusCode, 403)
  for (const token of [await pool.accessToken({ scopes }), await pool.idToken()]) t.equal((await call(token, 'whoami')).statusCode, 401)
})

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import cookie from '@fastify/cookie'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import cognitoAuth from '../../src/index.js'
import type { GetToken } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

/** A browser cannot set headers on a WebSocket, but it can offer subprotocols: `bearer` and the token. */
const fromSubprotocol: GetToken = ({ headers }) => {
  const [scheme, token] = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return scheme === 'bearer' ? token : null
}

const fromCookie: GetToken = ({ cookies }) => cookies.session

interface Scene {
  readonly app: FastifyInstance
  readonly url: string
  /** How often the handler ran. */
  readonly handled: () => number
}

async function listen (t: Test, getToken?: GetToken): Promise<Scene> {
  const app = Fastify()
  let handled = 0
  t.teardown(() => app.close())
  await app.register(cookie)
  await app.register(websocket, {
    // Answering with the offered token would write it into the response.
    options: { handleProtocols: (offered: Set<string>) => (offered.has('bearer') ? 'bearer' : false) }
  })
  await app.register(cognitoAuth, getToken === undefined ? pool.options : { ...pool.options, getToken })
  app.get('/socket', { websocket: true, config: { auth: { groups: ['Traders'] } } }, (socket, request) => {
    handled++
    socket.send(JSON.stringify({ sub: request.user?.sub }))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, url: `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/socket`, handled: () => handled }
}

/** Resolves to the first message of a socket that was opened. */
async function firstMessage (socket: WebSocket): Promise<unknown> {
  const [data] = await once(socket, 'message') as [Buffer]
  socket.close()
  return JSON.parse(data.toString())
}

/** Resolves to the answer that came in place of an upgrade. */
async function refusal (socket: WebSocket): Promise<IncomingMessage> {
  socket.on('open', () => socket.emit('error', new Error('the socket was opened')))
  const [, response] = await once(socket, 'unexpected-response') as [unknown, IncomingMessage]
  response.resume()
  return response
}

const ways: ReadonlyArray<readonly [says: string, getToken: GetToken | undefined, connect: (url: string, token: string) => WebSocket]> = [
  ['in the Authorization header', undefined, (url, token) => new WebSocket(url, { headers: pool.authorization(token) })],
  ['as a subprotocol', fromSubprotocol, (url, token) => new WebSocket(url, ['bearer', token])],
  ['in a cookie', fromCookie, (url, token) => new WebSocket(url, { headers: { cookie: `session=${token}` } })]
]

for (const [says, getToken, connect] of ways) {
  t.test(`a token ${says} opens a socket`, async (t) => {
    const { url } = await listen(t, getToken)
    const socket = connect(url, await pool.accessToken({ sub: 'trader', groups: ['Traders'] }))
    t.same(await firstMessage(socket), { sub: 'trader' })
    t.equal(socket.protocol, getToken === fromSubprotocol ? 'bearer' : '', 'the token is not sent back')
  })

  t.test(`a bad token ${says} is refused before the upgrade`, async (t) => {
    const { url, handled } = await listen(t, getToken)
    const good = await pool.accessToken({ groups: ['Traders'] })
    const forged = await refusal(connect(url, `${good.slice(0, -8)}AAAAAAAA`))
    t.equal(forged.statusCode, 401)
    t.equal(forged.headers['www-authenticate'], 'Bearer realm="api", error="invalid_token"')
    const other = await refusal(connect(url, await pool.accessToken({ groups: ['Readers'] })))
    t.equal(other.statusCode, 403)
    t.equal(other.headers['www-authenticate'], 'Bearer realm="api", error="insufficient_scope"')
    t.equal(handled(), 0)
  })

  t.test(`no token where it is expected ${says} is refused before the upgrade, wherever else there is one`, async (t) => {
    const { url, handled } = await listen(t, getToken)
    const token = await pool.accessToken({ groups: ['Traders'] })
    const elsewhere = ways.filter(([other]) => other !== says).map(([, , connectOtherwise]) => connectOtherwise)
    for (const connectOtherwise of [(to: string) => new WebSocket(to), (to: string) => new WebSocket(`${to}?access_token=${token}`), ...elsewhere]) {
      const response = await refusal(connectOtherwise(url, token))
      t.equal(response.statusCode, 401)
      t.equal(response.headers['www-authenticate'], 'Bearer realm="api"')
    }
    t.equal(handled(), 0)
  })
}

t.test('a plain request to a socket route needs a token too', async (t) => {
  const { app } = await listen(t)
  t.equal((await app.inject('/socket')).statusCode, 401)
  const headers = pool.authorization(await pool.accessToken({ groups: ['Traders'] }))
  t.equal((await app.inject({ url: '/socket', headers })).statusCode, 404, '@fastify/websocket has nothing for it')
})

t.test('a socket to an address without a route is refused where everything needs a token', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(websocket)
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/nowhere`
  t.equal((await refusal(new WebSocket(url))).statusCode, 401)
  const headers = pool.authorization(await pool.accessToken())
  t.equal((await refusal(new WebSocket(url, { headers }))).statusCode, 404)
})

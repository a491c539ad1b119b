import { EventEmitter, once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { install } from '@sinonjs/fake-timers'
import t from 'tap'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { createApp } from '../../example/recipes/long-connections.js'
import { startDevUserPool } from '../../src/dev/index.js'
import { createRevocationList } from '../../src/revocation/index.js'
import type { RevocationList } from '../../src/revocation/index.js'
import { createTestStore } from '../support/revocation-store.js'

const pool = await startDevUserPool({ port: 0 })
t.teardown(() => pool.close())

const tokenOf = (groups: string[], expiresIn = 3_600): Promise<string> => pool.token({ subject: 'alice', groups, expiresIn })

async function startScene (t: Test, revocations?: RevocationList) {
  // Only timers of the connections: the machine's clock runs on, so that tokens are not from its future.
  const clock = install({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'], shouldClearNativeTimers: true })
  const news = new EventEmitter()
  const app = await createApp(revocations === undefined ? pool.options : { ...pool.options, isRevoked: revocations.isRevoked }, news, revocations)
  t.teardown(async () => {
    clock.uninstall()
    await app.close()
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const headers = (token: string | null) => token === null ? {} : { authorization: `Bearer ${token}` }
  return {
    clock,
    news,
    app,
    socket: (token: string | null) => new WebSocket(`ws://127.0.0.1:${port}/trade`, { headers: headers(token) }),
    async stream (token: string | null): Promise<IncomingMessage> {
      const [response] = await once(get(`http://127.0.0.1:${port}/news`, { headers: headers(token), agent: false }), 'response') as [IncomingMessage]
      return response.setEncoding('utf8')
    }
  }
}

async function answerTo (socket: WebSocket, order: string): Promise<string> {
  socket.send(order)
  const [data] = await once(socket, 'message') as [Buffer]
  return data.toString()
}

t.test('without a token, and with an expired one, neither connection is opened', async (t) => {
  const { socket, stream } = await startScene(t)
  for (const token of [null, await tokenOf(['Traders'], -60)]) {
    const [error] = await once(socket(token), 'error') as [Error]
    t.match(error.message, '401')
    const response = await stream(token)
    response.resume()
    t.equal(response.statusCode, 401)
    t.match(response.headers['www-authenticate'], /^Bearer realm="api"/)
  }
})

t.test('a message is judged by its own rule, below that of the route', async (t) => {
  const { socket, news } = await startScene(t)
  const orders: string[] = []
  news.on('orders', (order: string) => orders.push(order))
  const trader = socket(await tokenOf(['Traders']))
  await once(trader, 'open')
  t.equal(await answerTo(trader, 'buy 1'), 'accepted')
  const reader = socket(await tokenOf(['Readers']))
  await once(reader, 'open')
  t.equal(await answerTo(reader, 'buy 2'), 'refused')
  t.strictSame(orders, ['buy 1'])
  t.equal(reader.readyState, reader.OPEN)
})

t.test('a socket ends when its token does, not before', async (t) => {
  const { socket, clock } = await startScene(t)
  const trader = socket(await tokenOf(['Traders']))
  await once(trader, 'open')
  clock.tick(3_500_000)
  t.equal(await answerTo(trader, 'buy'), 'accepted')
  const closed = once(trader, 'close')
  clock.tick(100_000)
  const [code, reason] = await closed as [number, Buffer]
  t.strictSame([code, reason.toString()], [4401, 'Token has expired'])
})

t.test('what a peer sends after the end of its token is not acted on, though it leaves the close frame unread', async (t) => {
  const { socket, clock, news, app } = await startScene(t)
  const orders: string[] = []
  news.on('orders', (order: string) => orders.push(order))
  const [peer, other] = [socket(await tokenOf(['Traders'])), socket(await tokenOf(['Traders'], 7_200))]
  await Promise.all([once(peer, 'open'), once(other, 'open')])
  t.equal(await answerTo(peer, 'in time'), 'accepted')
  const [atServer] = app.websocketServer.clients
  peer.pause()
  clock.tick(3_600_000)
  const arrived = once(atServer as EventEmitter, 'message')
  peer.send('too late')
  await arrived
  t.strictSame(orders, ['in time'])
  t.equal(await answerTo(other, 'of another'), 'accepted', 'a connection whose token is good goes on')
  peer.terminate()
})

t.test('a stream shows what its user may see, and ends when its token does', async (t) => {
  const { stream, clock, news } = await startScene(t)
  const [trader, reader] = [await stream(await tokenOf(['Traders'])), await stream(await tokenOf(['Readers']))]
  t.match(trader, { statusCode: 200, headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  const texts = { trader: '', reader: '' }
  trader.on('data', (text: string) => { texts.trader += text })
  reader.on('data', (text: string) => { texts.reader += text })
  clock.tick(3_500_000)
  news.emit('orders', 'buy 1')
  news.emit('prices', '42')
  const ended = Promise.all([once(trader, 'end'), once(reader, 'end')])
  clock.tick(100_000)
  news.emit('prices', 'too late')
  await ended
  t.equal(texts.trader, ': connected\n\nevent: orders\ndata: buy 1\n\nevent: prices\ndata: 42\n\n')
  t.equal(texts.reader, ': connected\n\nevent: prices\ndata: 42\n\n')
})

t.test('a connection that its peer closes takes its timer and its listeners with it', async (t) => {
  const { stream, socket, clock, news, app } = await startScene(t)
  // The keys are there, so that their fetch sets no timer any more.
  t.equal((await app.inject({ url: '/nowhere', headers: { authorization: `Bearer ${await tokenOf(['Traders'])}` } })).statusCode, 404)
  const before = clock.countTimers()
  const response = await stream(await tokenOf(['Traders']))
  t.strictSame([news.listenerCount('prices'), news.listenerCount('orders'), clock.countTimers()], [1, 1, before + 1])
  const removed = once(news, 'removeListener')
  response.destroy()
  await removed
  await new Promise(setImmediate)
  t.strictSame([news.listenerCount('prices'), news.listenerCount('orders'), clock.countTimers()], [0, 0, before])

  const trader = socket(await tokenOf(['Traders']))
  await once(trader, 'open')
  t.equal(await answerTo(trader, 'buy'), 'accepted')
  t.equal(clock.countTimers(), before + 1)
  const [atServer] = app.websocketServer.clients
  const closed = once(atServer as EventEmitter, 'close')
  trader.terminate()
  await closed
  t.equal(clock.countTimers(), before)
})

t.test('a server that closes does not wait for the tokens of its streams', async (t) => {
  const { stream, app } = await startScene(t)
  const response = await stream(await tokenOf(['Traders']))
  response.resume()
  const ended = once(response, 'end')
  await app.close()
  await ended
  t.equal(response.complete, true)
})

t.test('a revocation ends open connections of its user, and no others', async (t) => {
  const store = createTestStore({ now: () => Date.now() })
  const revocations = createRevocationList({ store })
  const { socket, stream, clock, news } = await startScene(t, revocations)
  const other = socket(await pool.token({ subject: 'bob', groups: ['Traders'] }))
  await once(other, 'open')
  const trader = socket(await tokenOf(['Traders']))
  await once(trader, 'open')
  const reader = await stream(await tokenOf(['Readers']))
  reader.resume()
  clock.tick(5_000)
  t.equal(await answerTo(trader, 'buy'), 'accepted', 'not revoked yet')
  const claims = JSON.parse(Buffer.from((await tokenOf([])).split('.')[1] ?? '', 'base64url').toString()) as { sub: string, iss: string }
  await revocations.revokeUser(claims.iss.split('/').at(-1) ?? '', claims.sub)
  const closed = Promise.all([once(trader, 'close'), once(reader, 'end')])
  clock.tick(5_000)
  const [[code, reason]] = await closed as [[number, Buffer], unknown]
  t.strictSame([code, reason.toString()], [4401, 'Token is revoked'])
  t.equal(await answerTo(other, 'buy'), 'accepted')
  t.equal(news.listenerCount('prices'), 0)
  const ended = once(other, 'close')
  revocations.close()
  clock.tick(5_000)
  await ended
  t.pass('where nobody can tell any more, nobody stays')
})

t.test('an order of several lines is one event, whatever its lines say', async (t) => {
  const { socket, stream, clock } = await startScene(t)
  const trader = socket(await tokenOf(['Traders']))
  await once(trader, 'open')
  const reader = await stream(await tokenOf(['Traders']))
  let text = ''
  reader.on('data', (part: string) => { text += part })
  t.equal(await answerTo(trader, 'buy\n\nevent: prices\rdata: 0\r\n'), 'accepted')
  const ended = once(reader, 'end')
  clock.tick(3_600_000)
  await ended
  t.equal(text, ': connected\n\nevent: orders\ndata: buy\ndata: \ndata: event: prices\ndata: data: 0\ndata: \n\n')
})

t.test('HEAD leaves nothing behind, and a message has a greatest length', async (t) => {
  const { app, news, socket } = await startScene(t)
  for (let requests = 0; requests < 3; requests++) await app.inject({ method: 'HEAD', url: '/news', headers: { authorization: `Bearer ${await tokenOf(['Traders'])}` } })
  t.equal(news.listenerCount('prices'), 0)
  const trader = socket(await tokenOf(['Traders']))
  await once(trader, 'open')
  const closed = once(trader, 'close')
  trader.send('x'.repeat(65_537))
  t.equal((await closed)[0], 1009)
})

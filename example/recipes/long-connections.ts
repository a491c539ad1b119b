/** A WebSocket and a stream of server-sent events: each message asks for its own right, and both end with their token. */
import type { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { getUser, judge } from '../../src/index.js'
import type { CognitoAuthOptions, CognitoUser } from '../../src/index.js'
import type { RevocationList } from '../../src/revocation/index.js'

/** Whoever may connect may read prices; orders are for traders. */
const rules = { orders: { groups: ['Traders'] } }

// Milliseconds between two looks whether a token has been revoked.
const lookInterval = 5_000

/**
 * Calls `end` when the token has expired, or is found to be revoked. The timers belong to the connection: they are cleared when
 * that closes.
 *
 * `claims.exp` is in seconds. A token within `clockTolerance` is past it already, so its connection ends at once.
 */
function endWithToken (user: CognitoUser, connection: EventEmitter, end: (why: string) => void, revocations: RevocationList | undefined): void {
  const timer = setTimeout(end, Math.max(0, user.claims.exp * 1000 - Date.now()), 'Token has expired')
  const look = async (): Promise<void> => {
    // A list that cannot tell ends the connection as well: the next request gets a 503.
    const isRevoked = await Promise.resolve(user).then((user) => revocations?.isRevoked(user)).catch(() => true)
    if (isRevoked === true) end('Token is revoked')
  }
  const looks = revocations === undefined ? undefined : setInterval(() => { void look() }, lookInterval)
  connection.once('close', () => {
    clearTimeout(timer)
    clearInterval(looks)
  })
}

/**
 * @param news Emits `prices` and `orders`, each with a text.
 * @param revocations The list that `isRevoked` of the options is of, where there is one.
 */
export async function createApp (auth: CognitoAuthOptions, news: EventEmitter, revocations?: RevocationList): Promise<FastifyInstance> {
  const app = Fastify()
  // The package would take messages of 100 MB.
  await app.register(websocket, { options: { maxPayload: 65_536 } })
  await app.register(cognitoAuth, { ...auth, defaultAuth: 'required' })

  app.get('/trade', { websocket: true }, (socket, request) => {
    const user = getUser(request)
    endWithToken(user, socket, (why) => socket.close(4401, why), revocations)
    socket.on('message', (data: Buffer) => {
      // A peer that does not answer the close frame can go on sending for 30 seconds.
      if (socket.readyState !== socket.OPEN) return
      const lacking = judge(user, rules.orders)
      if (lacking === null) {
        news.emit('orders', data.toString())
        socket.send('accepted')
      } else {
        request.log.info({ reason: lacking }, 'order refused')
        socket.send('refused')
      }
    })
  })

  const streams = new Set<PassThrough>()
  // Otherwise closing the server would wait for the last token to expire.
  app.addHook('preClose', async () => { for (const stream of streams) stream.end() })

  // Without HEAD: its answer has ended when the handler is called, and what belongs to the connection would stay.
  app.get('/news', { exposeHeadRoute: false }, async (request, reply) => {
    const user = getUser(request)
    const stream = new PassThrough()
    const send = (event: string) => (text: string): void => {
      // Each line on its own, or whoever wrote the text could write events with it.
      const data = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`).join('')
      // A reader that does not keep up misses news; what it has not read must not pile up here.
      if (stream.writable && !stream.writableNeedDrain) stream.write(`event: ${event}\n${data}\n`)
    }
    const listeners = { prices: send('prices'), ...(judge(user, rules.orders) === null ? { orders: send('orders') } : {}) }
    for (const [event, listener] of Object.entries(listeners)) news.on(event, listener)
    streams.add(stream)
    stream.once('close', () => {
      for (const [event, listener] of Object.entries(listeners)) news.off(event, listener)
      streams.delete(stream)
    })
    endWithToken(user, stream, () => stream.end(), revocations)
    stream.write(': connected\n\n')
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream)
  })

  return app
}

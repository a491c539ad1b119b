/** A WebSocket and a stream of server-sent events: each message asks for its own right, and both end with their token. */
import type { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { getUser, judge } from '../../src/index.js'
import type { CognitoAuthOptions, CognitoUser } from '../../src/index.js'

/** Whoever may connect may read prices; orders are for traders. */
const rules = { orders: { groups: ['Traders'] } }

/**
 * Calls `end` when the token has expired. The timer belongs to the connection: it is cleared when that closes.
 *
 * `claims.exp` is in seconds. A token within `clockTolerance` is past it already, so its connection ends at once.
 */
function endWithToken ({ claims }: CognitoUser, connection: EventEmitter, end: () => void): void {
  const timer = setTimeout(end, Math.max(0, claims.exp * 1000 - Date.now()))
  connection.once('close', () => clearTimeout(timer))
}

/** @param news Emits `prices` and `orders`, each with a line of text. */
export async function createApp (auth: CognitoAuthOptions, news: EventEmitter): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(websocket)
  await app.register(cognitoAuth, { ...auth, defaultAuth: 'required' })

  app.get('/trade', { websocket: true }, (socket, request) => {
    const user = getUser(request)
    endWithToken(user, socket, () => socket.close(4401, 'Token has expired'))
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

  app.get('/news', async (request, reply) => {
    const user = getUser(request)
    const stream = new PassThrough()
    const send = (event: string) => (line: string): void => {
      // A reader that does not keep up misses news; what it has not read must not pile up here.
      if (stream.writable && !stream.writableNeedDrain) stream.write(`event: ${event}\ndata: ${line}\n\n`)
    }
    const listeners = { prices: send('prices'), ...(judge(user, rules.orders) === null ? { orders: send('orders') } : {}) }
    for (const [event, listener] of Object.entries(listeners)) news.on(event, listener)
    streams.add(stream)
    stream.once('close', () => {
      for (const [event, listener] of Object.entries(listeners)) news.off(event, listener)
      streams.delete(stream)
    })
    endWithToken(user, stream, () => stream.end())
    stream.write(': connected\n\n')
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream)
  })

  return app
}

/** Long connections: WebSockets and server-sent events that end when the token does. */
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { getUser } from '../../src/index.js'
import type { AuthRequest, CognitoAuthOptions } from '../../src/index.js'

/** 4401: private use (RFC 6455 §7.4.2), read as 401. The page gets a new token and connects again. */
const tokenHasEnded = 4401

// The longest that a timer of Node.js can wait; a token lives a day at most.
const longest = 2 ** 31 - 1

/** Calls a function when the user's token ends; what comes back ends the wait, and belongs to the connection. */
function atExpiry (request: AuthRequest, end: () => void): () => void {
  const { claims: { exp } } = getUser(request)
  const timer = setTimeout(end, Math.min(longest, Math.max(0, exp * 1_000 - Date.now())))
  return () => clearTimeout(timer)
}

/** Builds an application with one route of each kind. */
export async function buildLiveApp (auth: CognitoAuthOptions): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true })
  await app.register(websocket, { options: { handleProtocols: (offered) => offered.has('api') && 'api' } })
  await app.register(cognitoAuth, {
    ...auth,
    getToken: ({ headers }) => {
      const offered = headers['sec-websocket-protocol']
      // "api, <token>" from a page, which cannot set headers on a WebSocket.
      return offered === undefined ? headers.authorization?.replace(/^bearer +/i, '') : offered.split(',')[1]?.trim()
    }
  })

  app.get('/socket', { websocket: true, config: { auth: 'required' } }, (socket, request) => {
    const release = atExpiry(request, () => socket.close(tokenHasEnded, 'the token has ended'))
    socket.once('close', release)
    socket.on('message', (text: Buffer) => {
      // Below a route: who may send what is decided for each message.
      const { groups } = getUser(request)
      socket.send(groups.includes('Writers') ? `taken: ${text.toString()}` : 'refused: Writers only')
    })
    socket.send(`hello ${getUser(request).sub}`)
  })

  app.get('/events', { config: { auth: 'required' } }, (request, reply) => {
    // From here on the answer is written raw, and Fastify leaves it alone.
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    reply.raw.write(`data: hello ${getUser(request).sub}\n\n`)
    // An EventSource connects again by itself, with the new token of its page.
    const release = atExpiry(request, () => reply.raw.end('event: expired\ndata:\n\n'))
    reply.raw.once('close', release)
  })
  return app
}

// What the hooks read of a request.
import { IncomingMessage } from 'node:http'
import Fastify from 'fastify'
import { compare } from '../harness/compare.js'

const lines = (token) => ['Host', 'api.example.com', 'User-Agent', 'bench/1.0', 'Accept', 'application/json', 'Accept-Encoding', 'gzip, deflate', 'Authorization', `Bearer ${token}`]

export async function run ({ tokens, load }) {
  const { findBearer } = await load('request/bearer.js')
  const request = await captureRequest(tokens[0])
  const raw = lines(tokens[0])
  // As the parser leaves it: names and values in one list, the object made when somebody asks.
  const message = () => {
    const incoming = new IncomingMessage(null)
    incoming._addHeaderLines(raw, raw.length)
    return incoming
  }
  const read = message()
  if (read.headers.host === undefined) throw new Error('the headers were not read')

  return {
    'the config of the matched route': await compare({
      'request.routeOptions.config': () => request.routeOptions.config,
      'a member of the request': () => request.id
    }),
    'the Authorization header': await compare({
      'only the message': message,
      'message, headers object, look for a second line': () => { const incoming = message(); return findBearer({ headers: incoming.headers, raw: incoming }) },
      'message, headers object': () => message().headers.authorization,
      'message, rawHeaders only': () => fromRawHeaders(message().rawHeaders),
      'headers object already there, look for a second line': () => findBearer({ headers: read.headers, raw: read })
    }),
    'keeping the outcome on the request': await compare({
      'a declared member': (at) => { request.user = at; return request },
      'a WeakMap': (at) => outcomes.set(request, at)
    })
  }
}

const outcomes = new WeakMap()

function fromRawHeaders (rawHeaders) {
  let found
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name.length === 13 && name.toLowerCase() === 'authorization') {
      if (found !== undefined) return null
      found = rawHeaders[at + 1]
    }
  }
  return found
}

async function captureRequest (token) {
  const app = Fastify()
  app.decorateRequest('user', null)
  let captured
  app.get('/guarded', { config: { auth: 'required' } }, async (request) => {
    captured = request
    return 'ok'
  })
  await app.inject({ url: '/guarded', headers: { authorization: `Bearer ${token}` } })
  return captured
}

/** The ways in which a scripted issuer behaves, good and bad. */
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Exchange, Script } from './scripted-issuer.js'

const json = { 'content-type': 'application/json' }

/** Answers with the key set. */
export const serve: Script = ({ response, keySet }) => { response.writeHead(200, json).end(keySet) }

/** Answers with this status, and with the key set as if nothing were wrong. */
export function status (code: number, headers: Readonly<Record<string, string>> = {}): Script {
  return ({ response, keySet }) => { response.writeHead(code, { ...json, ...headers }).end(keySet) }
}

/** Sends the client to another path of the same server. */
export function redirect (code: number): Script {
  return status(code, { location: '/elsewhere/jwks.json' })
}

/** Answers 200 with this body. */
export function body (text: string, contentType = 'application/json'): Script {
  return ({ response }) => { response.writeHead(200, { 'content-type': contentType }).end(text) }
}

/** Accepts the request and never answers. */
export const hang: Script = () => {}

/** Sends the head of an answer byte by byte and never to its end. */
export const slowHeaders: Script = ({ request }) => drip(request.socket, 'HTTP/1.1 200 OK\r\nx-slow: ', 'a')

/** Sends a 200 at once, then the body byte by byte and never to its end. */
export const slowBody: Script = ({ response }) => {
  response.writeHead(200, json)
  drip(response, '{"keys":[', ' ')
}

/** Resets the connection in place of an answer. */
export const reset: Script = ({ request }) => { request.socket.resetAndDestroy() }

/** Resets the connection in the middle of the body. */
export const resetInBody: Script = ({ request, response, keySet }) => {
  response.writeHead(200, { ...json, 'content-length': keySet.length })
  response.write(keySet.slice(0, 100), () => request.socket.resetAndDestroy())
}

/** Sends the first half of the key set as if it were all. */
export const truncated: Script = ({ response, keySet }) => { response.writeHead(200, json).end(keySet.slice(0, keySet.length / 2)) }

const mebibyte = 2 ** 20

/** A sound key set, but 50 MB of it: the keys come first and padding after them. */
export const oversized: Script = ({ response, keySet }) => {
  response.writeHead(200, json)
  // Written as fast as it is read: a client that hangs up ends it.
  Readable.from(padded(keySet)).pipe(response)
}

/** The same, compressed to less than a tenth of a percent: within the bounds until it is decompressed. */
export const gzipBomb: Script = ({ response, keySet }) => {
  const compressed = gzipSync(Buffer.concat([...padded(keySet)]), { level: 9 })
  response.writeHead(200, { ...json, 'content-encoding': 'gzip', 'content-length': compressed.length }).end(compressed)
}

function * padded (keySet: string): Generator<Buffer> {
  yield Buffer.from(`${keySet.slice(0, -1)},"padding":"`)
  for (let sent = 0; sent < 50; sent++) yield Buffer.alloc(mebibyte, 'a')
  yield Buffer.from('"}')
}

/** Something that is held back until a test lets it go. */
export interface Gate {
  readonly script: Script
  open (): void
}

/** Holds requests back until the gate is opened; their key set is the one published when they arrived. */
export function createGate (then: Script = serve): Gate {
  const held: Exchange[] = []
  let isOpen = false
  return {
    script: (exchange) => { if (isOpen) then(exchange); else held.push(exchange) },
    open: () => {
      isOpen = true
      for (const exchange of held.splice(0)) then(exchange)
    }
  }
}

function drip (stream: NodeJS.WritableStream, first: string, then: string): void {
  stream.write(first)
  const timer = setInterval(() => stream.write(then), 5)
  stream.once('close', () => clearInterval(timer))
}

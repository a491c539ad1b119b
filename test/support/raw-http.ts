/** Requests written byte by byte, where `inject` and every HTTP client would tidy the header. */
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface RawAnswer {
  readonly statusCode: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Sends a GET request with exactly these header lines to an application that listens on loopback. */
export async function sendLines (app: FastifyInstance, url: string, lines: readonly string[]): Promise<RawAnswer> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const received = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write([`GET ${url} HTTP/1.1`, 'Host: localhost', ...lines, 'Connection: close', '', ''].join('\r\n'), 'latin1')
    })
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => { text += chunk })
    socket.once('end', () => resolve(text))
    socket.once('error', reject)
  })
  const end = received.indexOf('\r\n\r\n')
  const [status = '', ...fields] = received.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(fields.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  }))
  return { statusCode: Number(status.split(' ')[1]), headers, body: received.slice(end + 4) }
}

/** A connection whose bytes a test sends when it wants to. */
import { connect } from 'node:net'
import type { Test } from 'tap'

export interface Connection {
  send (text: string): void
  /** Resolves to the text up to the end of the next match, once that has arrived, and takes it away. */
  receive (pattern: RegExp): Promise<string>
  /** Breaks off without a word. */
  destroy (): void
}

/** Connects to an HTTP server on loopback; the connection ends with the test at the latest. */
export async function openConnection (t: Test, port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  let received = ''
  let look = (): void => {}
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    look()
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return {
    send: (text) => { socket.write(text, 'latin1') },
    receive: (pattern) => new Promise((resolve, reject) => {
      look = () => {
        const match = pattern.exec(received)
        if (match === null) return
        const end = match.index + match[0].length
        resolve(received.slice(0, end))
        received = received.slice(end)
        look = () => {}
      }
      socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(received)}`)))
      look()
    }),
    destroy: () => { socket.destroy() }
  }
}

/** The head of a request, with the empty line that ends it. */
export function requestHead (line: string, headers: Readonly<Record<string, string>>): string {
  const fields = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${line} HTTP/1.1\r\n${fields.join('')}\r\n`
}

/** One piece of a body sent with `transfer-encoding: chunked`; an empty one ends the body. */
export function chunk (content: string): string {
  return `${content.length.toString(16)}\r\n${content}\r\n`
}

/** Many requests on one connection, none waiting for the answer of the one before: what a flood costs its sender least. */
import { connect } from 'node:net'
import type { Test } from 'tap'

/** How many answers there were of each kind: `503 5` is a 503 with `Retry-After: 5`. */
export type Tally = Record<string, number>

export interface Pipeline {
  /** Sends a request with each of these tokens at once, and resolves when they have been written. */
  send (tokens: readonly string[]): Promise<void>
  /** Resolves once so many answers have come on this connection in all. */
  answered (count: number): Promise<void>
}

/** Connects to a server on loopback; what it answers is added to `tally`. */
export function pipeline (t: Pick<Test, 'teardown'>, url: string, tally: Tally): Pipeline {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  t.teardown(() => socket.destroy())
  let rest = ''
  let answers = 0
  let waiting: { count: number, resolve: () => void, reject: (error: Error) => void } | null = null

  socket.on('data', (chunk: string) => {
    const heads = (rest + chunk).split('\r\n\r\n')
    rest = heads.pop() ?? ''
    for (const head of heads) {
      // A body ends where the next status line begins; it never has a blank line in it.
      const [, status = ''] = /HTTP\/1\.1 (\d{3}) /.exec(head) ?? []
      const [, seconds] = /^retry-after: (\d+)$/im.exec(head) ?? []
      const kind = seconds === undefined ? status : `${status} ${seconds}`
      tally[kind] = (tally[kind] ?? 0) + 1
      answers++
    }
    if (waiting !== null && answers >= waiting.count) waiting.resolve()
  })
  socket.once('close', () => waiting?.reject(new Error(`the connection was closed after ${answers} answers`)))
  socket.on('error', () => {})

  return {
    send: (tokens) => new Promise((resolve, reject) => {
      const requests = tokens.map((token) => `GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`)
      socket.write(requests.join(''), (error) => { if (error == null) resolve(); else reject(error) })
    }),
    answered: (count) => new Promise((resolve, reject) => {
      if (answers >= count) resolve()
      else waiting = { count, resolve, reject }
    })
  }
}

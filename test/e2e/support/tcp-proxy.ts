/** A wire that can be cut without either end hearing of it. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Test } from 'tap'

export interface TcpProxy {
  readonly port: number
  /** From now on what either end sends stays under way, new connections too; the function lets all of it through. */
  partition (): () => void
}

/** Starts a proxy before a port; it ends with the test. */
export async function startProxy (t: Test, target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => { sockets.delete(from); to.destroy() })
      from.pipe(to)
      if (isCut) from.unpipe(to)
    }
    pairs.push([near, far])
  }).listen(0, '127.0.0.1')
  const pairs: Array<readonly [Socket, Socket]> = []
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    partition: () => {
      isCut = true
      for (const [near, far] of pairs) { near.unpipe(far); far.unpipe(near) }
      return () => {
        isCut = false
        for (const [near, far] of pairs) { near.pipe(far); far.pipe(near) }
      }
    }
  }
}

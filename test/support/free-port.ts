/** A port for a server that has to know its own address before it listens. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A port that nobody listens on, as far as one can know. */
export async function freePort (host = '127.0.0.1'): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, host, resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** The keys of a test user pool over HTTP, on loopback. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A running JWKS endpoint. */
export interface JwksServer {
  readonly jwksUri: string
  close (): Promise<void>
}

/**
 * Serves a key set at `/{userPoolId}/.well-known/jwks.json` on a free port of 127.0.0.1.
 *
 * @param answer Gives the body, or `null` to drop the connection as an endpoint that is down does.
 */
export async function listen (userPoolId: string, answer: () => Promise<string | null>): Promise<JwksServer> {
  const path = `/${userPoolId}/.well-known/jwks.json`
  const server = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end()
      return
    }
    answer().then((body) => {
      if (body === null) request.socket.destroy()
      else response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    }, (error: Error) => response.destroy(error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    jwksUri: `http://127.0.0.1:${port}${path}`,
    close: () => new Promise((resolve, reject) => {
      server.close((error) => { if (error === undefined) resolve(); else reject(error) })
      server.closeAllConnections()
    })
  }
}

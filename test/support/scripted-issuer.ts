/** A JWKS endpoint that behaves as it is told: a real server on loopback, for all that can go wrong with one. */
import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { TestUserPool } from '../../src/testing/index.js'
import type { Certificate } from './certificate.js'
import { serve } from './issuer-scripts.js'

/** One request for keys, with the key set that a sound endpoint would answer with. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly keySet: string
}

/** What the endpoint does with a request. */
export type Script = (exchange: Exchange) => void

export interface ScriptedIssuer {
  /** Spread into the options of the plugin or a verifier: the pool with its one issuer, and its keys from here. */
  readonly options: { readonly userPoolId: string, readonly clientId: string, readonly issuer: string, readonly jwksUri: string }
  readonly jwksUri: string
  /** How often the key set was asked for. */
  readonly requests: number
  /** How often anything else was asked for. */
  readonly strays: number
  readonly connections: number
  /** From now on the endpoint behaves like this. At first it serves the key set. */
  play (script: Script): void
  /** From now on this is the key set, in place of the pool's own. */
  publish (keys: readonly unknown[]): void
  /** Resolves once so many requests for the key set have arrived, counted from the start: at once if they have already. */
  arrival (count: number): Promise<void>
  /** From now on new connections get this certificate. */
  present (certificate: Certificate): void
  /** Stops listening, so that connections are refused, until the test ends. */
  close (): Promise<void>
}

/** Starts an endpoint for a pool's keys that closes itself with the test; over TLS, if there is a certificate. */
export async function startIssuer (t: Pick<Test, 'teardown'>, pool: TestUserPool, certificate?: Certificate): Promise<ScriptedIssuer> {
  const path = `/${pool.userPoolId}/.well-known/jwks.json`
  let script: Script = serve
  let published: readonly unknown[] | null = null
  let requests = 0
  let strays = 0
  let connections = 0
  let arrivals: Array<{ count: number, resolve: () => void }> = []

  const answer: RequestListener = (request, response) => {
    if (request.url !== path) {
      strays++
      response.writeHead(404).end()
      return
    }
    requests++
    for (const { count, resolve } of arrivals) if (count <= requests) resolve()
    arrivals = arrivals.filter(({ count }) => count > requests)
    const playing = script
    const keys = published === null ? pool.jwks() : Promise.resolve({ keys: published })
    keys.then((set) => playing({ request, response, keySet: JSON.stringify(set) }), (error: Error) => response.destroy(error))
  }

  const secure = certificate === undefined ? null : createHttpsServer(certificate, answer)
  const server = secure ?? createHttpServer(answer)
  server.on('connection', () => connections++)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const jwksUri = `${secure === null ? 'http' : 'https'}://127.0.0.1:${port}${path}`

  function close (): Promise<void> {
    return new Promise((resolve) => {
      // An error only says that it was closed before.
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
  t.teardown(close)

  return {
    options: { userPoolId: pool.userPoolId, clientId: pool.clientId, issuer: pool.issuer, jwksUri },
    jwksUri,
    get requests () { return requests },
    get strays () { return strays },
    get connections () { return connections },
    play: (next) => { script = next },
    publish: (keys) => { published = keys },
    arrival: (count) => new Promise((resolve) => {
      if (count <= requests) resolve()
      else arrivals.push({ count, resolve })
    }),
    present: (next) => secure?.setSecureContext(next),
    close
  }
}

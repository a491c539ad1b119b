/** The MCP example with its user pool, at an address that clients are given, and what they were seen to ask. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { buildMcpApp, scopesOf } from '../../../example/mcp/app.js'
import { startMcpUserPool } from '../../../example/mcp/dev-user-pool.js'
import type { DevUserPool } from '../../../src/dev/index.js'
import { createBrowser } from '../../dev/support/browser.js'

/** Where a sign-in of the clients under test leads. */
export const callback = 'http://localhost:8765/callback'

/** The challenge of a 401; where a token was sent, with what is said of it. */
export function unauthorized (error = '', description = ''): string {
  return `Bearer ${[error, 'resource_metadata="MCP/.well-known/oauth-protected-resource/mcp"', description, 'scope="MCP/mcp/use"', 'realm="api"'].filter((part) => part !== '').join(', ')}`
}

/** How a client finds out where to get a token. Cognito, too, has only the last of the three addresses of its metadata. */
export const discovery: readonly string[] = [
  `POST MCP/mcp initialize → 401 ${unauthorized()}`,
  'GET MCP/.well-known/oauth-protected-resource/mcp → 200',
  'GET POOL/.well-known/oauth-authorization-server/local_DevPool1 → 404',
  'GET POOL/.well-known/openid-configuration/local_DevPool1 → 404',
  'GET POOL/local_DevPool1/.well-known/openid-configuration → 200'
]

export const initialization: readonly string[] = ['POST MCP/mcp initialize → 200', 'POST MCP/mcp notifications/initialized → 202']

export interface McpScene {
  readonly app: FastifyInstance
  readonly pool: DevUserPool
  /** All that a client is told. */
  readonly url: URL
  readonly scopes: { readonly use: string, readonly users: string }
  /** For a client; what goes through it is written down, but for the stream of a session, which it is refused. */
  readonly fetch: (address: string | URL, init?: RequestInit) => Promise<Response>
  /** Resolves when the next client has been refused the stream that it asks for, unawaited, once it is connected. */
  withoutStream (): Promise<void>
  /** What was asked since the last look, with the ports left out. */
  seen (): string[]
  /** Does what a person does in a browser; gives the address to which it was led back. */
  signIn (address: URL, username: string): Promise<URL>
}

/** Starts the scene; it ends with the test. */
export async function startMcpScene (t: Test, { origins = [] }: { readonly origins?: readonly string[] } = {}): Promise<McpScene> {
  // The port is part of the name of the resource, so it must be there before the application.
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const url = new URL(`http://localhost:${(server.address() as AddressInfo).port}/mcp`)
  const pool = await startMcpUserPool(url.href)
  const app = buildMcpApp({ auth: pool.options, resource: url.href, usernames: ['alice', 'bob', 'carol'], origins }, {
    serverFactory: (handler) => server.on('request', handler)
  })
  t.teardown(async () => {
    server.closeAllConnections()
    await Promise.all([app.close(), pool.close(), new Promise((resolve) => server.close(resolve))])
  })
  await app.ready()

  const lines: string[] = []
  let streamRefused = (): void => {}
  const withoutPorts = (text: string): string => text.replaceAll(url.origin, 'MCP').replaceAll(pool.origin, 'POOL')
  return {
    app,
    pool,
    url,
    scopes: scopesOf(url.href),
    fetch: async (address, init = {}) => {
      const response = await fetch(address, init)
      const challenge = response.headers.get('www-authenticate')
      // Asked for beside everything else, so that its place in the list would be a matter of luck. There is no stream.
      const isStream = init.method === 'GET' && new Headers(init.headers).get('accept') === 'text/event-stream'
      if (isStream && response.status === 405) {
        streamRefused()
        return response
      }
      lines.push(withoutPorts(`${init.method ?? 'GET'} ${String(address)}${namedIn(init.body)} → ${response.status}${challenge === null ? '' : ` ${challenge}`}`))
      return response
    },
    withoutStream: () => new Promise((resolve) => { streamRefused = resolve }),
    seen: () => lines.splice(0),
    signIn: async (address, username) => {
      const browser = createBrowser(pool.origin)
      const page = await browser.open(address)
      if (page.url.origin !== pool.origin) return page.url
      return (await browser.open(page.url, { username })).url
    }
  }
}

/** What a message or a token request is about. */
function namedIn (body: unknown): string {
  if (body instanceof URLSearchParams) return ` ${body.get('grant_type')}`
  if (typeof body !== 'string') return ''
  const { method, params } = JSON.parse(body) as { method: string, params?: { name?: string } }
  return ` ${method}${method === 'tools/call' ? ` ${params?.name}` : ''}`
}

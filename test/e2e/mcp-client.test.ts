/** The official MCP client of the line 2.x, told nothing but the address of the server. */
import { Client, ClientCredentialsProvider, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import type { OAuthClientProvider, OAuthDiscoveryState, StoredOAuthTokens } from '@modelcontextprotocol/client'
import t from 'tap'
import { machineClient } from '../../example/mcp/dev-user-pool.js'
import { rejectionOf } from '../support/rejection.js'
import { call, testLine } from './support/mcp-client-tests.js'
import { KnownClient } from './support/mcp-provider.js'
import { startMcpScene, unauthorized } from './support/mcp-scene.js'
import type { McpScene } from './support/mcp-scene.js'

type Provider = KnownClient<StoredOAuthTokens, OAuthDiscoveryState>

async function connect ({ url, fetch, withoutStream }: McpScene, authProvider: OAuthClientProvider): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const quiet = withoutStream()
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider, fetch }))
  await quiet
  return client
}

/** The user signs in where the client has sent them, and is led back to it. */
async function finish ({ url, fetch, signIn }: McpScene, provider: Provider, username: string): Promise<void> {
  const landed = await signIn(provider.asked ?? url, username)
  await new StreamableHTTPClientTransport(url, { authProvider: provider, fetch }).finishAuth(landed.searchParams)
}

async function connectAs (scene: McpScene, username: string): Promise<{ readonly client: Client, readonly provider: Provider }> {
  const provider: Provider = new KnownClient()
  const error = await rejectionOf(connect(scene, provider))
  if (!(error instanceof UnauthorizedError)) throw error
  await finish(scene, provider, username)
  return { client: await connect(scene, provider), provider }
}

testLine<OAuthClientProvider & Pick<Provider, 'tokens'>, Provider>({
  name: '2.x',
  connectAs,
  stepUp: async (scene, { client, provider }, note) => {
    await rejectionOf(call(client, 'list_users'))
    note('This line signs her in anew, for both scopes.')
    await finish(scene, provider, 'alice')
    return call(client, 'list_users')
  },
  connect,
  machine: ({ pool }, clientSecret) => new ClientCredentialsProvider({ clientId: machineClient, clientSecret, expectedIssuer: pool.issuer })
})

t.test('an administrator is sent to sign in for the scope that a tool asks for, and then gets it', async (t) => {
  const scene = await startMcpScene(t)
  const { client, provider } = await connectAs(scene, 'alice')
  scene.seen()
  t.ok(await rejectionOf(call(client, 'list_users')) instanceof UnauthorizedError)
  t.strictSame(scene.seen(), [
    'POST MCP/mcp tools/call list_users → 403 Bearer error="insufficient_scope", error_description="Insufficient scope", scope="MCP/mcp/users MCP/mcp/use", resource_metadata="MCP/.well-known/oauth-protected-resource/mcp"'
  ])
  t.strictSame(provider.asked?.searchParams.get('scope')?.split(' ').sort(), [scene.scopes.use, scene.scopes.users])
  await finish(scene, provider, 'alice')
  t.strictSame(await call(client, 'list_users'), ['alice', 'bob', 'carol'])
  t.strictSame(scene.seen(), ['POST POOL/oauth2/token authorization_code → 200', 'POST MCP/mcp tools/call list_users → 200'])
})

t.test('a token of the pool that is not bound to this server is refused, and so is one without the scope', async (t) => {
  const { pool, url, scopes, fetch, seen } = await startMcpScene(t)
  const ask = async (token: string): Promise<Response> => fetch(url, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-forwarded-host': 'evil.example.com' }, body: '{"method":"ping"}'
  })
  await ask(await pool.token({ subject: 'alice' }))
  await ask(await pool.token({ subject: 'alice', tokenUse: 'id' }))
  await ask(await pool.token({ subject: machineClient, scopes: [scopes.users] }))
  t.strictSame(seen(), [
    ...[1, 2].map(() => `POST MCP/mcp ping → 401 ${unauthorized('error="invalid_token"')}`),
    'POST MCP/mcp ping → 403 Bearer error="insufficient_scope", resource_metadata="MCP/.well-known/oauth-protected-resource/mcp", scope="MCP/mcp/use", realm="api"'
  ])
})

t.test('a page of an origin that is listed can be the client: it may ask, and read what the transport and the refusal say', async (t) => {
  const scene = await startMcpScene(t, { origins: ['https://page.example.com'] })
  const { provider } = await connectAs(scene, 'bob')
  const ask = async (origin: string, more: RequestInit): Promise<Response> => fetch(scene.url, { ...more, headers: { ...more.headers, origin } })
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,mcp-protocol-version' } }
  const call = {
    method: 'POST',
    headers: { authorization: `Bearer ${provider.tokens()?.access_token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } })
  }
  for (const [request, status] of [[preflight, 204], [call, 200], [{ method: 'POST' }, 401]] as const) {
    const { status: answered, headers } = await ask('https://page.example.com', request)
    t.equal(answered, status)
    t.equal(headers.get('access-control-allow-origin'), 'https://page.example.com', String(status))
    if (request !== preflight) t.match(headers.get('access-control-expose-headers'), /WWW-Authenticate/i)
    else t.match(headers.get('access-control-allow-headers'), /authorization.*mcp-protocol-version/i)
    t.equal((await ask('https://elsewhere.example.com', request)).headers.get('access-control-allow-origin'), null)
  }
})

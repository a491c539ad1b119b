/** The official MCP client of the line 1.x, told nothing but the address of the server. */
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import t from 'tap'
import { machineClient } from '../../example/mcp/dev-user-pool.js'
import { rejectionOf } from '../support/rejection.js'
import { call, testLine } from './support/mcp-client-tests.js'
import { KnownClient } from './support/mcp-provider.js'
import { startMcpScene } from './support/mcp-scene.js'
import type { McpScene } from './support/mcp-scene.js'

type Provider = KnownClient<OAuthTokens, OAuthDiscoveryState>

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
  await new StreamableHTTPClientTransport(url, { authProvider: provider, fetch }).finishAuth(landed.searchParams.get('code') ?? '')
}

async function connectAs (scene: McpScene, username: string): Promise<{ readonly client: Client, readonly provider: Provider }> {
  const provider: Provider = new KnownClient()
  const error = await rejectionOf(connect(scene, provider))
  if (!(error instanceof UnauthorizedError)) throw error
  await finish(scene, provider, username)
  return { client: await connect(scene, provider), provider }
}

function dropRefreshToken (provider: Provider): void {
  provider.saveTokens({ access_token: provider.tokens()?.access_token ?? '', token_type: 'Bearer' })
}

testLine<OAuthClientProvider & Pick<Provider, 'tokens'>, Provider>({
  name: '1.x',
  connectAs,
  stepUp: async (scene, { client, provider }, note) => {
    await rejectionOf(call(client, 'list_users'))
    note('This line has refreshed the token, which cannot help. Without its refresh token it sends her to sign in.')
    dropRefreshToken(provider)
    const other = await connect(scene, provider)
    await rejectionOf(call(other, 'list_users'))
    await finish(scene, provider, 'alice')
    return call(other, 'list_users')
  },
  connect,
  machine: ({ pool }, clientSecret) => new ClientCredentialsProvider({ clientId: machineClient, clientSecret, expectedIssuer: pool.issuer })
})

t.test('for a scope that a tool asks for, this line refreshes where it can, which cannot help; without a refresh token it signs in', async (t) => {
  const scene = await startMcpScene(t)
  const { client, provider } = await connectAs(scene, 'alice')
  scene.seen()
  const refused = 'POST MCP/mcp tools/call list_users → 403 Bearer error="insufficient_scope", error_description="Insufficient scope", scope="MCP/mcp/users MCP/mcp/use", resource_metadata="MCP/.well-known/oauth-protected-resource/mcp"'
  t.match(await rejectionOf(call(client, 'list_users')), { code: 403 })
  t.strictSame(scene.seen(), [refused, 'POST POOL/oauth2/token refresh_token → 200', refused])

  dropRefreshToken(provider)
  const other = await connect(scene, provider)
  scene.seen()
  t.ok(await rejectionOf(call(other, 'list_users')) instanceof UnauthorizedError)
  t.strictSame(scene.seen(), [refused])
  t.strictSame(provider.asked?.searchParams.get('scope')?.split(' ').sort(), [scene.scopes.use, scene.scopes.users])
  await finish(scene, provider, 'alice')
  t.strictSame(await call(other, 'list_users'), ['alice', 'bob', 'carol'])
  t.strictSame(scene.seen(), ['POST POOL/oauth2/token authorization_code → 200', 'POST MCP/mcp tools/call list_users → 200'])
})

/** The official MCP client of the line 1.x, told nothing but the address of the server. */
import { install } from '@sinonjs/fake-timers'
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import t from 'tap'
import { machineClient, machineSecret } from '../../example/mcp/dev-user-pool.js'
import { payloadOf } from '../dev/support/pool.js'
import { rejectionOf } from '../support/rejection.js'
import { KnownClient } from './support/mcp-provider.js'
import { discovery, initialization, startMcpScene, unauthorized } from './support/mcp-scene.js'
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

async function call (client: Client, name: string): Promise<unknown> {
  const { content, isError = false } = await client.callTool({ name })
  const [first] = content as readonly { readonly text?: string }[]
  return isError ? first?.text : JSON.parse(first?.text ?? '')
}

t.test('a client that knows the address alone finds out where its user signs in, and the tool knows who it is', async (t) => {
  const scene = await startMcpScene(t)
  const { client, provider } = await connectAs(scene, 'alice')
  t.strictSame(scene.seen(), [...discovery, 'POST POOL/oauth2/token authorization_code → 200', ...initialization])
  const asked = Object.fromEntries(provider.asked?.searchParams ?? [])
  t.match(asked, { code_challenge_method: 'S256', resource: scene.url.href, scope: scene.scopes.use, state: 'a-state' })
  t.match(payloadOf(provider.tokens()?.access_token ?? ''), { aud: scene.url.href, scope: scene.scopes.use, username: 'alice' })
  t.match(await call(client, 'whoami'), { username: 'alice', groups: ['Admins'], role: 'Admin' })
  t.strictSame(scene.seen(), ['POST MCP/mcp tools/call whoami → 200'])
})

t.test('for a scope that a tool asks for, this line refreshes where it can, which cannot help; without a refresh token it signs in', async (t) => {
  const scene = await startMcpScene(t)
  const { client, provider } = await connectAs(scene, 'alice')
  scene.seen()
  const refused = 'POST MCP/mcp tools/call list_users → 403 Bearer error="insufficient_scope", error_description="Insufficient scope", scope="MCP/mcp/users MCP/mcp/use", resource_metadata="MCP/.well-known/oauth-protected-resource/mcp"'
  t.match(await rejectionOf(call(client, 'list_users')), { code: 403 })
  t.strictSame(scene.seen(), [refused, 'POST POOL/oauth2/token refresh_token → 200', refused])

  provider.saveTokens({ access_token: provider.tokens()?.access_token ?? '', token_type: 'Bearer' })
  const other = await connect(scene, provider)
  scene.seen()
  t.ok(await rejectionOf(call(other, 'list_users')) instanceof UnauthorizedError)
  t.strictSame(scene.seen(), [refused])
  t.strictSame(provider.asked?.searchParams.get('scope')?.split(' ').sort(), [scene.scopes.use, scene.scopes.users])
  await finish(scene, provider, 'alice')
  t.strictSame(await call(other, 'list_users'), ['alice', 'bob', 'carol'])
  t.strictSame(scene.seen(), ['POST POOL/oauth2/token authorization_code → 200', 'POST MCP/mcp tools/call list_users → 200'])
})

t.test('who is no administrator is refused by the tool, and not sent anywhere', async (t) => {
  const scene = await startMcpScene(t)
  for (const username of ['bob', 'carol']) {
    const { client, provider } = await connectAs(scene, username)
    const { asked } = provider
    scene.seen()
    t.equal(await call(client, 'list_users'), 'Only administrators may list the users.')
    t.strictSame(scene.seen(), ['POST MCP/mcp tools/call list_users → 200'])
    t.equal(provider.asked, asked)
    t.match(await call(client, 'whoami'), { username, role: null })
  }
})

t.test('after the end of its token the client refreshes it, and the token is bound to the server again', async (t) => {
  const scene = await startMcpScene(t)
  const { client, provider } = await connectAs(scene, 'carol')
  const first = provider.tokens()?.access_token ?? ''
  scene.seen()
  // The pool and the server are in this process: it is later for both. Timers run on.
  const clock = install({ now: Date.now(), toFake: ['Date'] })
  t.teardown(() => clock.uninstall())
  clock.setSystemTime(Date.now() + 2 * 3_600_000)
  t.match(await call(client, 'whoami'), { username: 'carol' })
  t.strictSame(scene.seen(), [
    `POST MCP/mcp tools/call whoami → 401 ${unauthorized('error="invalid_token"', 'error_description="Token has expired"')}`,
    'POST POOL/oauth2/token refresh_token → 200',
    'POST MCP/mcp tools/call whoami → 200'
  ])
  const second = provider.tokens()?.access_token ?? ''
  t.not(second, first)
  t.match(payloadOf(second), { aud: scene.url.href, scope: scene.scopes.use, origin_jti: payloadOf(first).origin_jti })
})

t.test('a machine gets in by its client and its scope, bound to nothing; with a wrong secret it gets nothing', async (t) => {
  const scene = await startMcpScene(t)
  const machine = (clientSecret: string): ClientCredentialsProvider => new ClientCredentialsProvider({ clientId: machineClient, clientSecret, expectedIssuer: scene.pool.issuer })
  const provider = machine(machineSecret)
  const client = await connect(scene, provider)
  t.strictSame(scene.seen(), [...discovery, 'POST POOL/oauth2/token client_credentials → 200', ...initialization])
  t.notOk('aud' in payloadOf(provider.tokens()?.access_token ?? ''))
  t.match(await call(client, 'whoami'), { sub: machineClient, username: null, role: null })
  t.equal(await call(client, 'list_users'), 'Only administrators may list the users.')
  scene.seen()
  t.ok(await rejectionOf(connect(scene, machine('another'))))
  t.match(scene.seen().at(-1), /^POST POOL\/oauth2\/token client_credentials → 401/)
})

/** What both lines of the official MCP client do alike, as tests. */
import { install } from '@sinonjs/fake-timers'
import t from 'tap'
import { machineClient, machineSecret } from '../../../example/mcp/dev-user-pool.js'
import { payloadOf } from '../../dev/support/pool.js'
import { rejectionOf } from '../../support/rejection.js'
import { discovery, initialization, startMcpScene, unauthorized } from './mcp-scene.js'
import { testTranscript } from './mcp-transcript.js'
import type { McpScene } from './mcp-scene.js'

/** The part of a client that calls tools. */
export interface ToolCaller {
  callTool (tool: { name: string }): Promise<object>
}

/** The part of a provider that tests look at. */
export interface SeenProvider {
  readonly asked: URL | null
  tokens (): { readonly access_token: string } | undefined
}

/** A user's client, with what is kept of the user. */
export interface Connected<Provider> {
  readonly client: ToolCaller
  readonly provider: Provider
}

/** One line of the client. */
export interface McpLine<Machine, Provider extends SeenProvider> {
  readonly name: '1.x' | '2.x'
  /** Connects a user who signs in. */
  connectAs (scene: McpScene, username: string): Promise<Connected<Provider>>
  /** Calls `list_users`, which needs a scope that the user's token lacks, and does what it takes; gives what the tool gives in the end. */
  stepUp (scene: McpScene, connected: Connected<Provider>, note: (text: string) => void): Promise<unknown>
  /** The credentials of the machine client, with this secret. */
  machine (scene: McpScene, clientSecret: string): Machine & Pick<SeenProvider, 'tokens'>
  connect (scene: McpScene, machine: Machine): Promise<ToolCaller>
}

/** Calls a tool: what it gives, or the text of its error. */
export async function call (client: ToolCaller, name: string): Promise<unknown> {
  const { content, isError = false } = await client.callTool({ name }) as { content: readonly { readonly text?: string }[], isError?: boolean }
  const [first] = content
  return isError ? first?.text : JSON.parse(first?.text ?? '')
}

/** Declares the tests for a line. */
export function testLine<Machine, Provider extends SeenProvider> (line: McpLine<Machine, Provider>): void {
  testTranscript(line)

  t.test('a client that knows the address alone finds out where its user signs in, and the tool knows who it is', async (t) => {
    const scene = await startMcpScene(t)
    const { client, provider } = await line.connectAs(scene, 'alice')
    t.strictSame(scene.seen(), [...discovery, 'POST POOL/oauth2/token authorization_code → 200', ...initialization])
    const asked = Object.fromEntries(provider.asked?.searchParams ?? [])
    t.match(asked, { code_challenge_method: 'S256', resource: scene.url.href, scope: scene.scopes.use, state: 'a-state' })
    t.match(payloadOf(provider.tokens()?.access_token ?? ''), { aud: scene.url.href, scope: scene.scopes.use, username: 'alice' })
    t.match(await call(client, 'whoami'), { username: 'alice', groups: ['Admins'], role: 'Admin' })
    t.strictSame(scene.seen(), ['POST MCP/mcp tools/call whoami → 200'])
  })

  t.test('who is no administrator is refused by the tool, and not sent anywhere', async (t) => {
    const scene = await startMcpScene(t)
    for (const username of ['bob', 'carol']) {
      const { client, provider } = await line.connectAs(scene, username)
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
    const { client, provider } = await line.connectAs(scene, 'carol')
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
    const provider = line.machine(scene, machineSecret)
    const client = await line.connect(scene, provider)
    t.strictSame(scene.seen(), [...discovery, 'POST POOL/oauth2/token client_credentials → 200', ...initialization])
    t.notOk('aud' in payloadOf(provider.tokens()?.access_token ?? ''))
    t.match(await call(client, 'whoami'), { sub: machineClient, username: null, role: null })
    t.equal(await call(client, 'list_users'), 'Only administrators may list the users.')
    scene.seen()
    t.ok(await rejectionOf(line.connect(scene, line.machine(scene, 'another'))))
    t.match(scene.seen().at(-1), /^POST POOL\/oauth2\/token client_credentials → 401/)
  })
}

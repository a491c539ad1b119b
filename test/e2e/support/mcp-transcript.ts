/** One whole run of a line of the client, as `docs/recipes/mcp-transcript.md` shows it. */
import { readFileSync } from 'node:fs'
import { install } from '@sinonjs/fake-timers'
import t from 'tap'
import { machineSecret } from '../../../example/mcp/dev-user-pool.js'
import { payloadOf } from '../../dev/support/pool.js'
import { call } from './mcp-client-tests.js'
import type { McpLine, SeenProvider } from './mcp-client-tests.js'
import { startMcpScene } from './mcp-scene.js'
import type { McpScene } from './mcp-scene.js'

const page = readFileSync(new URL('../../../docs/recipes/mcp-transcript.md', import.meta.url), 'utf8')

/** The block below the heading of a line. */
function shown (name: string): string {
  const [, block = ''] = new RegExp(`^## ${name.replace('.', '\\.')}\n[^]*?\`\`\`text\n([^]*?)\`\`\``, 'm').exec(page) ?? []
  return block
}

/** Declares the test that a run is the one that the page shows, line by line. */
export function testTranscript<Machine, Provider extends SeenProvider> (line: McpLine<Machine, Provider>): void {
  t.test(`the transcript of the page is that of a run, line by line: ${line.name}`, async (t) => {
    const scene = await startMcpScene(t)
    const { lines, note, detail, answer } = createTranscript(scene)

    note('A client that knows the address alone. Alice signs in where it sends her, and comes back with a code.')
    const connected = await line.connectAs(scene, 'alice')
    detail(`she was sent to ${placeOf(connected.provider.asked, scene)}`)
    detail(`her token says ${JSON.stringify(tokenOf(connected.provider, scene))}`)
    answer('whoami', await call(connected.client, 'whoami'))

    note('A tool asks for a scope that her token lacks.')
    answer('list_users', await line.stepUp(scene, connected, note))
    detail(`she was sent to ${placeOf(connected.provider.asked, scene)}`)

    note('Bob signs in the same way. Two hours later his token has ended.')
    const clock = install({ now: Date.now(), toFake: ['Date'] })
    t.teardown(() => clock.uninstall())
    clock.setSystemTime(Date.now() + 2 * 3_600_000)
    const bob = await line.connectAs(scene, 'bob')
    scene.seen()
    clock.setSystemTime(Date.now() + 2 * 3_600_000)
    answer('whoami', await call(bob.client, 'whoami'))
    note('Bob is no administrator, which no scope can change.')
    answer('list_users', await call(bob.client, 'list_users'))

    note('A machine, by its own client and scope.')
    answer('whoami', await call(await line.connect(scene, line.machine(scene, machineSecret)), 'whoami'))

    t.equal(`${lines().join('\n')}\n`, shown(line.name))
  })
}

function createTranscript (scene: McpScene) {
  const written: string[] = []
  const take = (): void => { written.push(...scene.seen()) }
  return {
    note: (text: string): void => {
      take()
      if (written.length > 0) written.push('')
      written.push(`# ${text}`)
    },
    detail: (text: string): void => {
      take()
      written.push(`  ${text}`)
    },
    answer: (tool: string, value: unknown): void => {
      take()
      written.push(`  ${tool} gives ${JSON.stringify(value, (name, member: unknown) => (name === 'sub' && typeof member === 'string' && member.includes('-') ? '…' : member))}`)
    },
    lines: () => written
  }
}

/** Where the user is to sign in, with what is made up anew each time left out. */
function placeOf (asked: URL | null, { url, pool }: McpScene): string {
  if (asked === null) return 'nowhere'
  const place = new URL(asked)
  place.searchParams.set('code_challenge', 'CHALLENGE')
  place.searchParams.sort()
  return decodeURIComponent(place.href).replaceAll(url.origin, 'MCP').replaceAll(pool.origin, 'POOL')
}

function tokenOf (provider: SeenProvider, { url }: McpScene): object {
  const { aud, scope, username, client_id: client } = payloadOf(provider.tokens()?.access_token ?? '')
  return JSON.parse(JSON.stringify({ aud, scope, username, client_id: client }).replaceAll(url.origin, 'MCP')) as object
}

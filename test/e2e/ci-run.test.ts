/** `.ci/run`, with a stand-in for npm: the last line sums the stages, and nothing that went wrong ends as a success. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'

const script = fileURLToPath(new URL('../../.ci/run', import.meta.url))

/** What the stand-in does when it is called as `npm ci`, `npm test`, `npm run test:e2e`, `npm run test:browser` and `npm run test:consumers`: lines of a shell. */
interface Stages {
  readonly ci?: string
  readonly test?: string
  readonly run?: string
  readonly browser?: string
  readonly consumers?: string
  /** What the stand-in for apt-get does; without, there is a browser already. */
  readonly install?: string
}

async function run (t: Test, { ci = ':', test = 'echo 20 passed, 0 failed', run = 'echo 3 passed, 0 failed', browser = 'echo 0 passed, 0 failed', consumers = 'echo 0 passed, 0 failed', install }: Stages): Promise<{ status: unknown, lastLine: string | undefined, output: string }> {
  const bin = t.testdir({})
  await writeFile(path.join(bin, 'npm'), `#!/bin/sh\ncase $* in\nci) ${ci} ;;\ntest) ${test} ;;\n'run test:e2e') ${run} ;;\n'run test:browser') ${browser} ;;\n'run test:consumers') ${consumers} ;;\nesac\n`, { mode: 0o755 })
  // Only what the script needs, since a browser may be installed on this machine or not.
  for (const tool of ['bash', 'cat', 'dirname', 'env', 'grep', 'mktemp', 'rm', 'sh', 'tail', 'tee', 'test']) await symlink(toolPath(tool), path.join(bin, tool))
  await writeFile(path.join(bin, install === undefined ? 'chromium' : 'apt-get'), `#!/bin/sh\n${install ?? ''}\n`, { mode: 0o755 })
  for (const server of ['redis-server', 'prometheus']) await writeFile(path.join(bin, server), '', { mode: 0o755 })
  await writeFile(path.join(bin, 'sudo'), '#!/bin/sh\n"$@"\n', { mode: 0o755 })
  const child = spawn(script, [], { env: { PATH: bin }, stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { status, lastLine: output.trimEnd().split('\n').at(-1), output }
}

function toolPath (name: string): string {
  return ['/usr/bin', '/bin'].map((folder) => path.join(folder, name)).find((place) => existsSync(place)) ?? name
}

t.test('sums the totals of the stages', async (t) => {
  t.match(await run(t, {}), { status: 0, lastLine: '23 passed, 0 failed' })
})

t.test('fails where a test failed in any stage, and still runs the later ones', async (t) => {
  t.match(await run(t, { test: 'echo 18 passed, 2 failed; exit 1' }), { status: 1, lastLine: '21 passed, 2 failed' })
  t.match(await run(t, { run: 'echo 2 passed, 1 failed; exit 1' }), { status: 1, lastLine: '22 passed, 1 failed' })
  t.match(await run(t, { run: 'echo 2 passed, 1 failed' }), { status: 1, lastLine: '22 passed, 1 failed' })
})

t.test('counts the consumers of the package like any other stage', async (t) => {
  t.match(await run(t, { consumers: 'echo 4 passed, 1 failed; exit 1' }), { status: 1, lastLine: '27 passed, 1 failed' })
})

t.test('installs a browser where there is none, and fails where it cannot', async (t) => {
  const browser = 'echo 7 passed, 0 failed'
  t.match(await run(t, { browser }), { status: 0, lastLine: '30 passed, 0 failed' })
  const { lastLine, output } = await run(t, { browser, install: 'echo "apt-get $*" >&2; exec >&2; echo done' })
  t.equal(lastLine, '30 passed, 0 failed')
  t.ok(output)
  t.match(await run(t, { browser, install: 'exit 100' }), { status: 1, lastLine: '23 passed, 1 failed', output: 'FAIL browser tests printed no total (status 100)' })
})

t.test('counts a stage that prints no total as failed, whatever its status', async (t) => {
  t.match(await run(t, { test: 'echo the linter is unhappy; exit 1' }), { status: 1, lastLine: '3 passed, 1 failed' })
  t.match(await run(t, { run: ':' }), { status: 1, lastLine: '20 passed, 1 failed', output: 'FAIL end-to-end tests printed no total (status 0)' })
})

t.test('counts a stage that fails although none of its tests did', async (t) => {
  const { status, lastLine, output } = await run(t, { test: 'echo 20 passed, 0 failed; exit 1' })
  t.match({ status, lastLine }, { status: 1, lastLine: '23 passed, 1 failed' })
  t.match(output, 'FAIL tests ended with status 1, though no test failed')
})

t.test('takes the last total of a stage, and no other text for one', async (t) => {
  t.match(await run(t, { test: 'echo 1 passed, 1 failed; echo 20 passed, 0 failed' }), { status: 0, lastLine: '23 passed, 0 failed' })
  t.match(await run(t, { test: 'echo "# 20 passed, 0 failed"' }), { status: 1, lastLine: '3 passed, 1 failed' })
})

t.test('ends with a total where nothing could be installed', async (t) => {
  t.match(await run(t, { ci: 'exit 7' }), { status: 1, lastLine: '0 passed, 1 failed' })
})

t.test('gives its stages no standard input, and CI=true', async (t) => {
  const stage = 'test "$CI" = true && test -z "$(cat)" && echo 1 passed, 0 failed'
  t.match(await run(t, { test: stage, run: stage }), { status: 0, lastLine: '2 passed, 0 failed' })
})

/** `.ci/side-by-side.js`, with a stand-in for npm: nothing is left out, and nothing that went wrong ends as a success. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'

const program = fileURLToPath(new URL('../../.ci/side-by-side.js', import.meta.url))

/** Runs scripts of which each is a line of a shell, by its name. */
async function run (t: Test, scripts: Readonly<Record<string, string>>): Promise<{ status: unknown, output: string }> {
  const bin = t.testdir({})
  const cases = Object.entries(scripts).map(([name, line]) => `'run --silent ${name}') ${line} ;;\n`).join('')
  await writeFile(path.join(bin, 'npm'), `#!/bin/sh\ncase "$*" in\n${cases}esac\n`, { mode: 0o755 })
  const child = spawn(process.execPath, [program, ...Object.keys(scripts)], { env: { PATH: `${bin}:${process.env.PATH}` }, stdio: ['ignore', 'pipe', 'ignore'] })
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { status, output: output.replace(/ \(\d+ s\)/g, '') }
}

const total = '20 passed, 0 failed'

t.test('runs every script, succeeds where all of them do, and ends with the last line of the last one', async (t) => {
  const { status, output } = await run(t, { one: 'echo a', two: 'sleep 0.5; echo b', tests: `echo c; echo ${total}` })
  t.equal(status, 0)
  const lines = output.trim().split('\n')
  t.strictSame(lines.toSorted(), [total, 'a', 'b', 'c', 'ok one', 'ok two'])
  t.equal(lines.at(-1), total)
})

t.test('passes on what the last one prints while the others still run', async (t) => {
  const { output } = await run(t, { one: 'sleep 0.5; echo a', tests: `echo early; echo ${total}` })
  t.equal(output, `early\na\nok one\n${total}\n`)
})

t.test('fails where any script does, and still runs the others to their end', async (t) => {
  for (const at of [0, 1, 2]) {
    const scripts = Object.fromEntries([0, 1, 2].map((index) => [`s${index}`, index === at ? 'echo bad; exit 3' : 'echo good']))
    const { status, output } = await run(t, scripts)
    t.equal(status, 1)
    t.match(output, at === 2 ? 'bad\n' : `bad\nFAILED s${at}\n`)
    t.equal(output.match(/^good$/gm)?.length, 2)
  }
})

t.test('a script that a signal ends has failed', async (t) => {
  t.match(await run(t, { one: 'kill -9 $$', two: 'echo b' }), { status: 1, output: 'FAILED one' })
  t.match(await run(t, { one: 'echo b', two: 'kill -9 $$' }), { status: 1, output: 'ok one' })
})

t.test('shows what a script has printed in one piece, errors of it included', async (t) => {
  const { output } = await run(t, { one: 'echo 1; echo 2 >&2', two: 'echo 3; echo 4 >&2', three: 'echo 5' })
  t.match(output, '1\n2\nok one\n')
  t.match(output, '3\n4\nok two\n')
})

t.test('fails where nothing is named', async (t) => {
  t.match(await run(t, {}), { status: 1, output: '' })
})

#!/usr/bin/env node
/** The command line of this package. */
import { readFile } from 'node:fs/promises'
import { systemClock } from './time/clock.js'

const { argv, stdin, stdout, stderr } = process
const [command, ...rest] = argv.slice(2)
const surroundings = {
  output: stdout,
  errors: stderr,
  fetch: globalThis.fetch,
  readFile: (path: string | URL) => readFile(path, 'utf8')
}

// Each command loads its own parts alone: `explain` needs no OAuth server.
if (command === 'dev') {
  const { runDevCommand } = await import('./dev/command.js')
  process.exitCode = await runDevCommand(rest, surroundings)
} else {
  const { runCommand } = await import('./explain/command.js')
  process.exitCode = await runCommand(argv.slice(2), {
    ...surroundings,
    input: stdin,
    terminal: [stdin].find(({ isTTY }) => isTTY) ?? null,
    clock: systemClock,
    manifest: new URL('../package.json', import.meta.url)
  })
}

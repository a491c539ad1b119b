#!/usr/bin/env node
/** The command line of this package. */
import { systemClock } from './time/clock.js'

const { argv, stdin, stdout, stderr } = process
const [command, ...rest] = argv.slice(2)
const { fetch } = globalThis

// Each command loads its own parts alone: `explain` needs no OAuth server.
if (command === 'dev') {
  const { runDevCommand } = await import('./dev/command.js')
  const { readFile } = await import('node:fs/promises')
  process.exitCode = await runDevCommand(rest, {
    output: stdout, errors: stderr, fetch, readFile: (path) => readFile(path, 'utf8'), onStart: () => {}
  })
} else {
  const { runCommand } = await import('./explain/command.js')
  process.exitCode = await runCommand(argv.slice(2), {
    input: stdin, output: stdout, errors: stderr, isTerminal: stdin.isTTY, clock: systemClock, fetch
  })
}

#!/usr/bin/env node
/** The command line of this package. */
import { systemClock } from './time/clock.js'
import { runCommand } from './explain/command.js'

const { argv, stdin, stdout, stderr } = process

process.exitCode = await runCommand(argv.slice(2), {
  input: stdin,
  output: stdout,
  errors: stderr,
  isTerminal: stdin.isTTY,
  clock: systemClock,
  fetch: globalThis.fetch
})

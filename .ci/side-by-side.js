// Runs scripts of package.json at the same time, as many as there are processors: `node .ci/side-by-side.js lint typecheck`.
//
// All of them run to their end, and what each has printed is shown whole, in one piece. The longest comes first, or it
// keeps everybody waiting at the end. Fails where one of them did.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

// A larger room for what lives shortly: the compiler and the linter make so much of it that a sixth of their time went on collecting it.
const env = { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64` }

const waiting = process.argv.slice(2)
let failed = 0

/** Resolves to what a script has printed and whether it ended well; never rejects. */
function run (script) {
  return new Promise((resolve) => {
    const printed = []
    const child = spawn('npm', ['run', '--silent', script], { env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    child.stdout.on('data', (chunk) => printed.push(chunk))
    child.stderr.on('data', (chunk) => printed.push(chunk))
    child.once('error', (error) => resolve({ output: `${error.message}\n`, isGood: false }))
    // `close` comes after the last of the output, `exit` may not; a signal leaves no status.
    child.once('close', (status) => resolve({ output: Buffer.concat(printed).toString(), isGood: status === 0 }))
  })
}

async function runWaiting () {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
    const began = performance.now()
    const { output, isGood } = await run(script)
    process.stdout.write(`${output}${isGood ? 'ok' : 'FAILED'} ${script} (${((performance.now() - began) / 1000).toFixed(0)} s)\n`)
    if (!isGood) failed++
  }
}

if (waiting.length === 0) throw new Error('name the scripts to run')
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, runWaiting))
process.exitCode = failed === 0 ? 0 : 1

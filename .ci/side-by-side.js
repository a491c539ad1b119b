// Runs scripts of package.json at the same time: `node .ci/side-by-side.js lint tests`.
//
// All of them run to their end. The output of the last one is passed on as it comes; its last line, the total, waits
// until the others have ended too. What each of those has printed is shown whole, in one piece. Fails where one of them did.
import { spawn } from 'node:child_process'

// A larger room for what lives shortly: the linter makes so much of it that a sixth of its time went on collecting it.
const roomy = { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64` }

const beside = process.argv.slice(2)
const last = beside.pop()
const began = performance.now()
let failed = 0

/** Resolves to whether a script ended well, once all that it has printed was told; never rejects. */
function run (script, env, tell, tellError = tell) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], { env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    child.stdout.on('data', tell)
    child.stderr.on('data', tellError)
    child.once('error', (error) => {
      tellError(`${error.message}\n`)
      resolve(false)
    })
    // `close` comes after the last of the output, `exit` may not; a signal leaves no status.
    child.once('close', (status) => resolve(status === 0))
  })
}

async function runBeside (script) {
  const printed = []
  const isGood = await run(script, roomy, (chunk) => printed.push(Buffer.from(chunk)))
  if (!isGood) failed++
  process.stdout.write(`${Buffer.concat(printed)}${isGood ? 'ok' : 'FAILED'} ${script} (${((performance.now() - began) / 1000).toFixed(0)} s)\n`)
}

async function runLast (script, others) {
  let held = ''
  const isGood = await run(script, process.env, (chunk) => {
    const lines = `${held}${chunk}`.split(/(?<=\n)/)
    held = lines.pop() ?? ''
    process.stdout.write(lines.join(''))
  }, (chunk) => process.stderr.write(chunk))
  if (!isGood) failed++
  await others
  process.stdout.write(held)
}

if (last === undefined) throw new Error('name the scripts to run')
await runLast(last, Promise.all(beside.map(runBeside)))
process.exitCode = failed === 0 ? 0 : 1

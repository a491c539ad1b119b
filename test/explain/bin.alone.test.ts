import t from 'tap'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createTestUserPool } from '../../src/testing/index.js'
import { childEnvironment } from '../support/child-environment.js'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))

async function runBin (args: readonly string[], input: string): Promise<{ status: number | null, output: string, errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args], { stdio: 'pipe', env: childEnvironment() })
  child.stdin.end(input)
  const exited = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [status, output, errors] = await Promise.all([exited, text(child.stdout), text(child.stderr)])
  return { status, output, errors }
}

t.test('reads standard input, fetches the keys over HTTP and exits with the verdict', async (t) => {
  const pool = createTestUserPool()
  const { jwksUri, close } = await pool.listen()
  t.teardown(close)
  const args = ['explain', '--user-pool-id', pool.userPoolId, '--client-id', pool.clientId, '--jwks-uri', jwksUri]
  t.match(await runBin(args, await pool.accessToken()), { status: 0, output: /\nACCEPTED\n$/, errors: '' })
  t.equal(pool.fetchCount, 1)
  t.match(await runBin(args, await pool.accessToken({ client_id: 'other' })), { status: 1, output: /\nREFUSED: FST_COGNITO_TOKEN_INVALID, reason client_id\n$/, errors: '' })
  t.match(await runBin(args, ''), { status: 2, output: '', errors: /^no token came on standard input\n/ })
})

t.test('hands the arguments and the streams of its process to the command', async (t) => {
  const { argv, exitCode } = process
  t.teardown(() => Object.assign(process, { argv, exitCode }))
  process.argv = [process.execPath, bin, 'verify']
  const written = t.capture(process.stderr, 'write', () => true)
  await import('../../src/bin.js')
  t.match(written.args(), [[/^the commands are "explain" and "dev"\n/]])
  t.equal(process.exitCode, 2)
})

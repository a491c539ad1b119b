import t from 'tap'
import type { Test } from 'tap'
import { createVerifier } from '../../src/index.js'
import { runDevCommand } from '../../src/dev/command.js'
import { startDevUserPool } from '../../src/dev/index.js'
import type { DevUserPool } from '../../src/dev/index.js'
import { startPool } from './support/pool.js'

interface Ran {
  readonly status: number
  readonly output: string
  readonly errors: string
  readonly pool: DevUserPool | null
}

async function run (t: Test, args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Ran> {
  let output = ''
  let errors = ''
  let pool: DevUserPool | null = null
  const status = await runDevCommand(args, {
    output: { write: (text) => { output += text } },
    errors: { write: (text) => { errors += text } },
    fetch: globalThis.fetch,
    readFile: async (path) => {
      const text = files[path]
      if (text === undefined) throw new Error('no such file')
      return text
    },
    onStart: (started) => {
      pool = started
      t.teardown(() => started.close())
    }
  })
  return { status, output, errors, pool }
}

t.test('starts a pool and prints the options to paste', async (t) => {
  const { status, output, pool } = await run(t, ['--port', '0'])
  t.equal(status, 0)
  t.match(output, `issuer: '${pool?.issuer}'`)
  t.match(output, 'without passwords')
  t.match(output, `dev token alice --port ${new URL(pool?.origin ?? '').port}`)
})

t.test('takes users from a file: a list, or an object with more', async (t) => {
  const list = await run(t, ['--config', 'users.json', '--port', '0'], { 'users.json': '[{"username":"ada","groups":["Authors"]}]' })
  t.equal(payload(await list.pool?.token({ subject: 'ada' })).username, 'ada')
  const object = await run(t, ['--config', 'pool.json'], { 'pool.json': '{"users":[{"username":"ada"}],"port":0,"lifetimes":{"access":300}}' })
  t.equal(object.status, 0)
})

t.test('prints a token of the pool that runs', async (t) => {
  const pool = await startPool(t)
  const port = new URL(pool.origin).port
  const verifier = createVerifier(pool.options)
  const id = await run(t, ['token', 'alice', '--id', '--groups', 'Auditors,Authors', '--port', port])
  t.equal(id.status, 0)
  t.match(await verifier.verify(id.output.trim()), { username: 'alice', tokenUse: 'id', groups: ['Auditors', 'Authors'] })
  const access = await run(t, ['token', 'bob', '--scopes', 'files/read', '--client-id', '1devweb23456789', '--expires-in', '60', '--signed-in-ago', '600', '--port', port])
  t.equal(Number(payload(access.output).iat) - Number(payload(access.output).auth_time), 600)
  t.match(await verifier.verify(access.output.trim()), { username: 'bob', scopes: ['files/read'] })
  const expired = await run(t, ['token', 'bob', '--expires-in', '-60', '--port', port])
  t.ok(Number(payload(expired.output).exp) < Date.now() / 1000)
  await t.rejects(verifier.verify(expired.output.trim()), { code: 'FST_COGNITO_TOKEN_EXPIRED' })
  const refused = await run(t, ['token', 'dave', '--port', port])
  t.match(refused, { status: 2, output: '', errors: /alice, bob, carol/ })
  const gone = await startDevUserPool({ port: 0 })
  await gone.close()
  t.match(await run(t, ['token', 'bob', '--port', new URL(gone.origin).port]), { status: 1, output: '', errors: /No user pool answers/ })
})

t.test('a bad command line or file is told in one line', async (t) => {
  const files = { 'bad.json': '{', 'number.json': '1', 'wrong.json': '{"usrs":[]}' }
  const bad = [
    ['tokens'], ['token'], ['token', 'alice', 'bob'], ['--port', 'x'], ['--unknown'], ['token', 'a', '--expires-in', '1h'], ['token', 'a', '--groups', '--id'],
    ['--config', 'absent.json'], ['--config', 'bad.json'], ['--config', 'number.json'], ['--config', 'wrong.json']
  ]
  for (const args of bad) {
    const { status, errors, output } = await run(t, args, files)
    t.match({ status, output }, { status: 2, output: '' }, args.join(' '))
    t.match(errors, /^[^\n]+\n$/, args.join(' '))
  }
  const pool = await startPool(t)
  t.match(await run(t, ['--port', new URL(pool.origin).port]), { status: 2, errors: /EADDRINUSE/ })
  t.match(await run(t, ['--help']), { status: 0, output: /^Usage: fastify-cognito-auth dev/ })
})

t.test('what nobody foresaw is not hidden', async (t) => {
  const broken = { write: () => { throw new TypeError('broken pipe') } }
  await t.rejects(runDevCommand(['--help'], { output: broken, errors: broken, fetch, readFile: async () => '', onStart: () => {} }), TypeError)
})

function payload (token = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}

t.test('the port is 9229 where none is given', async (t) => {
  const asked: string[] = []
  const sink = { write: () => {} }
  const answer = async (address: string | URL | Request): Promise<Response> => {
    asked.push(String(address instanceof Request ? address.url : address))
    return new Response('a-token\n')
  }
  t.equal(await runDevCommand(['token', 'bob'], { output: sink, errors: sink, fetch: answer, readFile: async () => '', onStart: () => {} }), 0)
  t.strictSame(asked, ['http://127.0.0.1:9229/__dev/token'])
})

import t from 'tap'
import { readFile } from 'node:fs/promises'
import { headersOf } from './support/app.js'
import { openConnection, requestHead } from './support/connection.js'
import { multipart, multipartHeaders } from './support/multipart.js'
import { originOf, scriptOf, startExample, startWithNpm } from './support/process.js'
import { createTestUserPool } from '../../src/testing/index.js'

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`${signal} ends the process with code 0 and nothing left behind`, async (t) => {
    const example = startExample(t, { PORT: '0' })
    const origin = await originOf(example)
    // A connection that is kept alive must not keep the process.
    t.equal((await fetch(`${origin}/health`)).status, 200)
    t.equal((await example.temporaryFolders()).length, 2, 'of uploads, and of the script')
    example.kill(signal)
    t.strictSame(await example.ended, { code: 0, signal: null })
    t.equal(example.stderr(), '')
    t.strictSame(await example.temporaryFolders(), [])
    await t.rejects(fetch(`${origin}/health`))
  })
}

t.test('where the Redis server is not there the example starts, lets no token in that nobody can tell revoked, and ends with code 0', async (t) => {
  // Nobody listens at port 1, the TCP port service multiplexer.
  const example = startExample(t, { PORT: '0', REDIS_URL: 'redis://:secret@127.0.0.1:1' })
  const origin = await originOf(example)
  const [, token = ''] = /^ADMIN='(.+)'$/m.exec(await readFile(scriptOf(example), 'utf8')) ?? []
  const post = async (headers: Record<string, string>) => (await fetch(`${origin}/api/sign-out`, { method: 'POST', headers })).status
  t.equal((await fetch(`${origin}/health`)).status, 200)
  t.equal(await post({}), 401)
  t.equal(await post({ authorization: `Bearer ${token}` }), 503)
  example.kill('SIGTERM')
  t.strictSame(await example.ended, { code: 0, signal: null })
  t.equal(example.stderr(), '')
  t.match(example.stdout(), 'nobody is let in, since nobody can tell which tokens are revoked')
  t.notMatch(example.stdout(), 'secret')
})

t.test('SIGTERM to npm alone ends all that npm has started', async (t) => {
  const example = startWithNpm(t, { PORT: '0' })
  const origin = await originOf(example)
  t.equal((await fetch(`${origin}/health`)).status, 200)
  example.kill('SIGTERM')
  // Their output is closed once none of them is left to write to it.
  await example.ended
  t.match(example.stdout(), '"signal":"SIGTERM","msg":"closing"')
  t.strictSame(await example.temporaryFolders(), [])
  await t.rejects(fetch(`${origin}/health`))
})

t.test('a request under way is finished, though the signal comes twice, from the terminal and from npm', async (t) => {
  const pool = createTestUserPool()
  const { jwksUri, close } = await pool.listen()
  t.teardown(close)
  const example = startExample(t, {
    PORT: '0', LOG_LEVEL: 'debug', COGNITO_USER_POOL_ID: pool.userPoolId, COGNITO_CLIENT_ID: pool.clientId, COGNITO_JWKS_URI: jwksUri
  })
  const { port } = new URL(await originOf(example))
  const { operator } = await headersOf(pool)
  const body = multipart([{ filename: 'note.txt', content: 'hello' }]).payload.toString('latin1')
  const connection = await openConnection(t, Number(port))
  connection.send(requestHead('POST /api/files', { ...operator, ...multipartHeaders, 'content-length': String(body.length) }))
  connection.send(body.slice(0, 40))
  const [, pid] = await example.printed(/"pid":(\d+),.*"starting multipart parsing"/)

  process.kill(Number(pid), 'SIGTERM')
  await example.printed(/"signal":"SIGTERM","msg":"closing"/)
  process.kill(Number(pid), 'SIGTERM')
  connection.send(body.slice(40))
  const answer = await connection.receive(/\{[^]*\}/)
  t.match(answer, 'HTTP/1.1 201 Created')
  t.match(answer.toLowerCase(), '\r\nconnection: close\r\n')
  t.strictSame(await example.ended, { code: 0, signal: null })
  t.equal(example.stdout().match(/"msg":"closing"/g)?.length, 1)
  t.strictSame(await example.temporaryFolders(), [])
})

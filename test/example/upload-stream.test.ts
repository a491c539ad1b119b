import { once } from 'node:events'
import { readdir, watch } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import t from 'tap'
import type { Test } from 'tap'
import { buildExample, callers, headersOf } from './support/app.js'
import type { Example } from './support/app.js'
import { chunk, openConnection, requestHead } from './support/connection.js'
import type { Connection } from './support/connection.js'
import { multipart, multipartHeaders } from './support/multipart.js'

const upload = 'POST /api/files'
const file = multipart([{ filename: 'note.txt', content: 'x'.repeat(1_000) }]).payload.toString('latin1')
const half = file.slice(0, 500)

// A whole answer: all of them are JSON.
const answer = /^HTTP\/1\.1 \d+[^]*?\r\n\r\n\{[^]*\}/

interface Listening extends Example {
  connect (): Promise<Connection>
  /** Resolves at the next line of the log with this message. */
  logged (message: string): Promise<unknown>
}

async function listen (t: Test): Promise<Listening> {
  const stream = new Writable({
    write (line: Buffer, _encoding, done) {
      const entry = JSON.parse(line.toString())
      this.emit(entry.msg, entry)
      done()
    }
  })
  const example = buildExample(t, { server: { logger: { level: 'info', stream } }, uploads: { maxFileSize: 2_048 } })
  const { app } = example
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { ...example, connect: () => openConnection(t, port), logged: (message) => once(stream, message) }
}

t.test('who may not upload is told so before a byte of the body was sent', async (t) => {
  const { app, pool, connect } = await listen(t)
  const headers = await headersOf(pool)
  const verdicts = { 'no token': 'MISSING', expired: 'EXPIRED', 'other client': 'INVALID', operator: null, auditor: null, admin: null }
  for (const caller of callers) {
    const verdict = verdicts[caller]
    const connection = await connect()
    connection.send(requestHead(upload, { ...headers[caller], ...multipartHeaders, 'content-length': String(file.length) }))
    if (verdict === null) {
      connection.send(file)
      t.match(await connection.receive(answer), 'HTTP/1.1 201 Created', caller)
    } else {
      const refusal = await connection.receive(answer)
      t.match(refusal, 'HTTP/1.1 401 Unauthorized', caller)
      t.match(refusal, `"code":"FST_COGNITO_TOKEN_${verdict}"`)
      t.match(refusal.toLowerCase(), '\r\nwww-authenticate: bearer realm="api"')
    }
  }
  t.equal((await readdir(app.uploadFolder)).length, 3)
})

t.test('the body of a refused upload is never taken for the next request', async (t) => {
  const { connect } = await listen(t)
  const connection = await connect()
  const body = requestHead('GET /health', {})
  connection.send(requestHead(upload, { ...multipartHeaders, 'content-length': String(body.length) }))
  t.match(await connection.receive(answer), 'HTTP/1.1 401')
  connection.send(body + requestHead('GET /nowhere', {}))
  t.match(await connection.receive(answer), 'HTTP/1.1 404')
})

t.test('too large a file is refused before the end of the body, and the connection stays of use', async (t) => {
  const { app, pool, connect } = await listen(t)
  const { operator } = await headersOf(pool)
  const connection = await connect()
  const large = multipart([{ filename: 'large', content: 'x'.repeat(300_000) }]).payload.toString('latin1')
  connection.send(requestHead(upload, { ...operator, ...multipartHeaders, 'transfer-encoding': 'chunked' }))
  connection.send(chunk(large.slice(0, 100_000)))
  t.match(await connection.receive(answer), 'HTTP/1.1 413')
  t.strictSame(await readdir(app.uploadFolder), [])
  connection.send(chunk(large.slice(100_000)) + chunk('') + requestHead('GET /health', {}))
  t.match(await connection.receive(answer), 'HTTP/1.1 200')
})

t.test('a file without a name is refused before the end of the body, and the connection stays of use', async (t) => {
  const { app, pool, connect } = await listen(t)
  const { operator } = await headersOf(pool)
  const connection = await connect()
  const nameless = multipart([{ filename: '', content: 'x'.repeat(300_000) }]).payload.toString('latin1')
  connection.send(requestHead(upload, { ...operator, ...multipartHeaders, 'transfer-encoding': 'chunked' }))
  connection.send(chunk(nameless.slice(0, 100_000)))
  t.match(await connection.receive(answer), 'HTTP/1.1 400')
  connection.send(chunk(nameless.slice(100_000)) + chunk('') + requestHead('GET /health', {}))
  t.match(await connection.receive(answer), 'HTTP/1.1 200')
  t.strictSame(await readdir(app.uploadFolder), [])
})

t.test('a file whose sender breaks off half-way is removed', async (t) => {
  const { app, pool, connect, logged } = await listen(t)
  const { operator } = await headersOf(pool)
  const lengths = { 'content-length': String(file.length) }
  const chunks = { 'transfer-encoding': 'chunked' }
  for (const [headers, body] of [[lengths, half], [chunks, chunk(half)]] as const) {
    const created = nextChange(app.uploadFolder)
    const removed = logged('upload not stored')
    const answered = logged('The body is malformed')
    const connection = await connect()
    connection.send(requestHead(upload, { ...operator, ...multipartHeaders, ...headers }))
    connection.send(body)
    await created
    t.equal((await readdir(app.uploadFolder)).length, 1, 'storing has begun')
    connection.destroy()
    await removed
    t.strictSame(await readdir(app.uploadFolder), [])
    t.match(await answered, [{ level: 30, res: { statusCode: 400 } }], 'no error of this server')
  }
})

t.test('an upload under way is finished before the application closes', async (t) => {
  const { app, pool, parent, connect } = await listen(t)
  const { operator } = await headersOf(pool)
  const connection = await connect()
  const created = nextChange(app.uploadFolder)
  connection.send(requestHead(upload, { ...operator, ...multipartHeaders, 'content-length': String(file.length) }))
  connection.send(half)
  await created
  const closed = app.close()
  connection.send(file.slice(500))
  t.match(await connection.receive(answer), '{"name":"note.txt","size":1000,"owner":"carol"}')
  await closed
  t.strictSame(await readdir(parent), [])
})

/** Resolves at the next change in a folder. */
async function nextChange (folder: string): Promise<void> {
  const changes = watch(folder)[Symbol.asyncIterator]()
  await changes.next()
  await changes.return?.()
}

import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { buildExample } from './support/app.js'
import type { Example } from './support/app.js'
import { end, multipart, multipartHeaders } from './support/multipart.js'
import type { MultipartRequest } from './support/multipart.js'

const maxFileSize = 1024

interface Answer {
  readonly statusCode: number
  readonly body: Readonly<Record<string, unknown>>
}

interface Uploader extends Example {
  upload (request: Partial<MultipartRequest>): Promise<Answer>
  /** The contents of what is stored. */
  stored (): Promise<string[]>
}

async function buildUploader (t: Test): Promise<Uploader> {
  const example = buildExample(t, { uploads: { maxFileSize } })
  const { app, pool, parent } = example
  await app.ready()
  const authorization = pool.authorization(await pool.accessToken({ username: 'carol' }))
  return {
    ...example,
    upload: async ({ headers, payload = Buffer.alloc(0) }) => {
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/api/files', headers: { ...headers, ...authorization }, payload })
      return { statusCode, body: JSON.parse(body) }
    },
    stored: async () => {
      t.strictSame(await readdir(parent), [basename(app.uploadFolder)], 'nothing is written beside the upload folder')
      const names = await readdir(app.uploadFolder)
      return Promise.all(names.map((name) => readFile(join(app.uploadFolder, name), 'utf8')))
    }
  }
}

t.test('a file is stored and described by name, size and owner', async (t) => {
  const { upload, stored } = await buildUploader(t)
  t.strictSame(await upload(multipart([{ filename: 'note.txt', content: 'hello' }])), { statusCode: 201, body: { name: 'note.txt', size: 5, owner: 'carol' } })
  t.strictSame(await upload(multipart([{ filename: 'note.txt', content: 'again' }])), { statusCode: 201, body: { name: 'note.txt', size: 5, owner: 'carol' } })
  t.strictSame((await stored()).sort(), ['again', 'hello'], 'one name twice is two files')
})

t.test('a machine, which has no user name, owns by its sub', async (t) => {
  const { app, pool } = buildExample(t)
  const { headers, payload } = multipart([{ filename: 'note.txt', content: 'hello' }])
  const authorization = pool.authorization(await pool.machineToken({ sub: 'machine-1' }))
  const response = await app.inject({ method: 'POST', url: '/api/files', headers: { ...headers, ...authorization }, payload })
  t.strictSame(response.json(), { name: 'note.txt', size: 5, owner: 'machine-1' })
})

t.test('an empty file and one of exactly the largest size are stored', async (t) => {
  const { upload, stored } = await buildUploader(t)
  t.strictSame(await upload(multipart([{ filename: 'empty', content: '' }])), { statusCode: 201, body: { name: 'empty', size: 0, owner: 'carol' } })
  t.match(await upload(multipart([{ filename: 'full', content: 'x'.repeat(maxFileSize) }])), { statusCode: 201, body: { size: maxFileSize } })
  t.equal((await stored()).length, 2)
})

t.test('bytes are stored as they came, and for the owner of the process alone', async (t) => {
  const { app, upload } = await buildUploader(t)
  const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  t.match(await upload(multipart([{ filename: 'bytes', content }])), { statusCode: 201, body: { size: 256 } })
  const [name = ''] = await readdir(app.uploadFolder)
  t.same(await readFile(join(app.uploadFolder, name)), content)
  t.equal((await stat(join(app.uploadFolder, name))).mode & 0o777, 0o600)
})

t.test('a file above the largest size is a 413 and not kept', async (t) => {
  const { upload, stored } = await buildUploader(t)
  for (const size of [maxFileSize + 1, maxFileSize * 2, 3_000_000]) {
    t.match(await upload(multipart([{ filename: 'large', content: 'x'.repeat(size) }])), { statusCode: 413, body: { code: 'FST_REQ_FILE_TOO_LARGE' } }, String(size))
  }
  t.strictSame(await stored(), [])
  t.equal((await upload(multipart([{ filename: 'small', content: 'x' }]))).statusCode, 201, 'the next upload is served')
})

t.test('no name takes a file out of the upload folder; the answer shows the last part of it', async (t) => {
  const { upload, stored } = await buildUploader(t)
  const names: ReadonlyArray<[sent: string, shown: string]> = [
    ['../../etc/passwd', 'passwd'], ['/etc/passwd', 'passwd'], ['..\\..\\boot.ini', 'boot.ini'], ['C:\\boot.ini', 'boot.ini'], ['a/../../b', 'b'],
    ['...', '...'], ['....//x', 'x'], ['%2e%2e%2fx', '%2e%2e%2fx'], ['.hidden', '.hidden'], ['a\u0000b', 'a\u0000b'],
    ['__proto__', '__proto__'], ['con', 'con'], ['-rf', '-rf'], ['~', '~'], ['x'.repeat(255), 'x'.repeat(255)]
  ]
  for (const [sent, shown] of names) {
    t.match(await upload(multipart([{ filename: sent, content: sent }])), { statusCode: 201, body: { name: shown } }, JSON.stringify(sent))
  }
  t.strictSame((await stored()).sort(), names.map(([sent]) => sent).sort())
})

t.test('a file without a usable name is a 400 and not kept', async (t) => {
  const { upload, stored } = await buildUploader(t)
  for (const filename of ['', '.', '..', '../', '/', '../..', 'x'.repeat(256)]) {
    t.match(await upload(multipart([{ filename, content: 'hello' }])), { statusCode: 400, body: { message: 'The file needs a name of 1 to 255 characters' } }, filename)
  }
  t.strictSame(await stored(), [])
})

t.test('fields beside the file are allowed and ignored, within bounds', async (t) => {
  const { upload, stored } = await buildUploader(t)
  const field = { name: 'comment', content: 'hello' }
  const file = { filename: 'note.txt', content: 'hello' }
  t.equal((await upload(multipart([field, file, field]))).statusCode, 201)
  t.match(await upload(multipart([...Array.from({ length: 11 }, () => field), file])), { statusCode: 413, body: { code: /LIMIT/ } })
  t.match(await upload(multipart([file, { ...field, name: '__proto__' }])), { statusCode: 400, body: { code: 'FST_PROTO_VIOLATION' } })
  t.strictSame(await stored(), ['hello'])
})

t.test('two files in one body are refused, and neither is kept', async (t) => {
  const { upload, stored } = await buildUploader(t)
  const request = multipart([{ filename: 'a', content: 'a' }, { filename: 'b', content: 'b' }])
  t.match(await upload(request), { statusCode: 413, body: { code: 'FST_FILES_LIMIT' } })
  t.strictSame(await stored(), [])
})

t.test('a truncated or malformed body is a 400 and not kept', async (t) => {
  const { upload, stored } = await buildUploader(t)
  const file = { filename: 'note.txt', content: 'hello' }
  const bodies: Readonly<Record<string, Partial<MultipartRequest>>> = {
    'no last boundary': multipart([file], ''),
    'half of the last boundary': multipart([file], end.slice(0, 5)),
    'no boundary at all': { headers: multipartHeaders, payload: Buffer.from('hello') },
    'headers of a part cut off': multipart([], '--example-boundary\r\ncontent-dispo'),
    'no boundary in the header': { headers: { 'content-type': 'multipart/form-data' }, payload: multipart([file]).payload },
    'another boundary in the header': { headers: { 'content-type': 'multipart/form-data; boundary=other' }, payload: multipart([file]).payload }
  }
  for (const [name, request] of Object.entries(bodies)) {
    t.match(await upload(request), { statusCode: 400, body: { message: 'The body is malformed' } }, name)
  }
  t.strictSame(await stored(), [])
})

t.test('a body without a file is a 400', async (t) => {
  const { upload, stored } = await buildUploader(t)
  for (const request of [multipart([]), multipart([{ content: 'a field' }]), { headers: multipartHeaders }]) {
    t.match(await upload(request), { statusCode: 400, body: { message: 'Send one file' } })
  }
  t.strictSame(await stored(), [])
})

t.test('a body of another kind is a 415', async (t) => {
  const { upload } = await buildUploader(t)
  const kinds = ['application/json', 'text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded', 'multipart/mixed; boundary=x']
  for (const kind of kinds) {
    t.equal((await upload({ headers: { 'content-type': kind }, payload: Buffer.from('{}') })).statusCode, 415, kind)
  }
  t.equal((await upload({})).statusCode, 415, 'none')
})

t.test('a folder that cannot be written to is a 500 that names no path', async (t) => {
  const { app, upload } = await buildUploader(t)
  await rm(app.uploadFolder, { recursive: true })
  t.strictSame(await upload(multipart([{ filename: 'note.txt', content: 'hello' }])), {
    statusCode: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'The file could not be stored' }
  })
})

t.test('the upload folder goes with the application', async (t) => {
  const { app, parent, upload } = await buildUploader(t)
  t.equal((await upload(multipart([{ filename: 'note.txt', content: 'hello' }]))).statusCode, 201)
  await app.close()
  t.strictSame(await readdir(parent), [])
})

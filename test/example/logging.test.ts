import t from 'tap'
import { loggerOptions } from '../../example/logging.js'
import { captureLog } from '../support/log-capture.js'
import { buildExample, headersOf } from './support/app.js'
import { multipart } from './support/multipart.js'

t.test('no token is in the log, whatever is asked for and at every level', async (t) => {
  const log = captureLog()
  const { app, pool } = buildExample(t, { server: { logger: { ...loggerOptions('trace'), stream: log.logger.stream } } })
  const upload = multipart([{ filename: 'note.txt', content: 'hello' }])
  const all = await headersOf(pool)
  for (const headers of Object.values(all)) {
    for (const url of ['/health', '/api/me', '/api/admin', '/nowhere']) await app.inject({ url, headers })
    await app.inject({ method: 'POST', url: '/api/files', payload: upload.payload, headers: { ...headers, ...upload.headers, cookie: 'session=secret' } })
  }
  t.equal(log.where('msg', 'Providing options to busboy').length, 3, 'the headers were on their way to the log')
  t.match(log.text(), '"authorization":"[Redacted]"')
  for (const { authorization = 'Bearer a.b.c' } of Object.values(all)) {
    const [header = '', payload = '', signature = ''] = authorization.slice('Bearer '.length).split('.')
    for (const part of [header, payload, signature].filter((part) => part.length > 1)) t.notOk(log.text().includes(part))
  }
  t.notMatch(log.text(), 'session=secret')
})

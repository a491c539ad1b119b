import { EventEmitter, once } from 'node:events'
import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { listen } from '../../example/listen.js'
import { captureLog } from '../support/log-capture.js'
import { buildExample } from './support/app.js'
import { openConnection, requestHead } from './support/connection.js'

const address = { host: '127.0.0.1', port: 0 }

t.test('gives the origin and goes on until the first signal', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const { app } = buildExample(t)
    const signals = new EventEmitter()
    const { origin, closed } = await listen(app, { ...address, signals })
    t.equal((await fetch(`${origin}/health`)).status, 200)
    signals.emit(signal)
    await closed
    t.equal(app.server.listening, false)
    await t.rejects(fetch(`${origin}/health`))
  }
})

t.test('a signal that comes more than once closes once', async (t) => {
  const log = captureLog()
  const { app } = buildExample(t, { server: { logger: log.logger } })
  const signals = new EventEmitter()
  const { closed } = await listen(app, { ...address, signals })
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM']) signals.emit(signal)
  await closed
  signals.emit('SIGTERM')
  t.match(log.where('msg', 'closing'), [{ signal: 'SIGINT' }])
  t.equal(log.where('msg', 'closing').length, 1)
})

t.test('a signal that comes while the plugins load is obeyed once they have', async (t) => {
  const { app, parent } = buildExample(t)
  const signals = new EventEmitter()
  const listening = listen(app, { ...address, signals })
  signals.emit('SIGTERM')
  await (await listening).closed
  t.equal(app.server.listening, false)
  t.strictSame(await readdir(parent), [])
})

t.test('a request that never ends is cut off after the grace', async (t) => {
  const { app, pool } = buildExample(t)
  const signals = new EventEmitter()
  const { closed } = await listen(app, { ...address, signals, grace: 1 })
  const { port } = app.server.address() as AddressInfo
  const connection = await openConnection(t, port)
  const arrived = once(app.server, 'request')
  connection.send(requestHead('POST /api/files', {
    ...pool.authorization(await pool.accessToken()), 'content-type': 'multipart/form-data; boundary=x', 'content-length': '1000'
  }))
  await arrived
  const cutOff = t.rejects(connection.receive(/HTTP/))
  signals.emit('SIGTERM')
  await closed
  await cutOff
})

t.test('an application that cannot listen is closed, and the reason is passed on', async (t) => {
  const first = buildExample(t)
  await first.app.listen(address)
  const { port } = first.app.server.address() as AddressInfo
  const { app } = buildExample(t)
  let isClosed = false
  app.addHook('onClose', async () => { isClosed = true })
  await t.rejects(listen(app, { ...address, port, signals: new EventEmitter() }), { code: 'EADDRINUSE', port })
  t.equal(isClosed, true)
})

t.test('a failure to close is passed on', async (t) => {
  const { app } = buildExample(t)
  const signals = new EventEmitter()
  const failure = new Error('not closed')
  let isFirst = true
  app.addHook('onClose', async () => {
    if (isFirst) {
      isFirst = false
      throw failure
    }
  })
  const { closed } = await listen(app, { ...address, signals })
  signals.emit('SIGTERM')
  await t.rejects(closed, failure)
})

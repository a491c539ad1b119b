// An application that is stopped and goes on: `node pausing-server.js MODULE`, where MODULE exports `protect(app, options)`.
// Each message makes a new instance, so that all are of one process; it may be stopped or blocked right after its registration.
import Fastify from 'fastify'

const { protect } = await import(process.argv[2])
let app = null

process.on('message', async ({ options, isStopped, blocked }) => {
  await app?.close()
  app = Fastify({ forceCloseConnections: true })
  app.addHook('onRequest', async () => { process.send('request') })
  await protect(app, options)
  // What was begun by the registration has had no turn yet.
  if (blocked > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blocked)
  if (isStopped) {
    await new Promise((resolve) => {
      process.send('stopping', () => {
        process.kill(process.pid, 'SIGSTOP')
        resolve()
      })
    })
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  process.send({ port: app.server.address().port })
})
process.on('disconnect', () => process.exit())
process.send('ready')

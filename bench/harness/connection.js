// One keep-alive connection that sends a request, waits for the whole answer, and sends the next.
import { connect } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')
const lengthForm = /\r\ncontent-length: *(\d+)\r\n/i

/**
 * Opens a connection.
 *
 * @returns `send(request)`, which resolves nothing: `onAnswer(status, microseconds)` is called once per request.
 */
export async function openConnection (port, onAnswer, onFailure) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let received = null
  let sentAt = null

  socket.on('error', onFailure)
  socket.on('close', () => { if (sentAt !== null) onFailure(new Error('the server closed a connection before it answered')) })
  socket.on('data', (chunk) => {
    received = received === null ? chunk : Buffer.concat([received, chunk])
    const head = received.indexOf(headEnd)
    if (head === -1) return
    const length = lengthForm.exec(received.latin1Slice(0, head + 2))
    if (length === null) {
      onFailure(new Error('an answer without content-length'))
      return
    }
    if (received.length < head + headEnd.length + Number(length[1])) return
    // "HTTP/1.1 200 OK": the status stands at a fixed place.
    const status = (received[9] - 48) * 100 + (received[10] - 48) * 10 + received[11] - 48
    const took = (performance.now() - sentAt) * 1000
    received = null
    sentAt = null
    onAnswer(status, took)
  })

  return {
    get isBusy () { return sentAt !== null },
    send (request) {
      sentAt = performance.now()
      socket.write(request)
    },
    close () {
      sentAt = null
      socket.destroy()
    }
  }
}

import t from 'tap'
import { holdReply } from '../../src/request/held-reply.js'

const refusal = new Error('not judged')

/** A reply that remembers what it has sent. */
function createReply (statusCode = 200): { statusCode: number, send (...payload: unknown[]): unknown, removeHeader (name: string): void, readonly sent: unknown[], readonly headers: Map<string, string> } {
  const sent: unknown[] = []
  const headers = new Map([['location', '/secret'], ['vary', 'origin']])
  return {
    statusCode,
    sent,
    headers,
    removeHeader: (name) => headers.delete(name),
    send (...payload) {
      sent.push(payload)
      return this
    }
  }
}

t.test('what is sent while a reply is held is replaced by the refusal, whatever it is', async (t) => {
  for (const payload of [['secret'], [{ secret: 1 }], [null], []]) {
    const reply = createReply()
    holdReply(reply, () => refusal)
    t.equal(reply.send(...payload), reply, 'and the reply comes back')
    t.strictSame(reply.sent, [[refusal]])
    t.strictSame([...reply.headers.keys()], ['vary'], 'nor does it say where to go')
  }
})

t.test('an error may be sent: as an error, or with a status that says so', async (t) => {
  const timedOut = new Error('too slow')
  const reply = createReply()
  holdReply(reply, () => refusal)
  reply.send(timedOut)
  for (const [statusCode, expected] of [[399, refusal], [400, 'page'], [504, 'page']] as const) {
    reply.statusCode = statusCode
    reply.send('page')
    t.strictSame(reply.sent.at(-1), [expected], String(statusCode))
  }
  t.strictSame(reply.sent[0], [timedOut])
})

t.test('a reply is held until all who judge have answered, in any order', async (t) => {
  for (const order of [[0, 1], [1, 0]]) {
    const reply = createReply()
    const releases = [holdReply(reply, () => refusal), holdReply(reply, () => refusal)]
    for (const [at, which] of order.entries()) {
      reply.send('early')
      t.strictSame(reply.sent.at(-1), [refusal], `${at} have answered`)
      releases[which]?.()
    }
    reply.send('late')
    t.strictSame(reply.sent.at(-1), ['late'])
    const release = holdReply(reply, () => refusal)
    reply.send('again')
    t.strictSame(reply.sent.at(-1), [refusal], 'held again')
    release()
  }
})

t.test('what is no reply is let be', async (t) => {
  for (const reply of [null, undefined, 'reply', {}, { send: 'x' }]) t.doesNotThrow(() => holdReply(reply, () => refusal)())
})

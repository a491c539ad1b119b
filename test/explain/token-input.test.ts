import t from 'tap'
import { readToken } from '../../src/explain/token-input.js'
import { UsageError } from '../../src/explain/arguments.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { rejectionOf } from '../support/rejection.js'

interface Typed {
  readonly token: Promise<string>
  /** What happened, in order: how the terminal was switched, and that the input was closed. */
  readonly events: unknown[]
  readonly errors: () => string
}

/** Types into a terminal, or hands over through a pipe. */
function type (pieces: ReadonlyArray<string | Uint8Array>, isTerminal = true): Typed {
  const events: unknown[] = []
  let errors = ''
  async function * input (): AsyncGenerator<string | Uint8Array> {
    try {
      yield * pieces
    } finally {
      events.push('closed')
    }
  }
  const terminal = isTerminal ? { setRawMode: (isRaw: boolean) => { events.push(isRaw) } } : null
  const token = readToken({ input: input(), terminal, errors: { write: (text) => { errors += text } } })
  return { token, events, errors: () => errors }
}

t.test('a token longer than a line of a terminal comes whole, since the terminal is switched to raw', async (t) => {
  const groups = Array.from({ length: 200 }, (_, index) => `group-${index}`)
  const token = await createTestUserPool().accessToken({ groups })
  t.ok(token.length > 4095)
  const { token: read, events, errors } = type([token.slice(0, 4095), `${token.slice(4095)}\r`, '\u0004'])
  t.equal(await read, token)
  t.strictSame(events, [true, false, 'closed'], 'and switched back before the input is closed')
  t.equal(errors(), 'Paste the token and press Ctrl+D. It is not shown.\n')
})

t.test('nothing after Ctrl+D is read, and Enter ends nothing: the rest of a paste would reach the shell', async (t) => {
  t.equal(await type(['abc\u0004def', 'ghi']).token, 'abc')
  t.equal(await type(['abc\r\n', 'def', '\r\u0004']).token, 'abc\r\ndef')
  t.equal(await type(['abc']).token, 'abc', 'a terminal that is gone ends it too')
})

t.test('Ctrl+C ends it without a token, and switches the terminal back', async (t) => {
  for (const pieces of [['\u0003'], ['abc', 'def\u0003'], ['abc\u0003\u0004']]) {
    const { token, events } = type(pieces)
    t.strictSame(await rejectionOf(token), new UsageError('interrupted before a token had come'))
    t.strictSame(events, [true, false, 'closed'])
  }
})

t.test('an empty line is no token', async (t) => {
  for (const pieces of [['\u0004'], ['\r\u0004'], []]) t.strictSame(await rejectionOf(type(pieces).token), new UsageError('no token came on standard input'))
})

t.test('in a pipe these characters mean nothing, and nobody is asked', async (t) => {
  const { token, events, errors } = type(['a\u0003b\u0004c', 'd'], false)
  t.equal(await token, 'a\u0003b\u0004cd')
  t.strictSame(events, ['closed'])
  t.equal(errors(), '')
})

t.test('an input that fails is passed on, and the terminal switched back', async (t) => {
  const events: unknown[] = []
  const fault = new Error('read EIO')
  const input = { [Symbol.asyncIterator]: () => ({ next: async () => { throw fault } }) }
  const read = readToken({ input, terminal: { setRawMode: (isRaw) => { events.push(isRaw) } }, errors: { write: () => true } })
  t.equal(await rejectionOf(read), fault)
  t.strictSame(events, [true, false])
})

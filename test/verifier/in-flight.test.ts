import t from 'tap'
import { createInFlight } from '../../src/verifier/in-flight.js'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function deferred (): { work: Promise<number>, resolve: (value: number) => void, reject: (error: Error) => void } {
  let resolve = (_value: number): void => {}
  let reject = (_error: Error): void => {}
  const work = new Promise<number>((_resolve, _reject) => {
    resolve = _resolve
    reject = _reject
  })
  return { work, resolve, reject }
}

t.test('gives the work that is under way for a token, and the same to everyone', async (t) => {
  const inFlight = createInFlight<number>()
  const { work, resolve } = deferred()
  t.equal(inFlight.get('token-a'), null)
  t.equal(inFlight.add('token-a', work), work)
  t.equal(inFlight.get('token-a'), work)
  t.equal(inFlight.get('token-a'), work)
  resolve(1)
  await settled()
})

t.test('forgets the work once it is done', async (t) => {
  const inFlight = createInFlight<number>()
  const { work, resolve } = deferred()
  inFlight.add('token-a', work)
  resolve(1)
  await settled()
  t.equal(inFlight.get('token-a'), null)
})

t.test('forgets the work once it has failed, without an unhandled rejection of its own', async (t) => {
  const inFlight = createInFlight<number>()
  const { work, reject } = deferred()
  const rejection = t.rejects(inFlight.add('token-a', work), { message: 'down' })
  reject(new Error('down'))
  await rejection
  await settled()
  t.equal(inFlight.get('token-a'), null)
})

t.test('a place that is taken stays with whom it belongs to, and no token gets the work of another', async (t) => {
  const inFlight = createInFlight<number>()
  // Only the last 43 characters count for the place, so these share one.
  const ending = 'x'.repeat(43)
  const first = deferred()
  const second = deferred()
  inFlight.add(`one.${ending}`, first.work)
  t.equal(inFlight.get(`two.${ending}`), null)
  t.equal(inFlight.add(`two.${ending}`, second.work), second.work)
  t.equal(inFlight.get(`two.${ending}`), null, 'the later one is not shared')
  t.equal(inFlight.get(`one.${ending}`), first.work)
  second.resolve(2)
  await settled()
  t.equal(inFlight.get(`one.${ending}`), first.work, 'nor does its end free the place')
  first.resolve(1)
  await settled()
  t.equal(inFlight.get(`one.${ending}`), null)
})

t.test('tokens that differ anywhere in their last characters never meet, however many there are', async (t) => {
  const inFlight = createInFlight<number>()
  const { work, resolve } = deferred()
  const tokens = Array.from({ length: 10_000 }, (_, index) => `same.start.${String(index).padStart(43, 'a')}`)
  for (const token of tokens) inFlight.add(token, work)
  t.ok(tokens.every((token) => inFlight.get(token) === work))
  resolve(1)
  await settled()
  t.ok(tokens.every((token) => inFlight.get(token) === null))
})

t.test('tokens shorter than what is looked at have a place too', async (t) => {
  const inFlight = createInFlight<number>()
  for (const token of ['', 'a', 'ab', 'abc', 'abcd']) {
    const { work, resolve } = deferred()
    t.equal(inFlight.get(token), null)
    inFlight.add(token, work)
    t.equal(inFlight.get(token), work, JSON.stringify(token))
    resolve(1)
    await settled()
  }
})

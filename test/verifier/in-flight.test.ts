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

t.test('never gives one token the work of another that meets it in the table', async (t) => {
  const inFlight = createInFlight<number>()
  // Only the last twelve characters count for the place, so these three share one.
  const first = deferred()
  const second = deferred()
  inFlight.add('one.shared-ending', first.work)
  t.equal(inFlight.get('two.shared-ending'), null)
  t.equal(inFlight.get('three.shared-ending'), null)
  inFlight.add('two.shared-ending', second.work)
  t.equal(inFlight.get('one.shared-ending'), null, 'the earlier one is no longer shared')
  t.equal(inFlight.get('two.shared-ending'), second.work)
  first.resolve(1)
  await settled()
  t.equal(inFlight.get('two.shared-ending'), second.work, 'the end of the earlier one does not take the place from the later')
  second.resolve(2)
  await settled()
  t.equal(inFlight.get('two.shared-ending'), null)
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

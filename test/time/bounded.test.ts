import t from 'tap'
import { mock } from 'node:test'
import { isPromiseLike, longestAnswer, withinBound } from '../../src/time/bounded.js'

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

t.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }))
t.afterEach(() => mock.timers.reset())

t.test('settles like an answer that comes in time', async (t) => {
  t.equal(await withinBound('mapUser', Promise.resolve(1)), 1)
  await t.rejects(withinBound('mapUser', Promise.reject(new Error('down'))), { message: 'down' })
})

t.test('waits up to the bound and not a millisecond longer', async (t) => {
  let settled = false
  const answer = withinBound('isRevoked', new Promise<never>(() => {})).finally(() => { settled = true })
  const rejection = t.rejects(answer, { message: 'isRevoked did not answer within 3000 ms' })
  mock.timers.tick(longestAnswer - 1)
  await turn()
  t.notOk(settled)
  mock.timers.tick(1)
  await rejection
})

t.test('a rejection that comes too late is nobody\'s: the process goes on', async (t) => {
  let reject = (_error: Error): void => {}
  const answer = withinBound('mapUser', new Promise<never>((_resolve, _reject) => { reject = _reject }))
  const rejection = t.rejects(answer, { message: 'mapUser did not answer within 3000 ms' })
  mock.timers.tick(longestAnswer)
  await rejection
  const unhandled: unknown[] = []
  const note = (error: unknown): void => { unhandled.push(error) }
  process.on('unhandledRejection', note)
  reject(new Error('late'))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  t.same(unhandled, [])
})

t.test('leaves no timer behind, however the answer comes', async (t) => {
  const started = mock.method(globalThis, 'setInterval')
  const cleared = mock.method(globalThis, 'clearInterval')
  t.teardown(() => mock.restoreAll())
  await withinBound('mapUser', Promise.resolve(1))
  await t.rejects(withinBound('mapUser', Promise.reject(new Error('down'))))
  t.equal(started.mock.callCount(), 2)
  t.strictSame(cleared.mock.calls.map((call) => call.arguments[0]), started.mock.calls.map((call) => call.result))
})

t.test('an answer that has arrived in the moment the bound is reached is taken', async (t) => {
  let answerNow = (_value: string): void => {}
  const answer = withinBound('isRevoked', new Promise<string>((resolve) => { answerNow = resolve }))
  mock.timers.tick(longestAnswer)
  // As input is that is read after the timers of the same turn.
  answerNow('in time')
  t.equal(await answer, 'in time')
})

t.test('a promise is what has a method "then"; nothing else is waited for', async (t) => {
  t.ok(isPromiseLike(Promise.resolve()))
  const thenable = new Proxy({}, { get: (_target, name) => (name === 'then' ? () => {} : undefined) })
  t.ok(isPromiseLike(thenable))
  for (const value of [null, undefined, 0, 'then', {}, { then: true }, () => {}]) t.notOk(isPromiseLike(value))
})

import t from 'tap'
import { mock } from 'node:test'
import { systemClock } from '../../src/time/clock.js'

t.test('tells the time of the system in milliseconds since the epoch', async (t) => {
  const before = Date.now()
  const now = systemClock.now()
  t.ok(now >= before && now <= Date.now())
})

t.test('tells ages by a clock that a change of the system time does not move', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: 1_000 })
  t.teardown(() => mock.timers.reset())
  const before = systemClock.monotonic()
  t.equal(systemClock.now(), 1_000, 'the system time was moved back by decades')
  t.ok(systemClock.monotonic() >= before, 'the other clock was not')
})

t.test('is frozen, since every verifier of the process shares it', async (t) => {
  t.ok(Object.isFrozen(systemClock))
})

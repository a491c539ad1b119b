// Deadlines on a clock of the test: how long a tick took is what the clock says, when it comes is what the timers say.
import { mock } from 'node:test'
import t from 'tap'
import type { Test } from 'tap'
import { createDeadline } from '../../src/time/deadline.js'
import type { Deadline } from '../../src/time/deadline.js'
import { createTestClock } from '../support/test-clock.js'

t.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }))
t.afterEach(() => mock.timers.reset())

const duration = 8_000
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

interface Course {
  readonly deadline: Deadline
  /** Lets milliseconds pass on the clock, then the timers of `ticked` milliseconds have their turn. Tells whether it has expired. */
  pass (milliseconds: number, ticked?: number): Promise<boolean>
  readonly clock: ReturnType<typeof createTestClock>
}

function createCourse (length = duration): Course {
  const clock = createTestClock()
  let expiries = 0
  const deadline = createDeadline(length, clock, () => { expiries++ })
  return {
    deadline,
    clock,
    pass: async (milliseconds, ticked = milliseconds) => {
      clock.pass(milliseconds)
      mock.timers.tick(ticked)
      await turn()
      if (expiries > 1) throw new Error('expired twice')
      return expiries === 1
    }
  }
}

/** Lets time pass as it does in a process that runs. */
async function run (t: Test, { pass }: Course, milliseconds: number): Promise<boolean> {
  let expired = false
  for (let passed = 0; passed < milliseconds; passed += 1_000) {
    if (expired) t.fail(`expired after ${passed} ms`)
    expired = await pass(1_000)
  }
  return expired
}

t.test('expires when the process has run for its duration, and not before', async (t) => {
  const course = createCourse()
  t.equal(await run(t, course, 7_000), false)
  t.equal(await course.pass(999), false)
  t.equal(await course.pass(1), true)
  t.equal(course.deadline.wasPaused(), false)
  t.equal(await course.pass(60_000), true, 'once')
})

t.test('does not count a block that is shorter than the duration', async (t) => {
  const course = createCourse()
  t.equal(await run(t, course, 2_000), false)
  t.equal(await course.pass(7_000, 1_000), false)
  t.equal(course.deadline.wasPaused(), false)
  t.equal(await run(t, course, 5_000), false)
  t.equal(await run(t, course, 1_000), true)
  t.equal(course.deadline.wasPaused(), false)
})

t.test('gives a process that was paused for longer one more part, then ends and says so', async (t) => {
  const course = createCourse()
  t.equal(await run(t, course, 2_000), false)
  course.clock.pass(60_000)
  t.equal(course.deadline.wasPaused(), true, 'already before the timers have their turn')
  t.equal(await course.pass(0, 1_000), false, 'the tick that is late counts for nothing')
  t.equal(await course.pass(1_000), true)
  t.equal(course.deadline.wasPaused(), true)
})

t.test('knows of a machine that was suspended by the time of day', async (t) => {
  const course = createCourse()
  course.clock.adjust(7_999)
  t.equal(course.deadline.wasPaused(), false)
  course.clock.adjust(1)
  t.equal(course.deadline.wasPaused(), true)
  t.equal(await course.pass(1_000), true)
})

t.test('calls nothing shorter than a second a pause, however short the duration', async (t) => {
  const course = createCourse(80)
  t.equal(await course.pass(1_000, 10), false)
  t.equal(course.deadline.wasPaused(), false)
  course.clock.pass(1_000)
  t.equal(course.deadline.wasPaused(), true)
})

t.test('comes to an end also where every turn of the process is slow', async (t) => {
  const course = createCourse()
  let ticks = 0
  for (let expired = false; !expired; ticks++) expired = await course.pass(2_100, 1_000)
  t.equal(ticks <= 16, true)
})

t.test('waits for the input that has arrived before it expires', async (t) => {
  const clock = createTestClock()
  const order: string[] = []
  createDeadline(10, clock, () => order.push('expired'))
  mock.timers.tick(20)
  order.push('input')
  await turn()
  t.strictSame(order, ['input', 'expired'])
})

t.test('a clock that is taken away and comes back is no pause', async (t) => {
  const clock = { reading: 100_000, now: () => 0, monotonic: () => clock.reading }
  let expired = false
  const deadline = createDeadline(duration, clock, () => { expired = true })
  clock.reading = 0
  t.equal(deadline.wasPaused(), false)
  mock.timers.tick(duration)
  await turn()
  t.equal(expired, true)
})

t.test('its timer is silent when it should have ticked long since, until it is over', async (t) => {
  const { deadline, clock, pass } = createCourse()
  clock.pass(16_000)
  t.equal(deadline.isSilent(), false)
  clock.pass(1)
  t.equal(deadline.isSilent(), true)
  await pass(0, 1_000)
  t.equal(deadline.isSilent(), false)
  deadline.end()
  clock.pass(60_000)
  t.equal(deadline.isSilent(), false)
})

t.test('can be ended, and then never expires', async (t) => {
  const { deadline, pass } = createCourse()
  deadline.end()
  t.equal(await pass(60_000), false)
})

t.test('keeps the process alive only while it is held and under way', async (t) => {
  mock.timers.reset()
  const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const held = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length - before
  const deadline = createDeadline(60_000, createTestClock(), () => {})
  t.equal(held(), 0)
  deadline.hold()
  t.equal(held(), 1)
  deadline.end()
  t.equal(held(), 0)
  deadline.hold()
  t.equal(held(), 0)
})

t.test('works with timers that are numbers, as a browser-like test environment has them', async (t) => {
  const started = mock.method(globalThis, 'setInterval', () => 7)
  const cleared = mock.method(globalThis, 'clearInterval', () => {})
  t.teardown(() => mock.restoreAll())
  const deadline = createDeadline(100, createTestClock(), () => {})
  deadline.hold()
  deadline.end()
  t.equal(started.mock.callCount(), 1)
  t.strictSame(cleared.mock.calls.map((call): unknown => call.arguments[0]), [7])
})

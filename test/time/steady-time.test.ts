import t from 'tap'
import { createSteadyTime } from '../../src/time/steady-time.js'

/** The steady times of readings that come one after another. */
function timesOf (...readings: number[]): number[] {
  const time = createSteadyTime()
  return readings.map((reading) => time.at(reading))
}

t.test('a clock that only goes forward is taken as it is', async (t) => {
  t.strictSame(timesOf(5, 5, 7.5, 1_000), [5, 5, 7.5, 1_000])
  t.strictSame(timesOf(-3, 0), [-3, 0])
})

t.test('time goes on from where it was when the clock falls back, as under fake timers', async (t) => {
  t.strictSame(timesOf(100_000, 0, 10, 60_010), [100_000, 100_000, 100_010, 160_010])
})

t.test('and is the clock\'s again once that has come back: nothing has aged by the test', async (t) => {
  t.strictSame(timesOf(100_000, 0, 10, 100_500, 100_600), [100_000, 100_000, 100_010, 100_500, 100_600])
  t.strictSame(timesOf(100_000, 0, 60_000, 100_500, 200_000), [100_000, 100_000, 160_000, 160_000, 200_000], 'never earlier than the time before')
})

t.test('also when clocks are taken away within one another', async (t) => {
  t.strictSame(timesOf(1_000, 100, 150, 0, 10, 160, 1_100), [1_000, 1_000, 1_050, 1_050, 1_060, 1_060, 1_100])
  t.strictSame(timesOf(1_000, 100, 150, 0, 10, 1_100), [1_000, 1_000, 1_050, 1_050, 1_060, 1_100])
})

t.test('every step back is counted', async (t) => {
  const time = createSteadyTime()
  for (const [reading, setbacks] of [[10, 0], [10, 0], [9, 1], [11, 1], [3, 2]] as const) {
    time.at(reading)
    t.equal(time.setbacks, setbacks)
  }
})

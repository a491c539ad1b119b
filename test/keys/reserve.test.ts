import t from 'tap'
import { createReserve } from '../../src/keys/reserve.js'

t.test('a reserve gives what it has at once and one more after each interval', async (t) => {
  const reserve = createReserve(3, 100)
  t.strictSame([1, 2, 3, 4].map(() => reserve.take(1_000)), [true, true, true, false])
  t.equal(reserve.take(1_099), false)
  t.equal(reserve.take(1_100), true)
  t.equal(reserve.take(1_100), false)
})

t.test('it never holds more than its size, however long nobody takes', async (t) => {
  const reserve = createReserve(3, 100)
  for (const now of [0, 1_000_000]) t.strictSame([1, 2, 3, 4].map(() => reserve.take(now)), [true, true, true, false])
})

t.test('it tells how long until there is one, and whether all are there', async (t) => {
  const reserve = createReserve(3, 100)
  t.equal(reserve.isFull(0), true)
  t.equal(reserve.wait(0), 0)
  reserve.take(0)
  t.equal(reserve.isFull(99), false)
  t.equal(reserve.isFull(100), true)
  t.equal(reserve.wait(0), 0)
  reserve.take(0)
  reserve.take(0)
  t.equal(reserve.wait(0), 100)
  t.equal(reserve.wait(40), 60)
  t.equal(reserve.wait(100), 0)
  t.equal(reserve.take(100), true)
})

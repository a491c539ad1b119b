import t from 'tap'
import { createStrangers } from '../../src/tenants/strangers.js'

t.test('so many are remembered, each for its time; the one that was added longest ago goes first', async (t) => {
  const strangers = createStrangers(2, 10)
  const known = (now: number): string[] => ['a', 'b', 'c'].filter((one) => strangers.has(one, now))
  strangers.add('a', 0)
  strangers.add('b', 1)
  strangers.add('b', 1)
  t.strictSame(known(1), ['a', 'b'], 'one that comes again takes no room')
  strangers.add('a', 2)
  strangers.add('c', 3)
  t.strictSame(known(3), ['a', 'c'])
  t.strictSame(known(12), ['c'])
  t.strictSame(known(13), [])
})

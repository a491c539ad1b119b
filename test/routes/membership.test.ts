import fc from 'fast-check'
import t from 'tap'
import { wantedValues } from '../../src/routes/membership.js'

const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

t.test('finds what two lists have in common, of whatever length they are', async (t) => {
  for (const length of [1, 16, 17, 500]) {
    const held = names(length, 'group-')
    const others = names(length, 'other-')
    const last = `group-${length - 1}`
    t.equal(wantedValues([...others, last]).anyIn(held), true)
    t.equal(wantedValues(others).anyIn(held), false)
    t.equal(wantedValues(held).allIn(held), true)
    t.equal(wantedValues(held).allIn([...others, ...held]), true)
    t.equal(wantedValues([...held, 'other']).allIn(held), false)
    t.equal(wantedValues([...held, last]).allIn(held), true, 'named twice')
    t.equal(wantedValues(held).allIn(Array.from({ length }, () => last)), length === 1, 'held many times')
    t.equal(wantedValues(held).anyIn([]), false)
    t.equal(wantedValues(held).allIn([]), false)
  }
})

t.test('long lists are compared as exactly as short ones: types, case and parts tell values apart', async (t) => {
  for (const fill of [[], names(20, 'x')]) {
    for (const [wanted, held] of [['1', 1], [1, '1'], [true, 'true'], ['Admins', 'admins'], ['Admin', 'Admins'], ['a', 'a,b'], ['toString', ''], ['__proto__', {}], ['length', []]]) {
      t.equal(wantedValues([...fill, wanted]).anyIn([held]), false)
      t.equal(wantedValues([...fill, wanted]).allIn([...fill, held]), false)
      t.equal(wantedValues([...fill, wanted]).allIn([...fill, held, wanted]), true)
    }
  }
})

t.test('agrees with the words', async (t) => {
  const list = fc.array(fc.oneof(fc.nat(20), fc.nat(20).map(String)), { maxLength: 40, size: 'max' })
  fc.assert(fc.property(list, list, (held, wanted) => {
    const { anyIn, allIn } = wantedValues(wanted)
    return anyIn(held) === wanted.some((value) => held.indexOf(value) >= 0) && allIn(held) === wanted.every((value) => held.indexOf(value) >= 0)
  }))
  t.pass('for all of them')
})

import t from 'tap'
import { describe, distance, list, moment } from '../../src/explain/words.js'

const now = Date.UTC(2026, 5, 1, 12) / 1000

t.test('describes values of every kind on one line', async (t) => {
  const cases: ReadonlyArray<readonly [unknown, string]> = [
    [undefined, 'absent'],
    [null, 'null'],
    [7, '7'],
    [true, 'true'],
    ['plain', '"plain"'],
    ['', '""'],
    [['a', 'b'], '"a", "b"'],
    [[], 'an empty array'],
    [['a', 1], 'an array'],
    [{ a: 1 }, 'an object']
  ]
  for (const [value, words] of cases) t.equal(describe(value), words)
})

t.test('cuts a string after 128 characters', async (t) => {
  t.equal(describe('x'.repeat(128)), `"${'x'.repeat(128)}"`)
  t.equal(describe('x'.repeat(129)), `"${'x'.repeat(128)}…"`)
})

t.test('escapes what a terminal would obey or hide, and nothing that can be read', async (t) => {
  const hostile = ['\u001b[31m', '\u009b2J', '\u0007', '\r', '\n', '\u202e', '\u2028', '\u2066', '\u200b', '\ufeff', '\ud800', '\u{e0041}']
  for (const text of hostile) {
    const words = describe(`a${text}b`)
    t.notMatch(words, /[\p{C}\p{Zl}\p{Zp}]/u, JSON.stringify(words))
    t.equal(JSON.parse(words), `a${text}b`, 'the escapes are those of JSON')
  }
  for (const text of ['Großhändler', '管理者', '👩‍💻'.slice(0, 2), 'a b']) t.equal(describe(text), `"${text}"`)
})

t.test('lists names, or says that there are none', async (t) => {
  t.equal(list([]), 'none')
  t.equal(list(['a']), '"a"')
  t.equal(list(['a', 'b']), '"a", "b"')
  t.equal(list(['a', 'b'], ' or '), '"a" or "b"')
})

t.test('tells a moment by its distance, in a unit from twice its length on, and by its date', async (t) => {
  const cases: ReadonlyArray<readonly [number, string]> = [
    [0, 'in 0 seconds (2026-06-01T12:00:00.000Z)'],
    [-5, '5 seconds ago (2026-06-01T11:59:55.000Z)'],
    [119, 'in 119 seconds (2026-06-01T12:01:59.000Z)'],
    [120, 'in 2 minutes (2026-06-01T12:02:00.000Z)'],
    [-5400, '90 minutes ago (2026-06-01T10:30:00.000Z)'],
    [7200, 'in 2 hours (2026-06-01T14:00:00.000Z)'],
    [-172_800, '2 days ago (2026-05-30T12:00:00.000Z)']
  ]
  for (const [offset, words] of cases) t.equal(moment(now + offset, now), words)
})

t.test('tells a moment that is no date as the value it is', async (t) => {
  t.equal(moment(undefined, now), 'absent')
  t.equal(moment('1780315200', now), '"1780315200"')
  t.equal(moment(Infinity, now), 'Infinity')
  t.equal(moment(8.64e12 + 1, now), '8640000000001')
})

t.test('tells a distance in words, or its two ends where one is no time', async (t) => {
  t.equal(distance(now, now + 1), '1 second')
  t.equal(distance(now, now + 3600), '60 minutes')
  t.equal(distance(now, now + 86_400), '24 hours')
  t.equal(distance(now, now - 60), '-60 seconds')
  t.equal(distance(undefined, now), `from absent to ${now}`)
  t.equal(distance(now, 'never'), `from ${now} to "never"`)
})

import t from 'tap'
import vm from 'node:vm'
import { finiteNumber, functionOr, integer, isPlainObject, members, optionInvalid, text, texts } from '../../src/options/checks.js'
import { notAFunction, notAnObject, notANumber, notAString } from '../support/option-cases.js'

const code = 'FST_COGNITO_OPTIONS_INVALID'
const isShort = (value: string): boolean => value.length < 4

t.test('the message names the path, what is expected and what came', async (t) => {
  t.match(optionInvalid('a.b', 'something', 'x"y'), { code, message: 'fastify-cognito-auth: option "a.b" is invalid: expected something, got "x\\"y"' })
})

t.test('a long string is cut in the message', async (t) => {
  t.equal(optionInvalid('a', 'b', 'x'.repeat(81)).message, `fastify-cognito-auth: option "a" is invalid: expected b, got "${'x'.repeat(80)}…"`)
  t.match(optionInvalid('a', 'b', 'x'.repeat(80)).message, `got "${'x'.repeat(80)}"`)
})

t.test('an object literal is one of any realm, and an object without a prototype', async (t) => {
  for (const value of [{}, { a: 1 }, Object.create(null), vm.runInNewContext('({})')]) t.ok(isPlainObject(value))
  for (const [value] of notAnObject) t.notOk(isPlainObject(value))
})

t.test('members of an options object have to be known and to have a value', async (t) => {
  const value = { a: 1, b: null }
  t.equal(members('x', value, ['a', 'b']), value)
  t.throws(() => members('x', { a: 1, c: 2 }, ['a', 'b']), {
    code, message: 'fastify-cognito-auth: option "x.c" is invalid: expected no option of this name; known are a, b, got 2'
  })
  t.throws(() => members('options', { c: undefined }, ['a']), { code, message: /option "c" is invalid: expected no option of this name/ })
  t.throws(() => members('x', { a: undefined }, ['a']), {
    code, message: 'fastify-cognito-auth: option "x.a" is invalid: expected a value, or the option left out, got undefined'
  })
  for (const [other, got] of notAnObject) {
    t.throws(() => members('x', other, ['a']), { code, message: `fastify-cognito-auth: option "x" is invalid: expected an object, got ${got}` })
  }
})

t.test('an integer within its bounds, both included, or the fallback where none was given', async (t) => {
  t.equal(integer('x', undefined, 7, 1, 10), 7)
  for (const value of [1, 5, 10]) t.equal(integer('x', value, 7, 1, 10), value)
  for (const value of [0, 11, 1.5, -1, ...notANumber.slice(1).map(([other]) => other)]) {
    t.throws(() => integer('x', value, 7, 1, 10), { code, message: /option "x" is invalid: expected an integer from 1 to 10, got / })
  }
})

t.test('a number within its bounds, both included, or the fallback where none was given', async (t) => {
  t.equal(finiteNumber('x', undefined, 7, 0, 10), 7)
  for (const value of [0, 0.5, 10]) t.equal(finiteNumber('x', value, 7, 0, 10), value)
  for (const value of [-0.1, 10.1, ...notANumber.slice(1).map(([other]) => other)]) {
    t.throws(() => finiteNumber('x', value, 7, 0, 10), { code, message: /option "x" is invalid: expected a number from 0 to 10, got / })
  }
})

t.test('a string that is held good', async (t) => {
  t.equal(text('x', 'abc', 'a short string', isShort), 'abc')
  for (const value of ['abcd', ...notAString.filter(([other]) => other !== '').map(([other]) => other)]) {
    t.throws(() => text('x', value, 'a short string', isShort), { code, message: /option "x" is invalid: expected a short string, got / })
  }
})

t.test('one string or several different ones, always a list afterwards', async (t) => {
  t.strictSame(texts('x', 'abc', 'a short string', isShort), ['abc'])
  t.strictSame(texts('x', ['a', 'b'], 'a short string', isShort), ['a', 'b'])
  const table: ReadonlyArray<[value: unknown, message: string]> = [
    ['abcd', 'option "x" is invalid: expected a short string, or an array of these, got "abcd"'],
    [undefined, 'option "x" is invalid: expected a short string, or an array of these, got undefined'],
    [[], 'option "x" is invalid: expected a short string, or a non-empty array of these, got an empty array'],
    [['a', 'abcd'], 'option "x[1]" is invalid: expected a short string, got "abcd"'],
    [['a', undefined], 'option "x[1]" is invalid: expected a short string, got undefined'],
    [new Array(1), 'option "x[0]" is invalid: expected a short string, got undefined'],
    [[['a']], 'option "x[0]" is invalid: expected a short string, got an array'],
    [['a', 'b', 'a'], 'option "x[2]" is invalid: expected each value once, got "a"']
  ]
  for (const [value, message] of table) {
    t.throws(() => texts('x', value, 'a short string', isShort), { code, message: `fastify-cognito-auth: ${message}` }, message)
  }
})

t.test('the list is a copy', async (t) => {
  const given = ['a']
  t.not(texts('x', given, 'a short string', isShort), given)
})

t.test('a function, or the fallback where none was given', async (t) => {
  const fallback = (): void => {}
  const given = (): void => {}
  t.equal(functionOr('x', undefined, fallback), fallback)
  t.equal(functionOr('x', given, fallback), given)
  t.equal(functionOr('x', undefined, null), null)
  for (const [value, got] of notAFunction.slice(1)) {
    t.throws(() => functionOr('x', value, fallback), { code, message: `fastify-cognito-auth: option "x" is invalid: expected a function, got ${got}` })
  }
})

import t from 'tap'
import vm from 'node:vm'
import { deepFreeze, freezeJson } from '../../src/claims/freeze.js'

t.test('freezes arrays and object literals to any depth, and returns the value', async (t) => {
  const value = { list: [{ name: 'a' }], inner: { list: [[1]] } }
  t.equal(deepFreeze(value), value)
  t.ok(Object.isFrozen(value))
  t.ok(Object.isFrozen(value.list))
  t.ok(Object.isFrozen(value.list[0]))
  t.ok(Object.isFrozen(value.inner.list[0]))
  t.throws(() => { value.inner.list.push([2]) }, TypeError)
})

t.test('freezes below an object that its owner has frozen on the surface', async (t) => {
  const value = Object.freeze({ inner: { name: 'a' } })
  deepFreeze(value)
  t.ok(Object.isFrozen(value.inner))
})

t.test('freezes objects without a prototype and of another realm', async (t) => {
  const bare = Object.assign(Object.create(null) as { inner?: object }, { inner: {} })
  deepFreeze(bare)
  t.ok(Object.isFrozen(bare.inner))
  const foreign = vm.runInNewContext('({ inner: {} })') as { inner: object }
  deepFreeze(foreign)
  t.ok(Object.isFrozen(foreign.inner))
})

t.test('ends on a value that refers to itself', async (t) => {
  const value: { self?: object } = {}
  value.self = value
  deepFreeze(value)
  t.ok(Object.isFrozen(value))
})

t.test('freezes an instance of a class, but not what it refers to', async (t) => {
  class Session {
    readonly connection = { open: true }
  }
  const session = deepFreeze(new Session())
  t.ok(Object.isFrozen(session))
  session.connection.open = false
  t.equal(session.connection.open, false, 'a connection has to be able to change')
})

t.test('leaves views of binary data as they are, which cannot be frozen', async (t) => {
  const value = { bytes: Buffer.from('a') }
  t.doesNotThrow(() => deepFreeze(value))
  t.ok(Object.isFrozen(value))
  t.notOk(Object.isFrozen(value.bytes))
})

t.test('gives values that are no objects back unchanged', async (t) => {
  for (const value of [null, undefined, 1, 'a', true]) t.equal(deepFreeze(value), value)
})

t.test('freezes parsed JSON to any depth, a member named __proto__ included', async (t) => {
  const value = JSON.parse('{"list":[{"a":1},null,"b"],"__proto__":{"role":["Admin"]}}') as { list: object[] }
  freezeJson(value)
  const hidden = Object.getOwnPropertyDescriptor(value, '__proto__')?.value as { role: unknown }
  for (const part of [value, value.list, value.list[0], hidden, hidden.role]) t.ok(Object.isFrozen(part))
  t.notOk(Object.isFrozen(Object.prototype), 'the prototype of all objects is left alone')
})

t.test('what is spared is left as it is, wherever it is met', async (t) => {
  const spared = { inner: {} }
  const value = deepFreeze({ spared, list: [spared] }, spared)
  t.strictSame([value, value.list, spared, spared.inner].map(Object.isFrozen), [true, true, false, false])
})

import t from 'tap'
import { readPluginOptions, readVerifierOptions } from '../../src/options/read-options.js'
import { assertOptionRefused, notAFunction, notAnObject, notANumber, notAString, onePool } from '../support/option-cases.js'
import type { BadValue } from '../support/option-cases.js'

const unset = 'a value, or the option left out'
const longest = 2 ** 31 - 1

interface NumericOption {
  readonly path: string
  readonly of: (value: unknown) => object
  readonly read: (options: object) => number | undefined
  readonly kind: 'an integer' | 'a number'
  readonly least: number
  readonly most: number
  readonly byDefault: number
}

const verifierOf = (options: object): ReturnType<typeof readVerifierOptions> => readVerifierOptions({ ...onePool, ...options })

const numericOptions: readonly NumericOption[] = [
  { path: 'clockTolerance', of: (value) => ({ clockTolerance: value }), read: (o) => verifierOf(o).clockTolerance, kind: 'a number', least: 0, most: 300, byDefault: 5 },
  { path: 'issuedAtTolerance', of: (value) => ({ issuedAtTolerance: value }), read: (o) => verifierOf(o).issuedAtTolerance, kind: 'a number', least: 0, most: 300, byDefault: 60 },
  { path: 'maxTokenLength', of: (value) => ({ maxTokenLength: value }), read: (o) => verifierOf(o).maxTokenLength, kind: 'an integer', least: 1, most: 2 ** 20, byDefault: 16_384 },
  { path: 'cache.maxEntries', of: (maxEntries) => ({ cache: { maxEntries } }), read: (o) => verifierOf(o).cache?.maxEntries, kind: 'an integer', least: 1, most: 10_000_000, byDefault: 10_000 },
  { path: 'cache.maxAge', of: (maxAge) => ({ cache: { maxAge } }), read: (o) => verifierOf(o).cache?.maxAge, kind: 'an integer', least: 1, most: longest, byDefault: 300_000 },
  { path: 'keys.maxStale', of: (maxStale) => ({ keys: { maxStale } }), read: (o) => verifierOf(o).keys.maxStale, kind: 'an integer', least: 2, most: longest, byDefault: 3_600_000 },
  { path: 'keys.refreshAfter', of: (refreshAfter) => ({ keys: { refreshAfter } }), read: (o) => verifierOf(o).keys.refreshAfter, kind: 'an integer', least: 1, most: longest, byDefault: 600_000 },
  { path: 'keys.cooldown', of: (cooldown) => ({ keys: { cooldown } }), read: (o) => verifierOf(o).keys.cooldown, kind: 'an integer', least: 1, most: longest, byDefault: 30_000 },
  { path: 'keys.timeout', of: (timeout) => ({ keys: { timeout } }), read: (o) => verifierOf(o).keys.timeout, kind: 'an integer', least: 1, most: longest, byDefault: 3_000 },
  { path: 'keys.maxBytes', of: (maxBytes) => ({ keys: { maxBytes } }), read: (o) => verifierOf(o).keys.maxBytes, kind: 'an integer', least: 1, most: 2 ** 30, byDefault: 51_200 }
]

t.test('numbers have their default, and their bounds belong to them', async (t) => {
  for (const { path, of, read, least, most, byDefault } of numericOptions) {
    t.equal(read({}), byDefault, `${path} by default`)
    // The ages of keys depend on each other, so each bound is tried with the other far away.
    const others = path === 'keys.maxStale' ? { refreshAfter: 1 } : path === 'keys.refreshAfter' ? { maxStale: longest } : {}
    for (const value of path === 'keys.refreshAfter' ? [least, most - 1] : [least, most]) {
      const options = of(value) as { keys?: object }
      t.equal(read(options.keys === undefined ? options : { keys: { ...others, ...options.keys } }), value, `${path} ${value}`)
    }
  }
})

t.test('numbers outside their bounds and other values are refused', async (t) => {
  for (const { path, of, kind, least, most } of numericOptions) {
    const outside: BadValue[] = [[least - 1, String(least - 1)], [most + 1, String(most + 1)]]
    const fraction: BadValue[] = kind === 'an integer' ? [[1.5, '1.5']] : []
    for (const [value, got] of [...outside, ...fraction, ...notANumber]) {
      const expected = value === undefined ? unset : `${kind} from ${least} to ${most}`
      assertOptionRefused(t, { options: { ...onePool, ...of(value) }, path, expected, got })
    }
  }
})

t.test('keys are refreshed before they are too old, never after', async (t) => {
  for (const [refreshAfter, maxStale] of [[1_000, 1_000], [1_001, 1_000]] as const) {
    assertOptionRefused(t, {
      options: { ...onePool, keys: { refreshAfter, maxStale } }, path: 'keys.refreshAfter', expected: 'an age below keys.maxStale (1000)', got: String(refreshAfter)
    })
  }
  t.match(verifierOf({ keys: { refreshAfter: 999, maxStale: 1_000 } }).keys, { refreshAfter: 999, maxStale: 1_000 })
  assertOptionRefused(t, { options: { ...onePool, keys: { maxStale: 5 } }, path: 'keys.refreshAfter', expected: 'an age below keys.maxStale (5)', got: '600000' })
})

t.test('functions are kept as they are, and other values are refused', async (t) => {
  const given = async (): Promise<never> => { throw new Error('not called') }
  t.equal(verifierOf({ mapUser: given }).mapUser, given)
  t.equal(verifierOf({}).mapUser, null)
  t.equal(verifierOf({ keys: { fetch: given } }).keys.fetch, given)
  const requests = readPluginOptions({ ...onePool, getToken: given, isRevoked: given }).requests
  t.equal(requests.getToken, given)
  t.equal(requests.isRevoked, given)
  t.match(readPluginOptions(onePool).requests, { getToken: null, isRevoked: null })
  for (const [value, got] of notAFunction) {
    const expected = value === undefined ? unset : 'a function'
    for (const path of ['mapUser', 'getToken', 'isRevoked']) assertOptionRefused(t, { options: { ...onePool, [path]: value }, path, expected, got })
    assertOptionRefused(t, { options: { ...onePool, keys: { fetch: value } }, path: 'keys.fetch', expected, got })
  }
})

t.test('without keys.fetch the global fetch of the moment of the call is used', async (t) => {
  const { keys } = verifierOf({})
  const original = globalThis.fetch
  t.teardown(() => { globalThis.fetch = original })
  const calls: unknown[] = []
  const answer = new Response('{}')
  globalThis.fetch = async (...call) => {
    calls.push(call)
    return answer
  }
  t.equal(await keys.fetch('https://issuer.example', { method: 'GET' }), answer)
  t.strictSame(calls, [['https://issuer.example', { method: 'GET' }]])
})

t.test('cache and keys are objects; the cache may be false, the keys may not', async (t) => {
  t.equal(verifierOf({ cache: false }).cache, null)
  t.strictSame(verifierOf({ cache: {} }).cache, verifierOf({}).cache)
  for (const [value, got] of notAnObject) {
    const expected = value === undefined ? unset : 'an object'
    assertOptionRefused(t, { options: { ...onePool, cache: value }, path: 'cache', expected, got })
    assertOptionRefused(t, { options: { ...onePool, keys: value }, path: 'keys', expected, got })
  }
  assertOptionRefused(t, { options: { ...onePool, keys: false }, path: 'keys', expected: 'an object', got: 'false' })
})

t.test('defaultAuth is one of three words', async (t) => {
  for (const defaultAuth of ['public', 'optional', 'required']) t.equal(readPluginOptions({ ...onePool, defaultAuth }).requests.defaultAuth, defaultAuth)
  t.equal(readPluginOptions(onePool).requests.defaultAuth, 'public')
  for (const [value, got] of [...notAString, ['Required', '"Required"'], ['private', '"private"'], [['required'], 'an array'], [true, 'true']] as const) {
    const expected = value === undefined ? unset : '"public", "optional" or "required"'
    assertOptionRefused(t, { options: { ...onePool, defaultAuth: value }, path: 'defaultAuth', expected, got })
  }
})

t.test('publicRoutes is a function, and stands beside a default that protects', async (t) => {
  const publicRoutes = (): boolean => true
  for (const defaultAuth of ['optional', 'required']) {
    t.equal(readPluginOptions({ ...onePool, defaultAuth, publicRoutes }).requests.publicRoutes, publicRoutes)
    t.equal(readPluginOptions({ ...onePool, defaultAuth }).requests.publicRoutes, null)
    for (const [value, got] of notAFunction) {
      assertOptionRefused(t, { options: { ...onePool, defaultAuth, publicRoutes: value }, path: 'publicRoutes', expected: value === undefined ? unset : 'a function', got })
    }
  }
  for (const options of [{ publicRoutes }, { publicRoutes, defaultAuth: 'public' }]) {
    const expected = 'a defaultAuth other than "public" beside it, or every route is public'
    assertOptionRefused(t, { options: { ...onePool, ...options }, path: 'publicRoutes', expected, got: 'a value of type function' })
  }
})

t.test('the realm needs no escaping in a header', async (t) => {
  t.equal(readPluginOptions(onePool).requests.realm, 'api')
  t.equal(readPluginOptions({ ...onePool, realm: 'Staff (EU) ~!#[]' }).requests.realm, 'Staff (EU) ~!#[]')
  for (const [value, got] of [...notAString, ['a"b', '"a\\"b"'], ['a\\b', '"a\\\\b"'], ['a\nb', '"a\\nb"'], ['ä', '"ä"'], ['a\t', '"a\\t"'], ['\x7f', '"\\u007f"']] as const) {
    const expected = value === undefined ? unset : 'printable ASCII without quotes and backslashes'
    assertOptionRefused(t, { options: { ...onePool, realm: value }, path: 'realm', expected, got })
  }
})

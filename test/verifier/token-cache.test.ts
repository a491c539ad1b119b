import t from 'tap'
import { createTokenCache, noTokenCache } from '../../src/verifier/token-cache.js'
import type { CacheEntry } from '../../src/verifier/token-cache.js'

const limits = { maxEntries: 3, maxAge: 1_000 }

function entryOf (token: string, { expiresAt = 10_000, verifiedAt = 0 }: Partial<CacheEntry> = {}): CacheEntry {
  return { token, expiresAt, verifiedAt }
}

t.test('gives the entry of a token that was remembered, and nothing for another', async (t) => {
  const cache = createTokenCache(limits)
  const entry = entryOf('token-a')
  cache.set(entry)
  t.equal(cache.get('token-a', 0, 0), entry)
  t.equal(cache.get('token-b', 0, 0), null)
  t.equal(cache.get('', 0, 0), null)
})

t.test('an entry ends at the very millisecond of its exp', async (t) => {
  const cache = createTokenCache({ maxEntries: 3, maxAge: 100_000 })
  cache.set(entryOf('token-a', { expiresAt: 10_000 }))
  t.ok(cache.get('token-a', 9_999, 0))
  t.equal(cache.get('token-a', 10_000, 0), null)
})

t.test('an entry ends at its maximal age, by the monotonic clock alone', async (t) => {
  const cache = createTokenCache({ maxEntries: 3, maxAge: 1_000 })
  cache.set(entryOf('token-a', { expiresAt: Infinity, verifiedAt: 500 }))
  t.ok(cache.get('token-a', 9_000_000, 1_499))
  t.equal(cache.get('token-a', 0, 1_500), null)
})

t.test('a token that ends like a remembered one gets nothing', async (t) => {
  const cache = createTokenCache(limits)
  const tail = 's'.repeat(342)
  const entry = entryOf(`header.claims.${tail}`)
  cache.set(entry)
  t.equal(cache.get(`header.other-claims.${tail}`, 0, 0), null)
  t.equal(cache.get(tail, 0, 0), null)
  t.equal(cache.get(`header.claims.${tail}`, 0, 0), entry)
})

t.test('of two tokens that end alike the later is remembered, in the place of the earlier', async (t) => {
  const cache = createTokenCache(limits)
  const tail = 's'.repeat(342)
  cache.set(entryOf(`one.${tail}`))
  const later = entryOf(`two.${tail}`)
  cache.set(later)
  t.equal(cache.size, 1)
  t.equal(cache.get(`one.${tail}`, 0, 0), null)
  t.equal(cache.get(`two.${tail}`, 0, 0), later)
})

t.test('a full cache gives up its oldest entries, one for each new one, round after round', async (t) => {
  const cache = createTokenCache(limits)
  for (let number = 0; number < 10; number++) {
    cache.set(entryOf(`token-${number}`))
    t.equal(cache.size, Math.min(number + 1, 3))
    for (let other = 0; other <= number; other++) {
      t.equal(cache.get(`token-${other}`, 0, 0) !== null, other > number - 3, `${other} after ${number}`)
    }
  }
})

t.test('a token verified anew replaces its entry without taking the place of another', async (t) => {
  const cache = createTokenCache(limits)
  for (const token of ['a', 'b', 'c']) cache.set(entryOf(token))
  const anew = entryOf('a', { verifiedAt: 5 })
  cache.set(anew)
  t.equal(cache.size, 3)
  t.equal(cache.get('a', 0, 5), anew)
  t.ok(cache.get('b', 0, 0))
})

t.test('a cache of one entry holds the last', async (t) => {
  const cache = createTokenCache({ maxEntries: 1, maxAge: 1_000 })
  cache.set(entryOf('a'))
  cache.set(entryOf('b'))
  t.equal(cache.get('a', 0, 0), null)
  t.ok(cache.get('b', 0, 0))
})

t.test('a hundred thousand tokens leave no more than the bound', async (t) => {
  const cache = createTokenCache({ maxEntries: 100, maxAge: 1_000 })
  for (let number = 0; number < 100_000; number++) cache.set(entryOf(`token-${number}`))
  t.equal(cache.size, 100)
  t.ok(cache.get('token-99999', 0, 0))
  t.ok(cache.get('token-99900', 0, 0))
  t.equal(cache.get('token-99899', 0, 0), null)
})

t.test('the cache that is switched off remembers nothing', async (t) => {
  t.equal(noTokenCache.get('a', 0, 0), null)
  t.equal(noTokenCache.size, 0)
})

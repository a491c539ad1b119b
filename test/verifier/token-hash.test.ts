import t from 'tap'
import { hashOf } from '../../src/verifier/token-hash.js'
import { createTestUserPool } from '../../src/testing/index.js'

t.test('the same token has the same number, a 32-bit integer', async (t) => {
  for (const token of ['', 'a', 'abc', 'x'.repeat(16_384)]) {
    t.equal(hashOf(token), hashOf(token))
    t.equal(hashOf(token), hashOf(token) | 0)
  }
})

t.test('the numbers of real tokens are spread evenly', async (t) => {
  const pool = createTestUserPool()
  const tokens = await Promise.all(Array.from({ length: 1_000 }, (_, number) => pool.accessToken({ sub: String(number) })))
  const slots = new Set(tokens.map((token) => hashOf(token) & 1_023))
  // A thousand balls in 1,024 boxes leave 640 of them used, give or take 12.
  t.ok(slots.size > 560 && slots.size < 720, `${slots.size} of 1024 slots are used`)
  t.ok(new Set(tokens.map(hashOf)).size >= 999, 'by chance two may meet, more would be no chance')
})

t.test('tokens that end alike have one number: whoever uses it compares the whole token', async (t) => {
  t.equal(hashOf(`a.b.${'s'.repeat(342)}`), hashOf(`c.d.${'s'.repeat(342)}`))
  t.not(hashOf('a.b.c'), hashOf('a.b.d'))
})

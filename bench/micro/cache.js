// What a hit of the token cache costs, by what the table is keyed with.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { compare } from '../harness/compare.js'

// As a header brings it: a string nobody has hashed yet, cut out of another one.
const freshTokens = (tokens) => {
  const bytes = tokens.map((token) => Buffer.from(`Bearer ${token}`, 'latin1'))
  return (at) => bytes[at % bytes.length].latin1Slice().slice('Bearer '.length)
}

export async function run ({ tokens, load }) {
  const { hashOf } = await load('verifier/token-hash.js')
  const { createTokenCache } = await load('verifier/token-cache.js')
  const fresh = freshTokens(tokens)
  const copies = tokens.map((token) => Buffer.from(token, 'latin1').latin1Slice())
  const map = (keyOf) => new Map(copies.map((token) => [keyOf(token), { token }]))

  const tail = (token) => token.slice(-43)
  const sha = (token) => createHash('sha256').update(token).digest('latin1')
  const byHash = map(hashOf)
  const byTail = map(tail)
  const bySha = map(sha)
  const byToken = map((token) => token)
  const lru = new LRUCache({ max: 100_000 })
  for (const token of copies) lru.set(token, { token })
  const cache = createTokenCache({ maxEntries: 100_000, maxAge: 300_000 })
  for (const token of copies) cache.set({ token, expiresAt: Infinity, verifiedAt: 0 })

  const found = (entry, token) => entry !== undefined && entry.token === token

  return {
    'a hit, by the key of the table (each with the making of a fresh string)': await compare({
      'no look-up': (at) => fresh(at),
      'number made of the last 12 characters, then ===': (at) => { const token = fresh(at); return found(byHash.get(hashOf(token)), token) },
      'last 43 characters, then ===': (at) => { const token = fresh(at); return found(byTail.get(tail(token)), token) },
      'the whole token': (at) => { const token = fresh(at); return byToken.get(token) },
      'SHA-256 of the token': (at) => { const token = fresh(at); return bySha.get(sha(token)) },
      'lru-cache, the whole token': (at) => { const token = fresh(at); return lru.get(token) },
      'this package\'s cache': (at) => cache.get(fresh(at), 0, 0)
    }),
    'two clocks on each hit': await compare({
      'Date.now and performance.now': () => Date.now() + performance.now(),
      'Date.now': () => Date.now(),
      'process.hrtime': () => process.hrtime()[0]
    })
  }
}

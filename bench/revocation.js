// What a list of revoked tokens costs: `npm run build`, then `node --expose-gc bench/revocation.js`. Memory and look-ups at a
// million entries, and a verified request's check of the list beside none, in alternate slices.
import { createRevocationList } from '../dist/revocation.js'

const entries = 1_000_000
const pool = 'us-east-1_EXAMPLE01'
const now = Math.floor(Date.now() / 1000)
const uuid = (at) => `9f4d5a60-1c2b-4e8f-9a77-${at.toString(16).padStart(12, '0')}`
const pageSize = 2_000

/** A store that has a million entries, each text made anew as a parser does. */
function createStore (kind) {
  return {
    append: async () => { throw new Error('read only') },
    readAfter: async (cursor) => {
      const from = Number(cursor ?? 0)
      const page = Array.from({ length: Math.min(pageSize, entries - from) }, (_, at) => ({ kind, userPoolId: pool, id: Buffer.from(uuid(from + at)).toString(), moment: now }))
      return { entries: page, cursor: String(from + page.length), more: from + page.length < entries, now }
    }
  }
}

const heap = () => { globalThis.gc(); globalThis.gc(); return process.memoryUsage().heapUsed }
const user = (at) => ({ userPoolId: pool, sub: uuid(at), clientId: 'app', claims: { iat: now, jti: uuid(at), origin_jti: uuid(at) } })

const kept = []
for (const kind of ['session', 'user']) {
  const before = heap()
  const list = createRevocationList({ store: createStore(kind), maxEntries: 1_000_000, pollInterval: 3_600_000, maxStale: 7_200_000 })
  const began = performance.now()
  await list.refresh()
  const took = performance.now() - began
  console.log(`${kind}: ${list.status().entries} entries, ${Math.round((heap() - before) / entries)} bytes each, taken in in ${Math.round(took)} ms`)
  for (const [what, from] of [['revoked', 0], ['not revoked', entries]]) {
    const users = Array.from({ length: 10_000 }, (_, at) => user(from + at * 97 % entries))
    let best = Infinity
    for (let slice = 0; slice < 200; slice++) {
      const start = process.hrtime.bigint()
      for (const one of users) if (list.isRevoked(one) !== (from === 0)) throw new Error('wrong answer')
      best = Math.min(best, Number(process.hrtime.bigint() - start) / users.length)
    }
    console.log(`  look-up of one that is ${what}: ${Math.round(best)} ns`)
  }
  // Still in memory when the next one is weighed.
  kept.push(list)
}

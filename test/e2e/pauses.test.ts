/** A process that is stopped at any moment, before a key endpoint that is well: nobody is refused for it. */
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { playPauses } from './support/pauses.js'

const pool = createTestUserPool()
await pool.jwks()
const module = new URL('support/protect.ts', import.meta.url)
// As tap runs this test: its loaders compile the sources.
const counts = await playPauses(t, { module, execArgv: process.execArgv, pool, every: 50, followers: 2 })

for (const { moment, ok, others, fetches } of counts) {
  t.test(`${moment}: every request is answered with 200`, async (t) => {
    t.strictSame(others, {})
    t.ok(ok >= 5, `${ok} requests`)
    // For each pause at most one that it has spoilt, one that is answered, and the refresh of a slow machine.
    t.ok(fetches >= 1 && fetches <= (moment.includes('four events') ? 6 : 3), `${fetches} fetches`)
  })
}

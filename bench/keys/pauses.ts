/**
 * A process stopped by SIGSTOP at each moment, before a live endpoint over TLS: this package, an older build of it, jose by
 * hand and aws-jwt-verify in one run. `npm run build && npx tsx bench/keys/pauses.ts [older dist/index.js]`.
 */
import { pathToFileURL } from 'node:url'
import { createTestUserPool } from '../../src/testing/index.js'
import { keys, playPauses } from '../../test/e2e/support/pauses.js'
import type { Count } from '../../test/e2e/support/pauses.js'
import { makeCertificate } from '../../test/support/certificate.js'
import { candidates } from './candidates.js'

const teardowns: Array<() => unknown> = []
const t = { teardown: (handler: () => unknown) => { teardowns.push(handler) } }
const pool = createTestUserPool()
await pool.jwks()
const certificate = makeCertificate(t, 'IP:127.0.0.1')

const rows = new Map<string, Record<string, string>>()
for (const { name, module, environment } of candidates(process.argv[2])) {
  const counts = await playPauses(t, {
    module, execArgv: [], pool, certificate, environment: { ...environment, NODE_EXTRA_CA_CERTS: certificate.certFile }, every: 100, followers: 30
  })
  for (const count of counts) rows.set(count.moment, { ...rows.get(count.moment), [name]: describe(count) })
}
for (const teardown of teardowns.reverse()) await teardown()

console.log(`keys: ${JSON.stringify(keys)}; a pause takes 1500 ms; three requests at once after it, then 30, one each 100 ms`)
console.table(Object.fromEntries(rows))
if (process.argv[2] !== undefined) console.log(`before: ${pathToFileURL(process.argv[2]).href}`)

function describe ({ ok, others, fetches }: Count): string {
  const failed = Object.entries(others).map(([status, times]) => ` ${status}: ${times}`).join('')
  return `200: ${ok}${failed}, ${fetches} fetches`
}

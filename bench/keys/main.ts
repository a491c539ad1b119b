/**
 * What becomes of good tokens and of key endpoints where others have had trouble: this package, an older build of it, jose by
 * hand and aws-jwt-verify in one run. `npm run build && npx tsx bench/keys/main.ts [older dist/index.js]`.
 * With a third argument only the cases that have it in their name. Stopped processes are in pauses.ts.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { makeCertificate } from '../../test/support/certificate.js'
import { candidates } from './candidates.js'

const teardowns: Array<() => unknown> = []
const certificate = makeCertificate({ teardown: (handler) => { teardowns.push(handler) } }, 'IP:127.0.0.1')
const table = new Map<string, Record<string, string>>()

for (const { name, module, environment } of candidates(process.argv[2])) {
  const child = fork(fileURLToPath(new URL('cases.ts', import.meta.url)), [module.href, JSON.stringify(certificate), process.argv[3] ?? ''], {
    env: { ...process.env, ...environment, NODE_EXTRA_CA_CERTS: certificate.certFile }
  })
  child.on('message', ({ says, came }: { says: string, came: string }) => table.set(says, { ...table.get(says), [name]: came }))
  await once(child, 'exit')
}
for (const teardown of teardowns) await teardown()
console.table(Object.fromEntries(table))

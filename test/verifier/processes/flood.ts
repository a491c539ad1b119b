/** A flood of unsigned tokens with unknown key ids while the key endpoint hangs; says what became of them, and of a good token after it. */
import { createVerifier } from '../../../src/index.js'
import { createTestUserPool } from '../../../src/testing/index.js'

const pool = createTestUserPool()
const fetchKeys = pool.options.keys.fetch
let open = (): void => {}
const opened = new Promise<void>((resolve) => { open = resolve })
const verifier = createVerifier({
  ...pool.options,
  issuer: pool.issuer,
  keys: {
    timeout: 600_000,
    fetch: async (...call) => {
      await opened
      return fetchKeys(...call)
    }
  }
})

const now = Math.floor(Date.now() / 1000)
const claims = { iss: pool.issuer, client_id: pool.clientId, token_use: 'access', sub: 'x', iat: now, exp: now + 3_600 }
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const reasons = new Map<string, number>()
const count = (reason: string): void => { reasons.set(reason, (reasons.get(reason) ?? 0) + 1) }
const floods = [{ tokens: 20_000, padding: 10_000, empty: 80 }, { tokens: 80_000, padding: 10, empty: 0 }]

let sent = 0
const answers: Array<Promise<void>> = []
for (const { tokens, padding, empty } of floods) {
  const payload = encode({ ...claims, padding: 'x'.repeat(padding), empty: Array.from({ length: empty }, () => ({})) })
  for (let token = 0; token < tokens; token++) {
    answers.push(verifier.verify(`${encode({ kid: `unknown-${sent}`, alg: 'RS256' })}.${payload}.${Buffer.from(String(sent++).padStart(48)).toString('base64url')}`)
      .then(() => count('in'), (error: unknown) => count((error as { reason: string }).reason)))
    if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
const atOnce = reasons.get('waiting')
open()
await Promise.all(answers)
const { sub } = await verifier.verify(await pool.accessToken({ sub: 'good' }))
console.log(JSON.stringify({ sent, atOnce, reasons: Object.fromEntries(reasons), sub, fetches: pool.fetchCount }))

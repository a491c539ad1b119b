/** Unsigned tokens aimed at the place of a user's token in the table of what is under way (row 58). */
import fc from 'fast-check'
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { createLatch } from '../support/latch.js'
import { rejectionOf } from '../support/rejection.js'
import { createTestClock } from '../support/test-clock.js'

const seed = 20_260_612

t.test('mapUser runs once for one token, whatever a stranger sends in between who has seen its signature', async (t) => {
  const pool = createTestUserPool()
  const token = await pool.accessToken()
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  // The same signature beside other claims: refused in the end, but found in the same place until then.
  const aimed = (index: number): string => `${header}.${Buffer.from(JSON.stringify({ ...claims, jti: String(index) })).toString('base64url')}.${signature}`

  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('user', 'stranger', 'turn'), { minLength: 3, maxLength: 30 }), fc.boolean(), async (steps, isCold) => {
    const gate = createLatch()
    let mapped = 0
    const verifier = createVerifierWithClock({
      ...pool.options,
      issuer: pool.issuer,
      keys: {
        fetch: async (...call) => {
          if (isCold) await gate.opened
          return pool.options.keys.fetch(...call)
        }
      },
      mapUser: async (user) => {
        mapped++
        await new Promise((resolve) => setImmediate(resolve))
        return user
      }
    }, createTestClock())
    const users: Array<Promise<unknown>> = []
    const strangers: Array<Promise<unknown>> = []
    for (const [index, step] of steps.entries()) {
      if (step === 'user') users.push(verifier.verify(token))
      else if (step === 'stranger') strangers.push(rejectionOf(verifier.verify(aimed(index))))
      else await new Promise((resolve) => setImmediate(resolve))
    }
    gate.open()
    const found = await Promise.all(users)
    const refused = await Promise.all(strangers)
    verifier.close()
    return mapped === Math.min(1, users.length) && new Set(found).size === mapped &&
      refused.every((error) => (error as { reason?: string } | null)?.reason === 'signature')
  }), { seed, numRuns: 100 })
  t.pass(`seed ${seed}`)
})

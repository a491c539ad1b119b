/** What is kept of pools that had to go: nothing, once none of their tokens is being verified. Collects garbage, hence a process of its own. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Answer } from '../../src/tenants/ask.js'
import { createKeptTenants } from '../../src/tenants/kept-tenants.js'
import type { KeySource } from '../../src/keys/key-source.js'
import type { Trust } from '../../src/verifier/trusted-issuer.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function heapAfterCollection (): Promise<number> {
  for (let round = 0; round < 5; round++) {
    collect()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}

function trustIn (): Trust {
  return { usedAt: 0, dueAt: Infinity, isWithdrawn: false, renew: () => true }
}

function answerOf (index: number): Answer {
  const userPoolId = `us-east-1_Pool${index}`
  return { userPool: { userPoolId, issuers: [`https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`] } as unknown as Answer['userPool'], text: null }
}

t.test('a hundred thousand pools that had to go leave nothing behind, and one whose token is being verified is still refused', async (t) => {
  let closed = 0
  const source = { close: () => { closed++ } } as KeySource
  const kept = createKeptTenants(1, () => ({ issuers: new Map(), admit: () => [source] }))
  const held = trustIn()
  kept.add(answerOf(0), held)
  kept.add(answerOf(1), trustIn())
  const before = await heapAfterCollection()
  for (let index = 2; index < 100_000; index++) kept.add(answerOf(index), trustIn())
  const more = await heapAfterCollection() - before
  t.ok(more < 2 ** 20, `${more} bytes more`)
  t.ok(closed > 90_000, `${closed} closed: nobody waits for their keys any more`)
  kept.withdrawRetired('us-east-1_Pool1')
  t.equal(held.isWithdrawn, false)
  kept.withdrawRetired('us-east-1_Pool0')
  t.equal(held.isWithdrawn, true)
})

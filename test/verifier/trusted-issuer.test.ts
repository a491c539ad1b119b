import t from 'tap'
import { isTrusted, lastingTrust } from '../../src/verifier/trusted-issuer.js'

t.test('a pool of the options is trusted for ever, and remembers when it was used', async (t) => {
  const trust = lastingTrust()
  t.equal(isTrusted(trust, Number.MAX_VALUE), true)
  t.equal(trust.usedAt, Number.MAX_VALUE)
  t.equal(trust.renew(0), true)
})

t.test('one that is due asks whether it still counts', async (t) => {
  const asked: number[] = []
  const trust = { ...lastingTrust(), dueAt: 10, renew: (now: number) => asked.push(now) === 1 }
  t.strictSame([isTrusted(trust, 9), isTrusted(trust, 10), isTrusted(trust, 11)], [true, true, false])
  t.strictSame(asked, [10, 11])
})

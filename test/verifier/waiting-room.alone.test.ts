/** Who may wait for keys, and that a flood of those who do leaves a small heap alive (row 45). */
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { createWaitingRoom, mostWaiting, mostWaitingCharacters } from '../../src/verifier/waiting-room.js'
import { runModule } from '../support/child-process.js'
import { createLatch } from '../support/latch.js'
import { rejectionOf } from '../support/rejection.js'
import { createTestClock } from '../support/test-clock.js'

t.test('has room for so many tokens, and for others once they leave', async (t) => {
  const room = createWaitingRoom()
  for (let token = 1; token < mostWaiting; token++) room.enter('x')
  t.equal(room.hasRoomFor('x'), true)
  room.enter('x')
  t.equal(room.hasRoomFor('x'), false)
  t.equal(room.hasRoomFor(''), false)
  room.leave('x')
  t.equal(room.hasRoomFor('x'), true)
})

t.test('counts their characters too, to the last one', async (t) => {
  const room = createWaitingRoom()
  const [half, rest] = ['x'.repeat(mostWaitingCharacters / 2), 'x'.repeat(mostWaitingCharacters / 2 - 1)]
  room.enter(half)
  room.enter(rest)
  t.equal(room.hasRoomFor('xx'), false)
  t.equal(room.hasRoomFor('x'), true)
  room.enter('x')
  t.equal(room.hasRoomFor('x'), false)
  room.leave(half)
  t.equal(room.hasRoomFor(half), true)
})

t.test('answers 503 with Retry-After at once where no more may wait, and lets in again once the keys have come', async (t) => {
  const pool = createTestUserPool()
  const gate = createLatch()
  const verifier = createVerifierWithClock({
    ...pool.options,
    issuer: pool.issuer,
    keys: {
      timeout: 600_000,
      fetch: async (...call) => {
        await gate.opened
        return pool.options.keys.fetch(...call)
      }
    }
  }, createTestClock())
  const good = await pool.accessToken()
  const [header = '', payload = ''] = good.split('.')
  const forged = (index: number): string => `${header}.${payload}.${Buffer.from(String(index).padStart(48)).toString('base64url')}`
  const first = verifier.verify(good)
  const waiting = Array.from({ length: mostWaiting - 1 }, (_, index) => rejectionOf(verifier.verify(forged(index))))
  t.match(await rejectionOf(verifier.verify(forged(mostWaiting))), {
    code: 'FST_COGNITO_UNAVAILABLE', reason: 'waiting', statusCode: 503, headers: { 'retry-after': '600' }
  })
  const shared = Array.from({ length: 10_000 }, async () => verifier.verify(good))
  gate.open()
  t.equal(new Set(await Promise.all([first, ...shared])).size, 1, 'who asks for what is awaited already takes no room')
  t.ok((await Promise.all(waiting)).every((error) => (error as { reason?: string } | null)?.reason === 'signature'))
  t.match(await rejectionOf(verifier.verify(forged(0))), { reason: 'signature' })
  t.equal(pool.fetchCount, 1)
})

t.test('a heap of 128 MB survives 100,000 unsigned tokens with unknown key ids while the endpoint hangs', async (t) => {
  const { code, stdout, stderr } = await runModule(new URL('./processes/flood.ts', import.meta.url), [], {
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-old-space-size=128`
  })
  t.equal(code, 0, stderr.slice(-1_000))
  const { sent, atOnce, reasons, sub, fetches } = JSON.parse(stdout) as { sent: number, atOnce: number, reasons: Record<string, number>, sub: string, fetches: number }
  t.equal(sent, 100_000)
  t.ok(atOnce >= sent - mostWaiting, `${atOnce} answered at once`)
  t.strictSame(Object.keys(reasons).filter((reason) => !['waiting', 'kid', 'key_endpoint'].includes(reason)), [])
  t.equal(sub, 'good', 'and goes on answering')
  t.ok(fetches <= 4)
})

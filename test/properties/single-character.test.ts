/** Whatever single character of a valid token is replaced, added or taken away: nobody gets in. */
import fc from 'fast-check'
import t from 'tap'
import { assertAccepted, createAttackTarget } from '../support/attack.js'

const seed = 20_260_602
const runs = 1_000

// What a header may hold (RFC 9110 §5.5), the alphabet of tokens more often than the rest.
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
const characters = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...base64url) },
  { weight: 1, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) },
  { weight: 1, arbitrary: fc.constantFrom('\t', '=', '+', '/', '\u00e9', '\u00a0') }
)

const changes: Readonly<Record<string, (token: string, at: number, character: string) => string>> = {
  replaced: (token, at, character) => token.slice(0, at) + character + token.slice(at + 1),
  added: (token, at, character) => token.slice(0, at) + character + token.slice(at),
  'taken away': (token, at) => token.slice(0, at) + token.slice(at + 1),
  'swapped with the next': (token, at) => token.slice(0, at) + token.charAt(at + 1) + token.charAt(at) + token.slice(at + 2)
}

for (const kind of ['access', 'id'] as const) {
  for (const [name, change] of Object.entries(changes)) {
    t.test(`refuses an ${kind} token of which one character is ${name}`, async (t) => {
      const target = await createAttackTarget(t)
      const token = await target[kind]()
      await assertAccepted(t, target, 'unaltered, and remembered from now on', token)
      const statuses = new Map<number, number>()
      const property = fc.asyncProperty(fc.nat(token.length - 1), characters, async (at, character) => {
        const altered = change(token, at, character)
        // Blanks before the token belong to the header and not to the token.
        fc.pre(altered.trimStart() !== token)
        const answer = await target.app.inject({ url: '/attacked', headers: target.pool.authorization(altered) })
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
        return answer.statusCode === 401 || answer.statusCode === 400
      })
      const { handledCount } = target
      await t.resolves(fc.assert(property, { seed, numRuns: runs }))
      t.equal(target.handledCount, handledCount, 'the handler never ran')
      t.comment(`seed ${seed}, ${runs} runs: ${[...statuses].map(([status, times]) => `${status} ${times} times`).join(', ')}`)
      await assertAccepted(t, target, 'unaltered still', token)
    })
  }
}

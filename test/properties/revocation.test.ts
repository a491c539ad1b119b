/** Generated histories of a store and two processes, beside a naive memory of everything that was ever said. */
import fc from 'fast-check'
import t from 'tap'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import type { RevocationList, RevocationKind, StoredRevocation } from '../../src/revocation/index.js'
import { createTestClock } from '../support/test-clock.js'
import { createTestStore } from '../support/revocation-store.js'
import { userOf } from '../support/revocation-users.js'
import type { TokenOf } from '../support/revocation-users.js'

const start = 1_800_000_000
const names = ['a', 'b'] as const
const pools = ['us-east-1_A', 'us-east-1_B'] as const
const day = 86_400

const name = fc.constantFrom(...names)
const iat = fc.integer({ min: start - 5, max: start + 5 })
const token: fc.Arbitrary<TokenOf> = fc.record(
  { pool: fc.constantFrom(...pools), sub: name, client: name, iat, jti: name, session: name }, { requiredKeys: ['pool', 'sub', 'client', 'iat'] }
)

interface Told { readonly who: 0 | 1, readonly of: TokenOf }
interface Named { readonly who: 0 | 1, readonly pool: string, readonly id: string, readonly before: number }

type Step =
  | { readonly do: 'token' } & Told | { readonly do: 'session' } & Told
  | { readonly do: 'user' } & Named | { readonly do: 'client' } & Named
  | { readonly do: 'read', readonly who: 0 | 1 } | { readonly do: 'ask', readonly who: 0 | 1 }
  | { readonly do: 'lose', readonly kept: number }
  | { readonly do: 'trim' } | { readonly do: 'second' }

const who = fc.constantFrom<0 | 1>(0, 1)
const kindOf = <Do extends string>(...all: Do[]) => fc.constantFrom(...all)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: kindOf('token', 'session'), who, of: token }),
  fc.record({ do: kindOf('user', 'client'), who, pool: fc.constantFrom(...pools), id: name, before: iat }),
  fc.record({ do: kindOf('read', 'ask'), who }),
  fc.record({ do: kindOf('lose'), kept: fc.nat(3) }),
  fc.record({ do: kindOf('trim', 'second') })
)
const nobody = userOf({ iat: start + day, sub: 'nobody', client: 'nothing' })

/** What a token is revoked by, by the words of the issue. */
function isNaivelyRevoked (said: readonly StoredRevocation[], of: TokenOf): boolean {
  return said.some(({ kind, userPoolId, id, moment }) => userPoolId === of.pool && ({
    token: () => id === of.jti, session: () => id === of.session, user: () => id === of.sub && of.iat <= moment, client: () => id === of.client && of.iat <= moment
  } satisfies Record<RevocationKind, () => boolean>)[kind]())
}

t.test('a process refuses exactly the tokens that it has revoked or read of, whatever the store forgets', async (t) => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.array(token, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 2, 100), async (steps, tokens, pageSize) => {
    const clock = createTestClock(start * 1000)
    const store = createTestStore(clock, pageSize)
    let stored: StoredRevocation[] = []
    const processes = [1, 2].map(() => ({ list: createRevocationListWithClock({ store }, clock), knows: [] as StoredRevocation[] }))
    const at = (index: 0 | 1): { readonly list: RevocationList, readonly knows: StoredRevocation[] } => processes[index] as (typeof processes)[number]
    const write = async (index: 0 | 1, revoke: (list: RevocationList) => Promise<StoredRevocation>): Promise<void> => {
      const { list, knows } = at(index)
      const entry = await revoke(list)
      stored.push(entry)
      knows.push(entry)
    }
    const take: { readonly [Do in Step['do']]: (one: Extract<Step, { do: Do }>) => Promise<unknown> | unknown } = {
      token: ({ who, of }) => write(who, (list) => list.revokeToken(userOf(of))),
      session: ({ who, of }) => write(who, (list) => list.revokeSession(userOf(of))),
      user: ({ who, pool, id, before }) => write(who, (list) => list.revokeUser(pool, id, { before })),
      client: ({ who, pool, id, before }) => write(who, (list) => list.revokeClient(pool, id, { before })),
      read: async ({ who }) => { await at(who).list.refresh(); at(who).knows.push(...stored) },
      ask: async ({ who }) => { await at(who).list.ask(nobody); at(who).knows.push(...stored) },
      lose: ({ kept }) => { store.lose(kept); stored = stored.slice(0, kept) },
      trim: () => store.trim(),
      second: () => clock.pass(1_000)
    }
    for (const one of steps) await take[one.do](one as never)
    for (const { list, knows } of processes) {
      // Not by `isRevoked`, which would read first: what is known is what was read.
      store.fail(new Error('down'))
      for (const of of tokens) {
        const answer = await list.ask(userOf(of)).catch(() => false)
        if (answer !== isNaivelyRevoked(knows, of)) throw new Error(`${JSON.stringify(of)}: ${String(answer)}`)
      }
      store.fail(null)
      await list.refresh()
      for (const of of tokens) {
        const answer = await list.isRevoked(userOf(of))
        if (answer !== isNaivelyRevoked([...knows, ...stored], of)) throw new Error(`${JSON.stringify(of)} after a reading: ${String(answer)}`)
      }
    }
  }), { numRuns: 400 })
  t.pass('400 histories')
})

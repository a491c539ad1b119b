/** What a stranger's bytes may cost before anything is known of them (row 44): the bounds, by what is refused unread. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'
import type { Attack } from '../support/attack.js'

const target = await createAttackTarget(t)
const { pool } = target
const claims = { ...target.times(), iss: pool.issuer, sub: 'user', client_id: pool.clientId, token_use: 'access' }
const json = JSON.stringify(claims).slice(0, -1)
const header = await pool.header()
const size = 11_000

/** As many pieces as fit into the longest token. */
function fill (make: (index: number) => string): string {
  const pieces: string[] = []
  for (let length = 0; length < size; length += Buffer.byteLength(pieces.at(-1) ?? '') + 1) pieces.push(make(pieces.length))
  return pieces.join(',')
}

const texts: Readonly<Record<string, string>> = {
  'a wide name and six thousand colons': `{"${'\u5c00'.repeat(1_600)}"${':'.repeat(6_000)}\\"}`,
  'names with escapes, each new': `{${fill((index) => `"\\u0061${index}":1`)}}`,
  'distinct names': `{${fill((index) => `"x${index}":1`)}}`,
  'distinct names of wide characters': `{${fill((index) => `"\u5c00${index}":1`)}}`,
  'empty objects': `{"a":[${fill(() => '{}')}]}`,
  'objects with one name with an escape': `{"a":[${fill((index) => `{"\\n${index}":1}`)}]}`,
  'objects with a name each': `{"a":[${fill((index) => `{"x${index}":1}`)}]}`,
  'nested arrays': `{"a":${'['.repeat(5_400)}${']'.repeat(5_400)}}`,
  'arrays side by side': `{"a":[${fill(() => '[]')}]}`,
  'short strings': `{"a":[${fill((index) => `"${index}"`)}]}`,
  'numbers that overflow': `{"a":[${fill(() => '1e999')}]}`,
  'one number': `{"a":1${'9'.repeat(size)}}`,
  blanks: `{"a":1${' '.repeat(size)}}`,
  colons: ':'.repeat(size),
  quotes: '"'.repeat(size)
}

async function assertBounded (attack: Omit<Attack, 'reason'>, reason: Attack['reason']): Promise<void> {
  t.ok((attack.token ?? '').length <= 16_384, `${attack.says}: read at all`)
  await assertRefused(t, target, { ...attack, reason })
}

t.test('refuses a header or a payload that is dear to parse, signed or not, and looks for no key', async () => {
  for (const [says, text] of Object.entries(texts)) {
    await assertBounded({ says: `payload: ${says}`, token: await pool.sign({ header, payload: text }) }, 'payload')
    await assertBounded({ says: `header: ${says}`, token: await pool.sign({ header: text, payload: claims }) }, 'header')
  }
})

t.test('refuses the same beside valid claims: the bounds are those of the whole', async () => {
  for (const [says, text] of Object.entries(texts)) {
    if (text.startsWith('{"a":')) await assertBounded({ says, token: await pool.sign({ header, payload: `${json},${text.slice(1)}` }) }, 'payload')
  }
})

t.test('judges the header before it looks at the payload', async () => {
  for (const [says, text] of Object.entries(texts)) {
    await assertBounded({ says, token: await pool.sign({ header: { ...header, alg: 'RS384' }, payload: text }) }, 'algorithm')
  }
})

t.test('refuses what is no three parts however long', async () => {
  for (const [says, token] of [['dots', '.'.repeat(16_384)], ['one part', 'a'.repeat(16_384)], ['short parts', 'a.'.repeat(8_192)]] as const) {
    await assertBounded({ says, token }, 'format')
  }
})

t.test('reads what long tokens of Cognito are made of', async (t) => {
  const groups = Array.from({ length: 100 }, (_, index) => `group-${index}`.padEnd(90, 'x'))
  await assertAccepted(t, target, 'a hundred groups with long names', await pool.sign({ payload: { ...claims, 'cognito:groups': groups } }), { groups })
  await assertAccepted(t, target, 'a long claim', await pool.sign({ payload: { ...claims, 'custom:long': 'é"\\/\n'.repeat(1_000) } }))
  const lists = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`custom:${index}`, ['a', 'b']]))
  await assertAccepted(t, target, 'a hundred claims that are arrays', await pool.sign({ payload: { ...claims, ...lists } }), { claims: lists })
  await assertAccepted(t, target, 'escaped slashes in values', await pool.sign({ payload: JSON.stringify(claims).replaceAll('/', '\\/') }))
})

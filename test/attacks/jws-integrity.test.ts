/** One token, one spelling; and no bit of it can change. With the valid token remembered, which is when it matters most. */
import t from 'tap'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'
import type { AttackTarget } from '../support/attack.js'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function flipBit (part: string, bit: number): string {
  const bytes = Buffer.from(part, 'base64url')
  const at = bit >> 3
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
  return bytes.toString('base64url')
}

/** What else decodes to the same bytes, to a decoder that ignores the unused bits of the last character. */
function aliasesOf (part: string): string[] {
  const bytes = Buffer.from(part, 'base64url')
  return [...base64url]
    .map((last) => part.slice(0, -1) + last)
    .filter((other) => other !== part && Buffer.from(other, 'base64url').equals(bytes))
}

async function tokenOfAliases (target: AttackTarget, spaces: string): Promise<string> {
  const { kid } = await target.pool.header()
  const payload = JSON.stringify({ ...target.times(), iss: target.pool.issuer, sub: 'user', client_id: target.pool.clientId, token_use: 'access' })
  // Blanks after the value change the length of a part and so how many bits its last character leaves unused.
  return target.pool.sign({ header: `{"kid":"${kid}","alg":"RS256"}${spaces}`, payload: payload + spaces })
}

for (const cache of [{ maxEntries: 100, maxAge: 300_000 }, false] as const) {
  const name = cache === false ? 'without a cache' : 'with the valid token in the cache'

  t.test(`refuses a token of which one bit is altered, ${name}`, async (t) => {
    const target = await createAttackTarget(t, { options: { cache } })
    const token = await target.access()
    await assertAccepted(t, target, 'unaltered', token)
    const parts = token.split('.')
    for (const [index, part] of parts.entries()) {
      // One bit of every byte, each of the eight in turn.
      for (let at = 0; at < Buffer.from(part, 'base64url').length; at++) {
        const altered = parts.with(index, flipBit(part, at * 8 + at % 8)).join('.')
        const { statusCode, challenge, handled, body } = await target.attempt({ headers: target.pool.authorization(altered) })
        t.strictSame({ statusCode, challenge, handled, body }, {
          statusCode: 401,
          challenge: 'Bearer realm="api", error="invalid_token"',
          handled: 0,
          body: '{"statusCode":401,"code":"FST_COGNITO_TOKEN_INVALID","error":"Unauthorized","message":"Invalid authentication token"}'
        }, `part ${index}, byte ${at}`)
      }
    }
    await assertAccepted(t, target, 'unaltered still', token)
  })

  t.test(`refuses every other spelling of a valid token, ${name}`, async (t) => {
    const target = await createAttackTarget(t, { options: { cache } })
    let aliases = 0
    for (const spaces of ['', ' ', '  ']) {
      const token = await tokenOfAliases(target, spaces)
      await assertAccepted(t, target, 'the one spelling', token)
      const parts = token.split('.')
      for (const [index, part] of parts.entries()) {
        for (const alias of aliasesOf(part)) {
          aliases++
          await assertRefused(t, target, { says: `part ${index} ends in ${alias.slice(-1)} for ${part.slice(-1)}`, token: parts.with(index, alias).join('.'), reason: 'format' })
        }
        for (const [says, spelling] of [['padded', `${part}=`], ['padded twice', `${part}==`]] as const) {
          const isLast = index === 2
          await assertRefused(t, target, {
            says: `part ${index} ${says}`,
            token: parts.with(index, spelling).join('.'),
            reason: isLast ? 'format' : 'authorization',
            code: isLast ? 'FST_COGNITO_TOKEN_INVALID' : 'FST_COGNITO_REQUEST_INVALID'
          })
        }
        for (const blank of [' ', '\t', ', ', '\u00a0']) {
          const spelling = `${part.slice(0, 8)}${blank}${part.slice(8)}`
          await assertRefused(t, target, { says: `part ${index} with ${JSON.stringify(blank)} in it`, token: parts.with(index, spelling).join('.'), reason: 'authorization', code: 'FST_COGNITO_REQUEST_INVALID' })
        }
        const base64 = part.replaceAll('-', '+').replaceAll('_', '/')
        if (base64 !== part) await assertRefused(t, target, { says: `part ${index} in the alphabet of base64`, token: parts.with(index, base64).join('.'), reason: 'format' })
      }
    }
    // 15 for each signature; header and payload leave four, two and no bits unused in turn.
    t.equal(aliases, 3 * 15 + 2 * (15 + 3))
  })
}

t.test('refuses parts of two valid tokens put together', async (t) => {
  const target = await createAttackTarget(t)
  const [one = '', other = ''] = await Promise.all([target.access({ sub: 'one' }), target.access({ sub: 'other', groups: ['Admins'] })])
  await assertAccepted(t, target, 'one', one, { sub: 'one' })
  await assertAccepted(t, target, 'the other', other, { sub: 'other' })
  const [header = '', , signature = ''] = one.split('.')
  const payload = other.split('.')[1] ?? ''
  await assertRefused(t, target, { says: 'the signature of one under the claims of the other', token: `${header}.${payload}.${signature}`, reason: 'signature' })
  const [idHeader = ''] = (await target.id()).split('.')
  await assertRefused(t, target, { says: 'the header of an ID token', token: `${idHeader}.${payload}.${other.split('.')[2] ?? ''}`, reason: 'signature' })
})

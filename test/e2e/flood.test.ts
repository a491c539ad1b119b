/** A flood from strangers over HTTP while the key endpoint hangs: a small process lives, and goes on answering (row 45). */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { mostWaiting, mostWaitingCharacters } from '../../src/verifier/waiting-room.js'
import * as scripts from '../support/issuer-scripts.js'
import { startIssuer } from '../support/scripted-issuer.js'
import type { Exchange } from '../support/scripted-issuer.js'
import { startChild } from './support/child-process.js'
import { pipeline } from './support/pipeline.js'
import type { Tally } from './support/pipeline.js'

const keyTimeout = 600_000
const pool = createTestUserPool()
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const claims = { iss: pool.issuer, client_id: pool.clientId, token_use: 'access', sub: 'x', iat: now, exp: now + 3_600 }
const payloads = {
  long: encode({ ...claims, padding: 'x'.repeat(9_000), empty: Array.from({ length: 80 }, () => ({})) }),
  short: encode(claims)
}
let made = 0
const unsigned = (length: keyof typeof payloads): string =>
  `${encode({ kid: `unknown-${made}`, alg: 'RS256' })}.${payloads[length]}.${Buffer.from(String(made++).padStart(48)).toString('base64url')}`
const several = (count: number, length: keyof typeof payloads): string[] => Array.from({ length: count }, () => unsigned(length))

/** How many requests for the guarded route the process has met; a public route tells it. */
async function arrived (url: string): Promise<number> {
  return Number(await (await fetch(new URL('/arrived', url))).text())
}

for (const [length, total] of [['long', 20_000], ['short', 80_000]] as const) {
  t.test(`${total} unsigned tokens with unknown key ids, ${length} ones, against a heap of 128 MB`, async (t) => {
    const issuer = await startIssuer(t, pool)
    let exchange: Exchange | null = null
    const held = new Promise<void>((resolve) => issuer.play((first) => {
      exchange = first
      issuer.play(scripts.serve)
      resolve()
    }))
    const { match: [, url = ''], stop } = await startChild(t, {
      arguments: [...process.execArgv, '--max-old-space-size=128', fileURLToPath(new URL('support/small-server.ts', import.meta.url))],
      environment: {
        TAP_TYPE_STRIP_ONLY: '1', USER_POOL_ID: pool.userPoolId, CLIENT_ID: pool.clientId, ISSUER: issuer.options.issuer, JWKS_URI: issuer.jwksUri, KEY_TIMEOUT: String(keyTimeout)
      },
      ready: /Listening on (http:\S+)/
    })

    // Those that may wait, which keeps back whatever else is answered on their connections.
    const room = Math.min(mostWaiting, Math.floor(mostWaitingCharacters / unsigned(length).length))
    const early: Tally = {}
    const holders = Array.from({ length: 40 }, () => pipeline(t, url, early))
    const each = Math.ceil(room / holders.length)
    await Promise.all(holders.map(async (holder) => holder.send(several(each, length))))
    await held
    while (await arrived(url) < each * holders.length) await sleep(50)

    const late: Tally = {}
    const batch = 25
    const senders = Array.from({ length: 40 }, () => pipeline(t, url, late))
    const rest = total - each * holders.length
    const rounds = Math.ceil(rest / senders.length / batch)
    const seen: number[] = []
    await Promise.all(senders.map(async (sender, index) => {
      for (let round = 1; round <= rounds; round++) {
        await sender.send(several(batch, length))
        await sender.answered(round * batch)
        if (index === 0 && round % 10 === 0) seen.push(await arrived(url))
      }
    }))
    const sent = rounds * senders.length * batch
    t.ok(sent >= rest)
    t.strictSame(late, { [`503 ${keyTimeout / 1_000}`]: sent }, 'beyond the bound each is answered at once, with Retry-After')
    t.ok(seen.length >= 1)
    t.strictSame(seen, [...seen].sort((one, other) => one - other), 'a public route is answered meanwhile, and counts on')
    t.strictSame(early, {}, 'those within the bound still wait')

    scripts.serve(exchange as unknown as Exchange)
    await Promise.all(holders.map(async (holder) => holder.answered(each)))
    t.equal(Object.values(early).reduce((sum, count) => sum + count, 0), each * holders.length)
    t.strictSame(Object.keys(early).filter((kind) => !/^(?:401|503 \d+)$/.test(kind)), [])
    t.equal((await fetch(url, { headers: pool.authorization(await pool.accessToken()) })).status, 200, 'and a good token is let in')
    t.ok(issuer.requests <= 4, `${issuer.requests} fetches`)
    t.comment(`${sent} answered at once, of the ${each * holders.length} first ones ${JSON.stringify(early)}; ${issuer.requests} fetches`)
    await stop()
  })
}

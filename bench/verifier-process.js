// The verifier by itself, in a process of its own: what sharing saves, what a remembered token weighs.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { answerCommands } from './harness/answer-commands.js'

const atOnce = 100
const distinctAtOnce = 64

const commands = { sharing, heap, churn }

answerCommands(commands)

/** CPU per request where a hundred arrive at once: with as many tokens, and with one. */
async function sharing ({ plugin, settings, file, rounds }) {
  const tokens = await readTokens(file, rounds * (atOnce + 1) * 2)
  const verify = await ourVerify(plugin, settings, { maxEntries: tokens.length })
  // One round of each kind after the other, so that both meet the same heap and the same clock speed.
  const spent = { apart: [], shared: [] }
  for (let round = 0; round < rounds * 2; round++) {
    const [first, ...others] = tokens.splice(0, atOnce + 1)
    const kinds = [['apart', others], ['shared', new Array(atOnce).fill(first)]]
    for (const [kind, asked] of kinds) {
      const cpu = await cpuOf(() => Promise.all(asked.map(verify)))
      // The first half is the warm-up.
      if (round >= rounds) spent[kind].push(cpu / atOnce)
    }
  }
  return spent
}

/** Bytes that one remembered token keeps alive, for ours and for lru-cache around jose's payload. */
async function heap ({ plugin, settings, file, entries }) {
  const ours = await bytesPerToken(file, entries, await ourVerify(plugin, settings, { maxEntries: entries }))
  const byHand = await bytesPerToken(file, entries, handVerify(settings, entries))
  return { ours, byHand }
}

/** Memory while many more tokens are verified than are kept. */
async function churn ({ plugin, settings, file, verifications }) {
  const verify = await ourVerify(plugin, settings, {})
  const steps = []
  let done = 0
  while (done < verifications) {
    done += await verifyAll(file, Math.min(verifications - done, 100_000), verify)
    globalThis.gc()
    const { heapUsed, rss } = process.memoryUsage()
    steps.push({ done, heapUsed, rss })
  }
  return steps
}

async function ourVerify (plugin, { userPoolId, clientId, jwks }, cache) {
  const { createVerifier } = await import(plugin)
  const verifier = createVerifier({ userPoolId, clientId, jwks, cache })
  return (token) => verifier.verify(token)
}

function handVerify ({ jwksUri, issuer }, max) {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const verified = new LRUCache({ max })
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] })
    verified.set(token, payload, { ttl: 300_000 })
    return payload
  }
}

async function bytesPerToken (file, entries, verify) {
  // The first ones pay for code and tables, which are there once.
  const warm = Math.floor(entries / 10)
  await verifyAll(file, warm, verify)
  const before = await bytesInUse()
  const verified = await verifyAll(file, entries - warm, verify, warm)
  const bytes = (await bytesInUse() - before) / verified
  // Still needed, or the collector might have taken it all before the second reading.
  if (typeof verify !== 'function') throw new TypeError('verify is gone')
  return bytes
}

async function bytesInUse () {
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc()
    await nextTurn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function cpuOf (work) {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

async function verifyAll (file, count, verify, skip = 0) {
  let done = 0
  let pending = []
  for await (const token of linesOf(file)) {
    if (skip-- > 0) continue
    pending.push(verify(token))
    if (++done === count) break
    if (pending.length === distinctAtOnce) {
      await Promise.all(pending)
      pending = []
    }
  }
  await Promise.all(pending)
  return done
}

async function readTokens (file, count) {
  const tokens = []
  for await (const token of linesOf(file)) {
    tokens.push(token)
    if (tokens.length === count) return tokens
  }
  throw new Error(`${count} tokens are needed, ${tokens.length} were signed`)
}

// Closing an interface leaves its input open: what nobody reads any more would be read beside what is measured.
async function * linesOf (file) {
  const input = createReadStream(file, 'latin1')
  try {
    yield * createInterface({ input, crlfDelay: Infinity })
  } finally {
    input.destroy()
  }
}

// The measurements without HTTP, and the one that counts verifications behind HTTP.
import { writeFile } from 'node:fs/promises'
import { startChild } from './child.js'
import { median } from './histogram.js'
import { load, once } from './load.js'
import { requestFor } from './tokens.js'

const atOnce = 100

/** What a hundred requests with one cold token cost, beside a hundred with as many. */
export async function measureSharing ({ issuer, file, plugin, rounds }) {
  const { apart, shared } = await inProcess('sharing', { plugin, settings: issuer.settings, file, rounds })
  return { apart: median(apart), shared: median(shared) }
}

/** Verifications that a hundred requests over as many connections cause when they bring one cold token. */
export async function countSharedVerifications ({ issuer, tokens, plugin }) {
  const server = startChild('server.js')
  try {
    const module = new URL('../servers/ours.js', import.meta.url).href
    const { address } = await server.ask('start', { module, settings: { ...issuer.settings, plugin, countVerifications: true } })
    const port = Number(new URL(address).port)
    const counts = []
    for (const token of tokens) {
      const { verifications } = await server.ask('usage')
      const requests = new Array(atOnce).fill(requestFor('/guarded', token))
      await load({ port, connections: atOnce, sequence: once(requests), statuses: [200] })
      counts.push((await server.ask('usage')).verifications - verifications)
    }
    return { perToken: Math.max(...counts), tokens: tokens.length }
  } finally {
    await server.stop()
  }
}

/** Bytes per remembered token. */
export async function measureHeap ({ issuer, file, plugin, entries }) {
  return { entries, ...await inProcess('heap', { plugin, settings: issuer.settings, file, entries }) }
}

/** Memory in steps while `verifications` distinct tokens pass through the default cache. */
export async function measureChurn ({ issuer, file, plugin, verifications }) {
  return inProcess('churn', { plugin, settings: issuer.settings, file, verifications })
}

/** Writes tokens to a file, one a line: processes that weigh memory must not hold them all. */
export async function writeTokens (file, tokens) {
  await writeFile(file, tokens.join('\n'), { encoding: 'latin1', mode: 0o600 })
}

async function inProcess (command, given) {
  const child = startChild('verifier-process.js', ['--expose-gc'])
  try {
    return await child.ask(command, given)
  } finally {
    await child.stop()
  }
}

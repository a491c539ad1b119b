// One measurement: a fresh server, a check that it guards at all, a warm-up, a window.
import { loadByAutocannon } from './autocannon.js'
import { startChild } from './child.js'
import { createHistogram } from './histogram.js'
import { inRotation, load, once } from './load.js'
import { openConnection } from './connection.js'
import { requestFor } from './tokens.js'

/** What makes the requests, by the name that `--load` uses. */
export const loads = { own: load, autocannon: loadByAutocannon }

const connections = 32
const floodConnections = 64
// Often enough for a percentile, too seldom to be a load of their own.
const probeEvery = 5
const probeConnections = 8

/**
 * Measures one peer under one workload.
 *
 * @param sets Token sets by name, each an array of strings.
 * @param lengths The least of requests and milliseconds for `warmUp`, `window` and `flood`.
 * @param loadName Which of {@link loads} makes the requests; those of a flood, which goes by time, are always our own.
 * @param profile The file for a profile of the window, if one is wanted.
 */
export async function measureRound ({ peer, workload, issuer, sets, lengths, loadName, plugin, profile }) {
  const isOpen = peer.module === 'open.js'
  const server = startChild('server.js')
  try {
    const module = new URL(`../servers/${peer.module}`, import.meta.url).href
    const { address } = await server.ask('start', { module, settings: { ...issuer.settings, ...peer.settings, plugin } })
    const port = Number(new URL(address).port)
    await assertGuards(port, sets, isOpen)

    const requests = requestsOf(workload, sets)
    const statuses = isOpen ? [200] : workload.statuses
    const send = loads[workload.isFlood ? 'own' : loadName]
    const run = (sequence, atLeast) =>
      send({ port, connections: workload.isFlood ? floodConnections : connections, atLeast, sequence, statuses })

    // The first pass brings tokens in rotation into the caches; the second lets the compiler finish.
    if (workload.size > 1) await run(once(requests))
    const reserved = workload.isNew ? Math.floor(requests.length / 4) : 0
    await run(workload.isNew ? once(requests, 0, reserved) : inRotation(requests), lengths.warmUp)

    const fetchesBefore = issuer.fetches()
    if (workload.isFlood) await server.ask('watchDelay')
    if (profile !== undefined) await server.ask('startProfile')
    const before = await server.ask('usage')
    const probes = workload.isFlood ? await startProbes(port) : null
    const window = await run(workload.isNew ? once(requests, reserved) : inRotation(requests), workload.isFlood ? lengths.flood : lengths.window)
    const health = probes === null ? null : probes.stop()
    const after = await server.ask('usage')
    if (profile !== undefined) await server.ask('writeProfile', { file: profile })

    const cpu = (after.cpu - before.cpu) / window.requests
    return {
      cpu,
      main: after.main === null ? null : (after.main - before.main) / window.requests,
      busy: cpu * window.requests / (window.seconds * 1e6),
      perSecond: window.requests / window.seconds,
      requests: window.requests,
      p50: window.p50,
      p99: window.p99,
      rss: after.rss,
      fetches: issuer.fetches() - fetchesBefore,
      ...(health === null ? {} : { health50: health.percentile(50), health99: health.percentile(99), delay99: after.delay99 })
    }
  } finally {
    await server.stop()
  }
}

// A server that lets everything pass would be fast.
async function assertGuards (port, sets, isOpen) {
  const cases = [[sets.valid.at(-1), 200], [sets.badSignatures.at(-1), isOpen ? 200 : 401], [undefined, isOpen ? 200 : 401]]
  for (const [token, status] of cases) {
    // One peer says 400 where credentials are missing.
    const statuses = token === undefined && !isOpen ? [400, status] : [status]
    await load({ port, connections: 1, sequence: once([requestFor('/guarded', token)]), statuses })
  }
}

const requestsBySet = new Map()

function requestsOf ({ tokens, path = '/guarded', size }, sets) {
  const name = `${tokens} ${path} ${size}`
  if (!requestsBySet.has(name)) {
    // The last token of each set is the one that `assertGuards` has used up.
    requestsBySet.set(name, sets[tokens].slice(0, size ?? -1).map((token) => requestFor(path, token)))
  }
  return requestsBySet.get(name)
}

/** Asks for `/health` on a schedule that does not wait for slow answers, so that none of them hides another. */
async function startProbes (port) {
  const latencies = createHistogram()
  const due = []
  let failure = null
  const free = []
  const request = requestFor('/health')
  const all = await Promise.all(Array.from({ length: probeConnections }, (_, index) => openConnection(port, (status) => {
    const connection = all[index]
    latencies.add((performance.now() - connection.dueAt) * 1000)
    if (status !== 200) failure = new Error(`/health answered ${status}`)
    free.push(connection)
    flush()
  }, (error) => { failure = error })))
  free.push(...all)
  let dueNext = performance.now()
  const timer = setInterval(() => {
    for (const now = performance.now(); dueNext <= now; dueNext += probeEvery) due.push(dueNext)
    flush()
  }, 1)

  function flush () {
    while (due.length > 0 && free.length > 0) {
      const connection = free.pop()
      connection.dueAt = due.shift()
      connection.send(request.bytes)
    }
  }

  return {
    stop () {
      clearInterval(timer)
      for (const connection of all) connection.close()
      if (failure !== null) throw failure
      return latencies
    }
  }
}

// Load on a server: a number of connections, each with one request under way at a time; every answer is checked.
import { openConnection } from './connection.js'
import { createHistogram } from './histogram.js'

/**
 * Sends requests until both as many and as long as asked, or until the sequence ends.
 *
 * A number and not only a time: on a busy machine a time alone would measure a server that is still being compiled.
 *
 * @param atLeast `{ requests, milliseconds }`; without it, until the sequence ends.
 * @param sequence One of those that {@link inRotation} and {@link once} make.
 * @param statuses The statuses that are right; any other one ends the run with an error.
 */
export async function load ({ port, connections, atLeast = { requests: Infinity, milliseconds: 0 }, sequence, statuses }) {
  const latencies = createHistogram()
  let settle
  const finished = new Promise((resolve, reject) => { settle = { resolve, reject } })
  let idle = 0
  const all = await Promise.all(Array.from({ length: connections }, (_, index) =>
    openConnection(port, (status, took) => onAnswer(all[index], status, took), (error) => settle.reject(error))))
  const startedAt = performance.now()
  const endsAt = startedAt + atLeast.milliseconds

  function onAnswer (connection, status, took) {
    if (!statuses.includes(status)) {
      settle.reject(new Error(`expected status ${statuses.join(' or ')}, got ${status}`))
      return
    }
    latencies.add(took)
    proceed(connection)
  }

  function proceed (connection) {
    const request = latencies.count < atLeast.requests || performance.now() < endsAt ? sequence.next() : null
    if (request !== null) connection.send(request.bytes)
    else if (++idle === connections) settle.resolve()
  }

  try {
    for (const connection of all) proceed(connection)
    await finished
    const seconds = (performance.now() - startedAt) / 1000
    return { requests: latencies.count, seconds, p50: latencies.percentile(50), p99: latencies.percentile(99) }
  } finally {
    for (const connection of all) connection.close()
  }
}

/** The requests in turn, for ever. */
export function inRotation (requests) {
  let at = 0
  return { length: Infinity, next: () => requests[at++ % requests.length] }
}

/** Each request once, from `start` up to `end`; then `null`. */
export function once (requests, start = 0, end = requests.length) {
  let at = start
  return { length: end - start, next: () => (at < end ? requests[at++] : null) }
}

// The same load made by autocannon: does a result hold with a load generator that others wrote?
import autocannon from 'autocannon'
import { createHistogram } from './histogram.js'

/**
 * Sends as many requests as asked, or all of a sequence that has fewer. It is slower than the open route, so the server
 * has to wait for it: fewer requests come at once, and each costs more.
 *
 * @param atLeast Only its `requests` count; without it, the sequence must end.
 */
export async function loadByAutocannon ({ port, connections, atLeast = { requests: Infinity }, sequence, statuses }) {
  const latencies = createHistogram()
  const wrong = new Set()
  const startedAt = performance.now()
  let answeredAt = startedAt
  let latest = null
  const amount = Math.min(atLeast.requests, sequence.length)

  const { errors } = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: Math.min(connections, amount),
    amount,
    requests: [{ setupRequest }],
    setupClient: (client) => client.on('response', onResponse)
  })

  function setupRequest (request) {
    // Each connection prepares one that is never sent, so a sequence may end before the last answer.
    latest = sequence.next() ?? latest
    return { ...request, path: latest.path, headers: latest.headers }
  }

  function onResponse (status, _bytes, milliseconds) {
    if (!statuses.includes(status)) wrong.add(status)
    latencies.add(milliseconds * 1000)
    // It ends with one of its samples, up to a second after the last answer.
    answeredAt = performance.now()
  }

  if (wrong.size > 0 || errors > 0) throw new Error(`expected status ${statuses.join(' or ')}, got ${[...wrong, `${errors} errors`].join(', ')}`)
  return { requests: latencies.count, seconds: (answeredAt - startedAt) / 1000, p50: latencies.percentile(50), p99: latencies.percentile(99) }
}

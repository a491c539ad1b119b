// Much the same load by autocannon, to see how far a result depends on who makes the requests.
import autocannon from 'autocannon'
import { createHistogram } from './histogram.js'
import { headersFor } from './tokens.js'

/**
 * Sends as many requests as asked, or all of a sequence that has fewer. It is slower than the open route, so the server
 * has to wait for it: fewer requests come at once, and each costs more.
 *
 * @param atLeast Only its `requests` count; without it, the sequence must end.
 */
export async function loadByAutocannon ({ port, connections, atLeast = { requests: Infinity }, sequence, statuses }) {
  const latencies = createHistogram()
  const wrong = new Set()
  let startedAt = null
  let answeredAt = null
  const amount = Math.min(atLeast.requests, sequence.length)

  const { errors } = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: Math.min(connections, amount),
    amount,
    requests: [{ setupRequest }],
    setupClient: (client) => client.on('response', onResponse),
    // It ends with a sample: at the default of a second, an idle one would count as part of the window.
    sampleInt: 10
  })

  function setupRequest (request) {
    startedAt ??= performance.now()
    const { path, token } = sequence.next()
    return { ...request, path, headers: headersFor(token) }
  }

  function onResponse (status, _bytes, milliseconds) {
    if (!statuses.includes(status)) wrong.add(status)
    latencies.add(milliseconds * 1000)
    answeredAt = performance.now()
  }

  if (wrong.size > 0 || errors > 0) throw new Error(`expected status ${statuses.join(' or ')}, got ${[...wrong, `${errors} errors`].join(', ')}`)
  // A connection that the server ends is opened again without a word, and what was asked on it is lost.
  if (latencies.count !== amount) throw new Error(`${amount} requests, ${latencies.count} answers`)
  return { requests: amount, seconds: (answeredAt - startedAt) / 1000, p50: latencies.percentile(50), p99: latencies.percentile(99) }
}

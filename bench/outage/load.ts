/** Requests at a steady rate, whatever becomes of the ones before them. */
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What one request came to. */
export interface Outcome {
  /** Milliseconds from the start of the run to the moment the request was due. */
  readonly due: number
  /** Milliseconds from that moment to the end of the answer, so that a stalled server is not spared. */
  readonly took: number
  /** 0 where no answer came. */
  readonly status: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Sends `rate` requests per second for `duration` milliseconds; `next` gives the token for a moment, or `null` for none. */
export async function sendSteadily (url: string, rate: number, duration: number, next: (at: number) => string | null): Promise<Outcome[]> {
  const start = performance.now()
  const outcomes: Array<Promise<Outcome>> = []
  for (let sent = 0; sent * 1000 / rate < duration; sent++) {
    const due = sent * 1000 / rate
    const early = start + due - performance.now()
    if (early > 0) await sleep(early)
    const token = next(due)
    if (token !== null) outcomes.push(send(url, token).then((status) => ({ due, took: performance.now() - start - due, status })))
  }
  return Promise.all(outcomes)
}

/** Ends the connections that were kept for more requests. */
export function hangUp (): void {
  agent.destroy()
}

function send (url: string, token: string): Promise<number> {
  return new Promise((resolve) => {
    get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    }).once('error', () => resolve(0))
  })
}

/** The value that this share of all values does not exceed. */
export function quantile (values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
}

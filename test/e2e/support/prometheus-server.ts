/** A Prometheus of the test's own, that scrapes one address once a second. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { freePort } from '../../support/free-port.js'

/** What a query found: one entry for each series. */
export type Found = ReadonlyArray<{ readonly metric: Readonly<Record<string, string>>, readonly value: readonly [time: number, value: string] }>

export interface PrometheusServer {
  /** Asks for the present value of an expression. Rejects with what Prometheus says of a wrong one. */
  query (expression: string): Promise<Found>
}

/** Starts it; it ends with the test at the latest. */
export async function startPrometheus (t: Test, target: { readonly port: number }): Promise<PrometheusServer> {
  const config = JSON.stringify({
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'api', static_configs: [{ targets: [`127.0.0.1:${target.port}`] }] }]
  })
  const folder = t.testdir({ 'prometheus.yml': config })
  const port = await freePort()
  const server = spawn('prometheus', [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  const stop = async (): Promise<void> => {
    const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : Promise.resolve()
    server.kill('SIGKILL')
    await ended
  }
  t.teardown(stop)
  process.once('exit', () => server.kill('SIGKILL'))
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error('prometheus cannot be started; apt-get install prometheus', { cause })))
    server.once('exit', (code) => reject(new Error(`prometheus ended with ${String(code)}: ${printed}`)))
    server.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.includes('Server is ready to receive web requests')) resolve()
    })
  })

  async function query (expression: string): Promise<Found> {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expression }) })
    const answer = await response.json() as { readonly error?: string, readonly data: { readonly result: Found } }
    if (answer.error !== undefined) throw new Error(`${expression}: ${answer.error}`)
    return answer.data.result
  }

  return { query }
}

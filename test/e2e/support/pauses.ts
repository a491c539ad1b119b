/** A process that is really stopped (SIGSTOP, SIGCONT), at each moment at which that has been seen to do harm. */
import { fork } from 'node:child_process'
import { on, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import type { TestUserPool } from '../../../src/testing/index.js'
import type { Certificate } from '../../support/certificate.js'
import * as scripts from '../../support/issuer-scripts.js'
import { startIssuer } from '../../support/scripted-issuer.js'
import type { Exchange, ScriptedIssuer } from '../../support/scripted-issuer.js'

/** Bounds of the key source in milliseconds: short, so that pauses can be. */
export const keys = Object.freeze({ refreshAfter: 1_000, maxStale: 5_000, cooldown: 3_000, timeout: 1_000 })

// Longer than any timeout, refresh and the shortest pause that is taken for one.
const pause = 1_500

/** What the requests of one moment came to, those that waited during the pause included. */
export interface Count {
  readonly moment: string
  readonly ok: number
  /** Answers of each other status; 0 where none came. */
  readonly others: Readonly<Record<number, number>>
  /** Requests at the key endpoint. */
  readonly fetches: number
}

interface Scene {
  readonly issuer: ScriptedIssuer
  /** Makes a new instance, stopped or blocked right after its registration or not; resolves when it listens. */
  start (how?: { isStopped?: boolean, blocked?: number }): Promise<void>
  /** Resolves when the process is about to stop itself. */
  stopping (): Promise<void>
  /** Sends a request; it counts, whatever becomes of it. */
  ask (): Promise<void>
  /** Sends one that waits for keys, and resolves when it has arrived. */
  askAhead (): Promise<void>
  /** Stops the process, and lets it go on after the pause; `meanwhile` is done at once. */
  freeze (meanwhile?: () => void): Promise<void>
  goOn (): void
}

/** Holds an exchange back when it has come so far: everything, headers, half of the body. */
function holdAfter (part: 'nothing' | 'headers' | 'half'): { readonly held: Promise<Exchange>, readonly finish: (exchange: Exchange) => void, readonly play: (issuer: ScriptedIssuer) => void } {
  let hold: (exchange: Exchange) => void = () => {}
  const held = new Promise<Exchange>((resolve) => { hold = resolve })
  const half = (text: string): number => Math.floor(text.length / 2)
  return {
    held,
    play: (issuer) => issuer.play((exchange) => {
      // The next attempt finds a live endpoint.
      issuer.play(scripts.serve)
      const { response, keySet } = exchange
      if (part !== 'nothing') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': keySet.length })
        if (part === 'headers') response.flushHeaders()
        else response.write(keySet.slice(0, half(keySet)))
      }
      hold(exchange)
    }),
    finish: (exchange) => {
      if (part === 'nothing') scripts.serve(exchange)
      else exchange.response.end(part === 'headers' ? exchange.keySet : exchange.keySet.slice(half(exchange.keySet)))
    }
  }
}

function whileAnswering (part: 'nothing' | 'headers' | 'half', isLost = false): (scene: Scene) => Promise<void> {
  return async ({ issuer, start, askAhead, freeze }) => {
    const { held, finish, play } = holdAfter(part)
    play(issuer)
    await start()
    await askAhead()
    const exchange = await held
    await freeze(() => {
      if (isLost) exchange.request.socket.destroy()
      else finish(exchange)
    })
  }
}

const moments: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'stopped before the request for keys is sent': async ({ start, stopping, goOn }) => {
    const started = start({ isStopped: true })
    await stopping()
    await sleep(pause)
    goOn()
    await started
  },
  'blocked as long after the registration': async ({ start }) => start({ blocked: pause }),
  'stopped after the start, before the first event': async ({ start, freeze }) => {
    await start()
    await freeze()
  },
  'stopped between request and headers': whileAnswering('nothing'),
  'stopped between headers and body': whileAnswering('headers'),
  'stopped within the body': whileAnswering('half'),
  'stopped before the headers, the connection lost meanwhile': whileAnswering('nothing', true),
  'stopped within the body, the connection lost meanwhile': whileAnswering('half', true),
  'stopped between refreshes': async ({ start, ask, freeze }) => {
    await start()
    await ask()
    await freeze()
  },
  'stopped after each of four events, longer than maxStale in all': async ({ start, ask, freeze }) => {
    await start()
    for (let event = 0; event < 4; event++) {
      await ask()
      await freeze()
    }
  }
}

export interface PausesSetup {
  /** The module that exports `protect`. */
  readonly module: URL
  /** Arguments of `node` before the program. */
  readonly execArgv: readonly string[]
  readonly pool: TestUserPool
  /** For an endpoint over TLS; the process has to trust it. */
  readonly certificate?: Certificate
  readonly environment?: Readonly<Record<string, string>>
  /** Milliseconds from one request to the next after a pause, and how many follow. */
  readonly every: number
  readonly followers: number
}

/** Plays all moments in one process, and counts. */
export async function playPauses (t: Pick<Test, 'teardown'>, { module, execArgv, pool, certificate, environment = {}, every, followers }: PausesSetup): Promise<Count[]> {
  const child = fork(fileURLToPath(new URL('pausing-server.js', import.meta.url)), [module.href], { execArgv: [...execArgv], env: { ...process.env, ...environment } })
  t.teardown(() => child.kill('SIGKILL'))
  const messages = on(child, 'message')
  const heard = async (isMeant: (message: unknown) => boolean): Promise<unknown> => {
    for (;;) {
      const { value } = await messages.next() as { value: [unknown] }
      if (isMeant(value[0])) return value[0]
    }
  }
  await heard((message) => message === 'ready')
  const headers = pool.authorization(await pool.accessToken())

  async function play (moment: string, run: (scene: Scene) => Promise<void>): Promise<Count> {
    const issuer = await startIssuer(t, pool, certificate)
    const statuses: Array<Promise<number>> = []
    let url = ''
    const ask = async (): Promise<void> => {
      const status = fetch(url, { headers }).then(async (answer) => answer.text().then(() => answer.status), () => 0)
      statuses.push(status)
      await status
    }
    await run({
      issuer,
      start: async ({ isStopped = false, blocked = 0 } = {}) => {
        child.send({ options: { ...issuer.options, keys, cache: false }, isStopped, blocked })
        const { port } = await heard((message) => typeof message === 'object') as { port: number }
        url = `http://127.0.0.1:${port}/guarded`
      },
      stopping: async () => { await once(child, 'message') },
      ask,
      askAhead: async () => {
        void ask()
        await heard((message) => message === 'request')
      },
      freeze: async (meanwhile = () => {}) => {
        child.kill('SIGSTOP')
        meanwhile()
        await sleep(pause)
        child.kill('SIGCONT')
      },
      goOn: () => child.kill('SIGCONT')
    })
    // Several at once, as they come from a load balancer that has waited, and then one after another.
    await Promise.all([ask(), ask(), ask()])
    for (let sent = 0; sent < followers; sent++) {
      await sleep(every)
      await ask()
    }
    const answers = await Promise.all(statuses)
    const others: Record<number, number> = {}
    for (const status of answers) if (status !== 200) others[status] = (others[status] ?? 0) + 1
    const { requests: fetches } = issuer
    await issuer.close()
    return { moment, ok: answers.filter((status) => status === 200).length, others, fetches }
  }

  const counts: Count[] = []
  for (const [moment, run] of Object.entries(moments)) counts.push(await play(moment, run))
  child.disconnect()
  return counts
}

/** From listening to the end: who asks for it, and what is finished before. */
import type { EventEmitter } from 'node:events'
import type { FastifyInstance } from 'fastify'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** What emits SIGINT and SIGTERM: the process. */
  readonly signals: EventEmitter
  /** How long requests under way may take after a signal, in milliseconds. Default: 10000. */
  readonly grace?: number
}

export interface Listening {
  readonly origin: string
  /** Resolves once the application has closed after a signal. */
  readonly closed: Promise<void>
}

/** Listens, and closes the application at the first signal, or where it cannot listen. */
export async function listen (app: FastifyInstance, { host, port, signals, grace = 10_000 }: ListenOptions): Promise<Listening> {
  // npm passes on a signal that the terminal has sent to all processes already, so it may come several times.
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) signals.on(signal, () => resolve(signal))
  })
  try {
    const origin = await app.listen({ host, port })
    // Not before it listens: closed while it loads its plugins, Fastify is never done with either.
    return { origin, closed: signalled.then((signal) => close(app, signal, grace)) }
  } catch (error) {
    await app.close()
    throw error
  }
}

async function close (app: FastifyInstance, signal: string, grace: number): Promise<void> {
  app.log.info({ signal }, 'closing')
  const impatience = setTimeout(() => app.server.closeAllConnections(), grace)
  try {
    await app.close()
  } finally {
    clearTimeout(impatience)
  }
}

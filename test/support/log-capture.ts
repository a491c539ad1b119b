/** What an application logs, kept for a test to look at. */
import { Writable } from 'node:stream'

export type LogLine = Readonly<Record<string, unknown>>

export interface LogCapture {
  /** To be given to Fastify as `logger`. */
  readonly logger: { readonly level: 'trace', readonly stream: Writable }
  lines (): LogLine[]
  /** The lines with this member of this value. */
  where (member: string, value: unknown): LogLine[]
  /** Everything that was written. */
  text (): string
}

/** Captures all levels. */
export function captureLog (): LogCapture {
  let written = ''
  const stream = new Writable({
    write (chunk: Buffer, _encoding, done) {
      written += chunk.toString()
      done()
    }
  })
  const lines = (): LogLine[] => written.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine)
  return {
    logger: { level: 'trace', stream },
    lines,
    where: (member, value) => lines().filter((line) => line[member] === value),
    text: () => written
  }
}

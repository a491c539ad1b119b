/** As much of Redis as a stream of revocations needs, by its documented rules: ids that never go back, trimming by least id. */
export interface FakeRedis {
  send (args: string[]): Promise<unknown>
  /** Every command that came. */
  readonly commands: string[][]
  /** Milliseconds since the Unix epoch. */
  now: number
  /** Drops entries from the oldest on, as trimming does. */
  trim (count: number): void
  /** Starts again with the first entries only, as a server does that was restored from an older copy. */
  restore (kept: number): void
  /** Writes an entry past the store. */
  write (text: string, field?: string): void
}

type Entry = readonly [id: string, fields: readonly string[]]

export function createFakeRedis (start: number): FakeRedis {
  const commands: string[][] = []
  let entries: Entry[] = []
  let last: readonly [ms: number, sequence: number] = [0, 0]

  function add (fields: readonly string[]): string {
    last = fake.now > last[0] ? [fake.now, 0] : [last[0], last[1] + 1]
    const id = last.join('-')
    entries.push([id, fields])
    return id
  }

  const answers: Readonly<Record<string, (...args: string[]) => unknown>> = {
    TIME: () => [String(Math.floor(fake.now / 1000)), String((fake.now % 1000) * 1000)],
    EXPIRE: () => (entries.length === 0 ? 0 : 1),
    XADD: (_key, _word, _nearly, _least, _star, ...fields) => add(fields),
    XRANGE: (_key, from = '-', _to, _word, count) => entries.filter(([id]) => from === '-' || isFrom(id, from)).slice(0, Number(count))
  }

  const fake: FakeRedis = {
    commands,
    now: start,
    send: async (args) => {
      commands.push(args)
      const [name = '', ...others] = args
      return answers[name]?.(...others)
    },
    trim: (count) => { entries = entries.slice(count) },
    restore: (kept) => {
      entries = entries.slice(0, kept)
      const [ms = 0, sequence = 0] = (entries.at(-1)?.[0] ?? '0-0').split('-').map(Number)
      last = [ms, sequence]
    },
    write: (text, field = 'r') => { add([field, text]) }
  }
  return fake
}

function isFrom (id: string, from: string): boolean {
  const [[ms = 0, sequence = 0], [fromMs = 0, fromSequence = 0]] = [id, from].map((one) => one.split('-').map(Number)) as [number[], number[]]
  return ms > fromMs || (ms === fromMs && sequence >= fromSequence)
}

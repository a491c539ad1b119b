/** A store in Redis or Valkey: a stream, which is read by range from a cursor. Pub/sub would lose what is said while nobody listens. */
import { systemClock } from '../time/clock.js'
import type { Seconds } from '../options/options.js'
import { isRevocationId, isRevocationKind, keptFor, momentOf } from './revocation.js'
import type { StoredRevocation } from './revocation.js'
import { RevocationListError } from './revocation-error.js'
import { readRange, readTime } from './redis-replies.js'
import type { StreamRecord } from './redis-replies.js'
import type { RevocationPage, RevocationStore } from './store.js'

/** Sends one command to the server and gives its reply: `redis.call(...args)` of ioredis, `client.sendCommand(args)` of node-redis. */
export type SendCommand = (args: string[]) => Promise<unknown>

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** The key of the stream. Those who write to it decide who is let in. Default: `'fastify-cognito-auth:revocations'`. */
  readonly key?: string
}

// Enough for 100,000 revocations in 50 round trips, and for an event loop to breathe in between.
const pageSize = 2_000
const field = 'r'

/**
 * Makes a store over a connection to Redis (6.2 or later) or Valkey, by replies of RESP2 or RESP3.
 *
 * Does NOT connect, reconnect or close: that is the client's. Has to be given a connection to the primary, since a replica
 * may lag behind. Survives no loss of the server's data but in the processes that have read it.
 *
 * @see https://redis.io/docs/latest/develop/data-types/streams/
 */
export function redisStore (send: SendCommand, { key = 'fastify-cognito-auth:revocations' }: RedisStoreOptions = {}): RevocationStore {
  const keep = ['EXPIRE', key, String(keptFor)]

  async function append (revocation: Parameters<RevocationStore['append']>[0]): Promise<StoredRevocation> {
    // The stream goes by itself some time after its last entry. Its end is put off first: it must not go with this entry in it.
    const [time] = await Promise.all([send(['TIME']), send(keep)])
    const now = readTime(time)
    const moment = momentOf(revocation, now)
    const { kind, userPoolId, id } = revocation
    await Promise.all([
      send(['XADD', key, 'MINID', '~', String(oldestKept(now)), '*', field, JSON.stringify([kind, userPoolId, id, moment])]),
      send(keep)
    ])
    return { kind, userPoolId, id, moment }
  }

  async function readAfter (cursor: string | null): Promise<RevocationPage> {
    const [time, range] = await Promise.all([send(['TIME']), send(['XRANGE', key, cursor === null ? '-' : idOf(cursor), '+', 'COUNT', String(pageSize)])])
    const records = readRange(range, field)
    // The entry at the cursor is read again. Where it is not what it was, it was trimmed away, or the server has lost data
    // and may have given out its ids once more: nobody knows what was missed.
    if (cursor !== null && (records[0] === undefined || cursorOf(records[0]) !== cursor)) return readAfter(null)
    const last = records.at(-1)
    return {
      entries: records.slice(cursor === null ? 0 : 1).map(revocationOf),
      cursor: last === undefined ? null : cursorOf(last),
      more: records.length === pageSize,
      now: readTime(time)
    }
  }

  return Object.freeze({ append, readAfter })
}

// By whichever clock is behind: one that has jumped ahead must not empty the stream.
function oldestKept (now: Seconds): number {
  return Math.max(0, Math.floor(Math.min(now * 1000, systemClock.now()) - keptFor * 1000))
}

function cursorOf ({ id, text }: StreamRecord): string {
  return `${id} ${text}`
}

function idOf (cursor: string): string {
  return cursor.slice(0, cursor.indexOf(' '))
}

// Left out, an entry that cannot be read would be a revocation that is not known.
function revocationOf ({ id, text }: StreamRecord): StoredRevocation {
  const [kind, userPoolId, of, moment]: unknown[] = parse(text)
  if (isRevocationKind(kind) && isRevocationId(userPoolId) && isRevocationId(of) && typeof moment === 'number') return { kind, userPoolId, id: of, moment }
  throw new RevocationListError('page', `entry ${id} of the stream of revoked tokens is not one that this version of fastify-cognito-auth can read`)
}

function parse (text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

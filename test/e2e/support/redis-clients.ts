/** The two clients of Redis that are used most, by both protocols, as their documentation connects them. */
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { Test } from 'tap'
import type { SendCommand } from '../../../src/revocation/index.js'

export const clients = [['ioredis', 2], ['ioredis', 3], ['node-redis', 2], ['node-redis', 3]] as const

/** Connects, and gives the function that `redisStore` needs; ends with the test. */
export async function connect (t: Test, [name, protocol]: (typeof clients)[number], port: number): Promise<SendCommand> {
  if (name === 'ioredis') {
    const redis = new Redis({ port, protocol, maxRetriesPerRequest: 1, retryStrategy: () => 50 })
    redis.on('error', () => {})
    t.teardown(() => redis.disconnect())
    await redis.ping()
    return ([command = '', ...args]) => redis.call(command, ...args)
  }
  const redis = createClient({ url: `redis://127.0.0.1:${port}`, RESP: protocol, disableOfflineQueue: true, socket: { reconnectStrategy: () => 50 } })
  redis.on('error', () => {})
  t.teardown(() => redis.destroy())
  await redis.connect()
  return (args) => redis.sendCommand(args)
}
